"""What stands in the calendar: everything that has a day, by declaration."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records import refs
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS, RecordKind

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day. `moment` is there when it has a time of day too.

    `movable` entries can be put on another day: then `kind`, `pk`, `field` and `version` say what
    to change. `person` is the member it belongs to. `tentative` ones are only proposed: they stand
    in no calendar file.
    """

    day: date
    title: str
    url: str
    source: str
    label: str
    uid: str
    stamp: datetime
    icon: str = "calendar"
    moment: datetime | None = None
    minutes: int = 0
    zone: str = "UTC"
    sequence: int = 0
    kind: str = ""
    pk: int = 0
    field: str = ""
    version: int = 0
    person: int | None = None
    movable: bool = False
    done: bool = False
    place: str = ""
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """One kind of entry. `find(actor, start, end, person)` gives those of these days.

    Both days count; `person` narrows them to one member's. A few statements, however many.
    """

    name: str
    label: str
    perm: Perm
    find: Callable[[Actor, date, date, int | None], Sequence[Entry]]
    icon: str = "calendar"
    order: int = field(default=100)


SOURCES: dict[str, CalendarSource] = {}


def register_source(source: CalendarSource) -> None:
    """Called from an AppConfig's ready(): what is dated otherwise than by a record's day field."""
    SOURCES[source.name] = source


def sources_of(actor: Actor) -> list[CalendarSource]:
    """What this member may see: registered sources, then every kind with `dated` days."""
    found = {one.name: one for one in SOURCES.values() if actor.can(one.perm)}
    for kind in KINDS.values():
        if kind.dated and actor.can(kind.reads) and kind.name not in found:
            found[kind.name] = source_of(kind)
    return sorted(found.values(), key=lambda one: (one.order, one.label))


def source_of(kind: RecordKind) -> CalendarSource:
    """The days of a kind's records as a source."""

    def find(actor: Actor, start: date, end: date, person: int | None) -> Sequence[Entry]:
        return list(_entries(actor, kind, start, end, person))

    return CalendarSource(kind.name, kind.plural, kind.reads, find, kind.icon)


def _entries(
    actor: Actor, kind: RecordKind, start: date, end: date, person: int | None
) -> Iterator[Entry]:
    owner = _person_field(kind)
    writes = actor.can(kind.writes)
    for name in kind.dated:
        if not isinstance(kind.model._meta.get_field(name), models.DateField):
            continue
        if isinstance(kind.model._meta.get_field(name), models.DateTimeField):
            continue
        described = kind.field(name)
        if described is None or (described.perm is not None and not actor.can(described.perm)):
            continue
        rows = kind.rows(actor).filter(**{f"{name}__range": (start, end)})
        if person is not None:
            rows = rows.filter(**{owner: person}) if owner else rows.none()
        for row in rows.order_by(name, "pk")[:MOST]:
            yield _entry(actor, kind, row, name, described, owner, writes)


def _entry(
    actor: Actor, kind: RecordKind, row: Any, name: str, described: Any, owner: str, writes: bool
) -> Entry:
    single = len(kind.dated) == 1
    state = getattr(row, kind.board, "") if kind.board else ""
    return Entry(
        getattr(row, name),
        str(row) if single else f"{row}: {described.label.lower()}",
        refs.url_of(actor, kind, row.pk),
        kind.name,
        kind.label,
        f"{kind.name}-{row.pk}-{name}@pm-workspace",
        row.updated_at,
        kind.icon,
        sequence=row.version - 1,
        kind=kind.name,
        pk=row.pk,
        field=name,
        version=row.version,
        person=getattr(row, f"{owner}_id") if owner else None,
        movable=writes and kind.changes and described.editable and state not in kind.closed,
        done=state in kind.closed,
    )


def _person_field(kind: RecordKind) -> str:
    """The field that says whose a record is: the first person of the kind."""
    people = (one.name for one in kind.fields if one.type is FieldType.PERSON)
    return next(people, "")


def entries_between(
    actor: Actor, start: date, end: date, *, only: frozenset[str] = frozenset(), person: int | None
) -> list[Entry]:
    """Everything on these days that the actor may see, by day and time."""
    found = [
        entry
        for source in sources_of(actor)
        if not only or source.name in only
        for entry in source.find(actor, start, end, person)
    ]
    return sorted(found, key=_order)


def _order(entry: Entry) -> tuple[date, bool, float, str, str]:
    timed = entry.moment is not None
    clock = entry.moment.timestamp() if entry.moment else 0.0
    return entry.day, timed, clock, entry.label, entry.title
