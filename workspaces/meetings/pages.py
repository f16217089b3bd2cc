"""What the page of meetings, one meeting, its minutes and the calendar show of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString

from core.clock import day_of
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.calendar.sources import Entry
from workspaces.discussion.rendering import Writer
from workspaces.meetings.models import (
    FIXED,
    MOVES,
    AgendaItem,
    Attendee,
    Meeting,
    MeetingSeries,
    MeetingState,
    Outcome,
)
from workspaces.meetings.records import MEETING, TONES
from workspaces.members.models import Team
from workspaces.members.people import people_of
from workspaces.records import refs
from workspaces.records.kinds import RecordKind

MOST, RECENT, MOST_SLOTS = 100, 20, 200


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting as a line."""

    meeting: Meeting
    url: str
    tone: str


def _lines(actor: Actor, rows: Any) -> list[Line]:
    return [Line(one, refs.url_of(actor, MEETING, one.pk), TONES[one.state]) for one in rows]


def list_page(actor: Actor) -> dict[str, Any]:
    """What comes, soonest first, and what was, newest first."""
    now = timezone.now()
    rows = Meeting.objects.visible_to(actor).select_related("series")
    coming = rows.unfinished().filter(starts_at__gte=now - timedelta(days=1))
    past = rows.filter(Q(state__in=FIXED) | Q(starts_at__lt=now - timedelta(days=1)))
    return {
        "coming": _lines(actor, coming.order_by("starts_at", "pk")[:MOST]),
        "past": _lines(actor, past.order_by("-starts_at", "-pk")[:RECENT]),
        "edits": actor.can(MEETING.writes),
    }


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the agenda with what came out of it, and where it can be moved."""

    item: AgendaItem
    about: refs.Named | None
    outcomes: list[Outcome]
    up: int
    down: int
    notes: SafeString


def points_of(actor: Actor, meeting: Meeting) -> tuple[list[Point], list[Outcome]]:
    """The agenda in order, and the outcomes that belong to no line of it."""
    rows = AgendaItem.objects.visible_to(actor).filter(meeting=meeting).select_related("owner")
    items = list(rows.order_by("position", "pk"))
    about = refs.named(actor, [(one.kind, one.object_id) for one in items if one.object_id])
    came = Outcome.objects.visible_to(actor).filter(meeting=meeting)
    by_item: dict[int | None, list[Outcome]] = {}
    for one in came.select_related("task__assignee").order_by("pk"):
        by_item.setdefault(one.item_id, []).append(one)
    write = Writer(actor, MEETING.name, meeting.pk, [one.notes for one in items])
    points = [
        Point(
            item,
            about.get((item.kind, item.object_id or 0)),
            by_item.get(item.pk, []),
            items[at - 2].pk if at > 1 else 0,
            items[at + 1].pk if at + 1 < len(items) else 0,
            write.html(item.notes),
        )
        for at, item in enumerate(items)
    ]
    return points, by_item.get(None, [])


def agenda_tab(
    request: WorkspaceRequest, kind: RecordKind, row: Meeting
) -> tuple[str, dict[str, Any]]:
    """What is talked about, and what came out of it."""
    actor = request.actor
    points, others = points_of(actor, row)
    return "meetings/agenda.html", {
        "meeting": row,
        "points": points,
        "others": others,
        "writes": actor.can(kind.writes) and row.state not in FIXED,
        "people": list(people_of(actor)),
        "total": sum(point.item.minutes or 0 for point in points),
    }


def agenda_count(actor: Actor, kind: RecordKind, row: Meeting) -> int:
    return AgendaItem.objects.visible_to(actor).filter(meeting=row).count()


WORDS = {
    MeetingState.OPEN: "Open again",
    MeetingState.IN_PROGRESS: "Start",
    MeetingState.CLOSED: "Close",
    MeetingState.FOLLOWED_UP: "Followed up",
}


def moves_panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any] | None:
    """The states a meeting can go to."""
    if not request.actor.can(kind.writes):
        return None
    return {
        "meeting": row,
        "moves": [(s.value, WORDS[s]) for s in MeetingState if s in MOVES[row.state]],
    }


def side_panel(request: WorkspaceRequest, kind: RecordKind, row: Meeting) -> dict[str, Any]:
    """When, where, who comes, and the files."""
    actor = request.actor
    guests = Attendee.objects.visible_to(actor).filter(meeting=row).select_related("user", "team")
    series = (
        MeetingSeries.objects.visible_to(actor).filter(pk=row.series_id).first()
        if row.series_id
        else None
    )
    others = Meeting.objects.visible_to(actor).filter(series=series) if series else None
    before = after = None
    if others is not None and row.slot is not None:
        before = others.filter(slot__lt=row.slot).order_by("-slot").first()
        after = others.filter(slot__gt=row.slot).order_by("slot").first()
    starts = row.starts_at.astimezone(ZoneInfo(row.zone))
    ends = (row.starts_at + timedelta(minutes=row.minutes)).astimezone(ZoneInfo(row.zone))
    return {
        "meeting": row,
        "day": starts.date(),
        "hours": f"{starts:%H:%M}–{ends:%H:%M}",
        "guests": list(guests.order_by("pk")),
        "series": series,
        "before": refs.url_of(actor, kind, before.pk) if before else "",
        "after": refs.url_of(actor, kind, after.pk) if after else "",
    }


# --- The calendar -----------------------------------------------------------------------------
def entries(actor: Actor, start: date, end: date, person: int | None) -> Sequence[Entry]:
    """The meetings of these days, and the slots of series that nobody opened yet."""
    zone = ZoneInfo(actor.workspace.timezone)
    first = datetime.combine(start, time.min, zone).astimezone(UTC)
    last = datetime.combine(end + timedelta(days=1), time.min, zone).astimezone(UTC)
    rows = Meeting.objects.visible_to(actor).filter(starts_at__gte=first, starts_at__lt=last)
    if person is not None:
        rows = rows.filter(pk__in=_attended(actor, person))
    found = [
        _entry(actor, one) for one in rows.select_related("series").order_by("starts_at", "pk")
    ]
    return found + _slots(actor, first, last, person)


def _attended(actor: Actor, person: int) -> Any:
    """The meetings this member is asked to, by themselves or with a team."""
    teams = Team.objects.visible_to(actor).filter(membership__user=person)
    mine = Attendee.objects.visible_to(actor).filter(Q(user=person) | Q(team__in=teams))
    return mine.values("meeting")


def _entry(actor: Actor, meeting: Meeting) -> Entry:
    return Entry(
        day_of(meeting.starts_at, actor.workspace.timezone),
        meeting.title,
        refs.url_of(actor, MEETING, meeting.pk),
        MEETING.name,
        MEETING.label,
        f"{meeting.uid}-{meeting.pk}@pm-workspace",
        meeting.updated_at,
        "users-group",
        meeting.starts_at,
        meeting.minutes,
        meeting.zone,
        meeting.version - 1,
        place=meeting.place or meeting.link,
        done=meeting.state in FIXED,
    )


def _slots(actor: Actor, first: datetime, last: datetime, person: int | None) -> list[Entry]:
    """Times that series foresee and for which there is no meeting yet."""
    found: list[Entry] = []
    known = Meeting.objects.with_trash(actor.workspace.pk).exclude(series=None)
    newest: dict[int, Meeting] = {}
    for meeting in known.order_by("series", "-slot").distinct("series").select_related("series"):
        newest[meeting.series_id or 0] = meeting
    mine = set(_attended(actor, person).values_list("meeting", flat=True)) if person else None
    for meeting in newest.values():
        trashed = meeting.deleted_at is not None
        if meeting.series is None or trashed or (mine is not None and meeting.pk not in mine):
            continue
        begin = max(first, (meeting.slot or meeting.starts_at) + timedelta(seconds=1))
        for slot in meeting.series.rule.between(begin, last):
            if len(found) >= MOST_SLOTS:
                return found
            found.append(_foreseen(actor, meeting, slot))
    return found


def _foreseen(actor: Actor, meeting: Meeting, slot: datetime) -> Entry:
    return Entry(
        day_of(slot, actor.workspace.timezone),
        meeting.title,
        refs.url_of(actor, MEETING, meeting.pk),
        MEETING.name,
        MEETING.label,
        f"{meeting.uid}-{slot:%Y%m%dT%H%MZ}@pm-workspace",
        meeting.updated_at,
        "users-group",
        slot,
        meeting.minutes,
        meeting.zone,
        place=meeting.place or meeting.link,
    )
