"""Specification lines as records."""

from roadmaps.specification import services
from roadmaps.specification.models import LineKind, SpecLine, Verdict
from roadmaps.specification.rules import after_line, line_rules
from workspaces.access.roles import Perm
from workspaces.records.fields import Choice, fields_of_model
from workspaces.records.kinds import RecordKind, register_record

VERDICT_TONES = {"confirmed": "green", "failed": "red", "waived": "amber"}

LINE = RecordKind(
    model=SpecLine,
    label="Specification line",
    plural="Specification lines",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=fields_of_model(
        SpecLine,
        "title",
        "launch",
        "kind",
        "must",
        "required",
        "actual",
        "method",
        "evidence",
        "verdict",
        "reason",
        "idea",
        launch={"sort": "launch__title"},
        idea={"sort": "idea__title", "shown": False},
        kind={
            "required": False,
            "choices": tuple(Choice(one.value, one.label) for one in LineKind),
        },
        verdict={
            "required": False,
            "choices": tuple(
                Choice(one.value, one.label, VERDICT_TONES.get(one.value, "grey"))
                for one in Verdict
            ),
        },
        must={"required": False},
    ),
    rules=line_rules,
    after=after_line,
    delete=services.delete_line,
    restore=services.restore_line,
    icon="file-description",
    section="Build",
    board="verdict",
    searched=("title", "required"),
    pasted=False,
    sample="Zip survives 5,000 cycles · 5,212 in the laboratory · confirmed",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(LINE)
