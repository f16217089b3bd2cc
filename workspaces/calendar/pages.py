"""A month, a week or a list of days, as the address asks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from core.clock import FIRST_YEAR, LAST_YEAR, today
from core.templatetags.ui import day as day_words
from workspaces.access.actor import Actor
from workspaces.calendar.sources import Entry, entries_between, sources_of
from workspaces.members.people import people_of
from workspaces.records.lists import whole_number

VIEWS = {"month": "Month", "week": "Week", "agenda": "Agenda"}
AGENDA_DAYS, IN_A_CELL = 60, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    view: str
    on: date
    kinds: frozenset[str]
    person: int | None
    who: str

    def url(self, **changes: str) -> str:
        """The address with something else asked for."""
        values = {"view": self.view, "on": self.on.isoformat(), "who": self.who} | changes
        pairs = [(name, value) for name, value in values.items() if value]
        return f"?{urlencode(pairs + [('kind', one) for one in sorted(self.kinds)])}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with what stands on it."""

    day: date
    entries: list[Entry]
    is_today: bool
    outside: bool
    url: str

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:IN_A_CELL]

    @property
    def more(self) -> int:
        return max(0, len(self.entries) - IN_A_CELL)


def read(actor: Actor, asked: Any) -> Asked:
    """What is asked; what cannot be read counts as not asked."""
    now = today(actor.workspace.timezone)
    try:
        on = date.fromisoformat(asked.get("on", ""))
    except ValueError:
        on = now
    if not FIRST_YEAR < on.year < LAST_YEAR:
        on = now
    view = asked.get("view", "")
    known = {one.name for one in sources_of(actor)}
    who = asked.get("who", "")
    person = actor.user.pk if who == "me" else whole_number(who)
    return Asked(
        view if view in VIEWS else "month",
        on,
        frozenset(name for name in asked.getlist("kind") if name in known),
        person,
        who if person is not None else "",
    )


def days_of(asked: Asked) -> tuple[date, date]:
    """The first and the last day that are shown."""
    if asked.view == "agenda":
        return asked.on, asked.on + timedelta(days=AGENDA_DAYS - 1)
    if asked.view == "week":
        monday = asked.on - timedelta(days=asked.on.weekday())
        return monday, monday + timedelta(days=6)
    first = asked.on.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _steps(asked: Asked) -> Mapping[str, str]:
    """The pages before and after this one."""
    if asked.view == "week":
        ahead, back = asked.on + timedelta(days=7), asked.on - timedelta(days=7)
    elif asked.view == "agenda":
        ahead = asked.on + timedelta(days=AGENDA_DAYS)
        back = asked.on - timedelta(days=AGENDA_DAYS)
    else:
        first = asked.on.replace(day=1)
        ahead = (first + timedelta(days=32)).replace(day=1)
        back = (first - timedelta(days=1)).replace(day=1)
    return {"ahead": asked.url(on=ahead.isoformat()), "back": asked.url(on=back.isoformat())}


def _title(asked: Asked, start: date, end: date) -> str:
    if asked.view == "month":
        return f"{asked.on:%B %Y}"
    return f"{day_words(start)} – {day_words(end)}"


def page(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Everything on the page."""
    start, end = days_of(asked)
    now = today(actor.workspace.timezone)
    on: dict[date, list[Entry]] = defaultdict(list)
    found = entries_between(actor, start, end, only=asked.kinds, person=asked.person)
    for entry in found:
        on[entry.day].append(entry)
    days = [
        Day(
            day,
            on.get(day, []),
            day == now,
            asked.view == "month" and day.month != asked.on.month,
            asked.url(view="agenda", on=day.isoformat()),
        )
        for day in (start + timedelta(days=n) for n in range((end - start).days + 1))
    ]
    return {
        "asked": asked,
        "title": _title(asked, start, end),
        "weeks": [days[at : at + 7] for at in range(0, len(days), 7)]
        if asked.view != "agenda"
        else [],
        "days": [day for day in days if day.entries],
        "views": [
            {"label": label, "url": asked.url(view=name), "active": name == asked.view}
            for name, label in VIEWS.items()
        ],
        "today_url": asked.url(on=now.isoformat()),
        "steps": _steps(asked),
        "sources": [(one, one.name in asked.kinds) for one in sources_of(actor)],
        "people": list(people_of(actor)),
        "here": asked.url(),
        "count": len(found),
    }
