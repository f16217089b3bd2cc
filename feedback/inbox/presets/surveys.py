"""Answers to surveys: one respondent is one note."""

from feedback.inbox.presets.tools import each
from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import first_of

PERSON = {
    "RespondentID": "external_id",
    "Respondent ID": "external_id",
    "Email Address": "email",
    "Email": "email",
    "Date Created": "said_at",
    "StartDate": "said_at",
    "Start Date": "said_at",
}
ABOUT = {"CollectorID", "Collector ID", "EndDate", "End Date", "Date Modified", "IP Address"}


def _monkey(row: Row) -> Row:
    """Question and answer, one a line; what was not answered is not there."""
    note = {"channel": "Survey"}
    lines = []
    for question, answer in row.items():
        if question in PERSON:
            note.setdefault(PERSON[question], answer.strip())
        elif question not in ABOUT and answer.strip():
            lines.append(f"{question}: {answer.strip()}")
    return {**note, "text": "\n".join(lines)}


def _nps(row: Row) -> Row:
    return {
        "external_id": f"nps-{first_of(row, 'id')}-{first_of(row, 'surveyed_at')}"[:120],
        "said_at": first_of(row, "surveyed_at", "created_at"),
        "rating": first_of(row, "score"),
        "rating_scale": "10",
        "customer": first_of(row, "id"),
        "channel": "NPS survey",
    }


PRESETS = (
    Preset(
        name="surveymonkey",
        label="SurveyMonkey answers (CSV)",
        kind="feedback",
        headers=frozenset({"RespondentID"}),
        mapping={"external_id": "RespondentID"},
        transform=each(_monkey),
    ),
    Preset(
        name="nps",
        label="NPS scores from 0 to 10 (CSV)",
        kind="feedback",
        headers=frozenset({"id", "score", "surveyed_at"}),
        mapping={"external_id": "id", "rating": "score", "said_at": "surveyed_at"},
        transform=each(_nps),
    ),
)
