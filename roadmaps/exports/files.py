"""A plan as a file of any kind: what the screen shows, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify

from core.errors import NotFound
from roadmaps.exports import drawn
from roadmaps.sharing.plan import Entry, Plan
from workspaces.calendar.ics import IcsEvent, calendar_file
from workspaces.records.exporting import file_of

DRAWN: dict[str, tuple[str, Callable[[Plan, str], bytes]]] = {
    "pdf": ("application/pdf", drawn.pdf),
    "png": ("image/png", drawn.png),
    "svg": ("image/svg+xml", drawn.svg),
}
ROWS = ("csv", "xlsx", "json")
KINDS = ("pdf", "png", "svg", *ROWS, "ics")


def file_for(plan: Plan, extension: str, watermark: str = "") -> HttpResponse:
    """The plan as a download. Raises NotFound for a kind of file we do not write."""
    stem = slugify(plan.title) or "roadmap"
    name = f"{stem}-{plan.as_of.isoformat()}.{extension}"
    if extension in ROWS:
        return file_of(name, extension, headers(plan), rows(plan))
    if extension == "ics":
        return _download(ics(plan), "text/calendar; charset=utf-8", name)
    if extension not in DRAWN:
        raise NotFound("A roadmap can be taken away as pdf, png, svg, csv, xlsx, json or ics.")
    kind, write = DRAWN[extension]
    return _download(write(plan, watermark), kind, name)


def headers(plan: Plan) -> list[str]:
    """The columns there are: those of days and text only where somebody may see them."""
    found = ["Item"]
    if any(one.group for one in plan.entries) and "Objective" not in plan.labels:
        found.append("Group")
    found += plan.labels
    if plan.dated:
        found += ["Starts", "Ends"]
    if any(one.text for one in plan.entries):
        found.append("Description")
    if any(one.waits for one in plan.entries):
        found.append("Waits for")
    return found


def rows(plan: Plan) -> Iterator[list[Any]]:
    """One row an entry, in the order of the screen."""
    names = {one.key: one.title for one in plan.entries}
    columns = headers(plan)
    for _, _, entries in plan.in_groups():
        for one in entries:
            values = _values(one, names)
            yield [values.get(label, "") for label in columns]


def _values(one: Entry, names: dict[str, str]) -> dict[str, Any]:
    return {
        **one.facts,
        "Item": one.title,
        "Group": one.group,
        "Starts": one.start or "",
        "Ends": one.end or "",
        "Description": one.text,
        "Waits for": ", ".join(names[key] for key in one.waits),
    }


def ics(plan: Plan) -> bytes:
    """Its days as a calendar: each entry from its first to its last day."""
    stamp = datetime.combine(plan.as_of, time(), UTC)
    events = [
        IcsEvent(
            f"{one.key}@roadmap",
            one.title,
            one.start,
            stamp,
            text=" · ".join(f"{label}: {text}" for label, text in one.facts.items()),
            last_day=one.end,
        )
        for one in plan.entries
        if one.start is not None
    ]
    return calendar_file(plan.title, events)


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
