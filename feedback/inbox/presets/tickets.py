"""Tickets and issues: Zendesk, GitHub, Jira and Trello."""

from datetime import UTC, datetime

from feedback.inbox.presets.tools import each, keyed, moment
from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import first_of

LONGEST_TITLE = 300


def said(row: Row, title: str, text: str) -> dict[str, str]:
    """Headline and words; a headline that is too long goes on in the words."""
    head, words = first_of(row, title), first_of(row, text)
    if len(head) > LONGEST_TITLE:
        words = f"{head}\n\n{words}".strip()
        head = head[: LONGEST_TITLE - 1] + "…"
    return {"title": head, "text": words}


def _zendesk(row: Row) -> Row:
    return {
        **said(row, "subject", "description"),
        "said_at": first_of(row, "created_at"),
        "author": first_of(row, "requester.name", "requester"),
        "email": first_of(row, "requester.email", "via.source.from.address", "recipient"),
        "customer": first_of(row, "requester.external_id"),
        "language": first_of(row, "requester.locale"),
        "channel": "Zendesk",
    }


def _zendesk_ticket(row: Row) -> Row:
    return {**_zendesk(row), "external_id": first_of(row, "id")}


def _github(row: Row) -> Row | None:
    if first_of(row, "pull_request.url"):
        return None  # a change that somebody offers is nothing that somebody says
    where = first_of(row, "repository_url").removeprefix("https://api.github.com/repos/")
    number = first_of(row, "number")
    return {
        **said(row, "title", "body"),
        "external_id": f"{where}#{number}" if where else number,
        "said_at": first_of(row, "created_at"),
        "author": first_of(row, "user.login"),
        "channel": "GitHub",
    }


def _jira(row: Row) -> Row:
    return {
        **said(row, "Summary", "Description"),
        "external_id": first_of(row, "Issue key"),
        "said_at": moment(first_of(row, "Created")),
        "author": first_of(row, "Reporter", "Creator"),
        "channel": "Jira",
    }


def _trello(row: Row) -> Row | None:
    if first_of(row, "closed") == "true":
        return None  # a card that was put away
    return {
        **said(row, "name", "desc"),
        "external_id": first_of(row, "shortLink", "id"),
        "said_at": _made(first_of(row, "id")) or first_of(row, "dateLastActivity"),
        "channel": "Trello",
    }


def _made(card: str) -> str:
    """When a card was made: the first eight digits of its id are that second."""
    try:
        return datetime.fromtimestamp(int(card[:8], 16), UTC).isoformat()
    except ValueError:
        return ""


PRESETS = (
    Preset(
        name="zendesk",
        label="Zendesk tickets (JSON or CSV)",
        kind="feedback",
        headers=frozenset({"id", "subject", "description", "created_at"}),
        mapping={"external_id": "id", "title": "subject", "text": "description"},
        transform=each(_zendesk_ticket),
        rows="tickets",
    ),
    Preset(
        name="zendesk-bare",
        label="Zendesk tickets without ids",
        kind="feedback",
        headers=frozenset({"subject", "description"}),
        mapping={"title": "subject", "text": "description"},
        transform=keyed(_zendesk),
        rows="tickets",
    ),
    Preset(
        name="github-issues",
        label="GitHub issues (JSON)",
        kind="feedback",
        headers=frozenset({"number", "title", "body", "created_at"}),
        mapping={"external_id": "number", "title": "title", "text": "body"},
        transform=each(_github),
    ),
    Preset(
        name="jira",
        label="Jira issues (CSV)",
        kind="feedback",
        headers=frozenset({"Summary", "Issue key", "Created", "Description"}),
        mapping={"external_id": "Issue key", "title": "Summary", "text": "Description"},
        transform=each(_jira),
    ),
    Preset(
        name="trello",
        label="Trello board (JSON)",
        kind="feedback",
        headers=frozenset({"shortLink", "name", "desc", "idList"}),
        mapping={"external_id": "shortLink", "title": "name", "text": "desc"},
        transform=each(_trello),
        rows="cards",
    ),
)
