"""The verbs of meetings: calling, moving, agenda, outcomes, the next of a series."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core.errors import NotFound, Refused
from core.typed import one_line
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.meetings.models import (
    FIXED,
    AgendaItem,
    Attendee,
    Meeting,
    MeetingSeries,
    MeetingState,
    Outcome,
    OutcomeType,
)
from workspaces.meetings.repeating import MOST_COUNT, MOST_EVERY
from workspaces.members.models import Team, User
from workspaces.members.people import people_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.ranks import between, spread
from workspaces.records.services import change_record, create_record
from workspaces.todo.models import CLOSED, Task
from workspaces.todo.services import NAME as TASK_NAME
from workspaces.todo.services import add_task

NAME = "workspaces.meeting"
MOST_ITEMS, MOST_PEOPLE = 100, 200


@dataclass(frozen=True, slots=True)
class Guests:
    """Who is asked to come."""

    people: Sequence[User] = ()
    teams: Sequence[Team] = ()
    emails: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """How a meeting comes again."""

    repeats: str
    every: int = 1
    count: int | None = None
    until_on: date | None = None


NOBODY = Guests()


@transaction.atomic
def call_meeting(
    actor: Actor,
    title: str,
    starts_at: datetime,
    *,
    guests: Guests = NOBODY,
    again: Again | None = None,
    **more: Any,
) -> Meeting:
    """Call a meeting, or the first of a series. Raises ValidationError naming the fields."""
    actor.require(Perm.WORK_EDIT)
    values = {"zone": actor.workspace.timezone, **more, "title": title, "starts_at": starts_at}
    meeting: Meeting = create_record(actor, KINDS[NAME], values)
    if again is not None:
        _make_series(meeting, again)
    _invite(actor, meeting, guests)
    return meeting


def _make_series(meeting: Meeting, again: Again) -> None:
    if again.every < 1 or again.every > MOST_EVERY:
        raise ValidationError({"every": [f"Between 1 and {MOST_EVERY}."]})
    if again.count is not None and not 1 <= again.count <= MOST_COUNT:
        raise ValidationError({"count": [f"Between 1 and {MOST_COUNT} times."]})
    if again.until_on is not None and again.until_on < meeting.starts_at.date():
        raise ValidationError({"until_on": ["It ends before it begins."]})
    series = MeetingSeries(
        workspace_id=meeting.workspace_id,
        starts_at=meeting.starts_at,
        zone=meeting.zone,
        repeats=again.repeats,
        every=again.every,
        count=again.count,
        until_on=again.until_on,
        uid=meeting.uid,
    )
    series.full_clean(exclude=["workspace"], validate_unique=False, validate_constraints=False)
    series.save()
    meeting.series, meeting.slot = series, meeting.starts_at
    meeting.save(update_fields=["series", "slot"])


def _invite(actor: Actor, meeting: Meeting, guests: Guests) -> None:
    here = set(people_of(actor).values_list("pk", flat=True))
    if any(person.pk not in here for person in guests.people):
        raise ValidationError({"people": ["Not all of them are members here."]})
    teams = Team.objects.visible_to(actor).filter(pk__in=[team.pk for team in guests.teams])
    emails = {address.strip().lower() for address in guests.emails if address.strip()}
    for address in emails:
        validate_email(address)
    rows: list[dict[str, Any]] = [
        *({"user": person} for person in guests.people),
        *({"team": team} for team in teams),
        *({"email": address} for address in sorted(emails)),
    ]
    if len(rows) > MOST_PEOPLE:
        raise ValidationError({"people": [f"At most {MOST_PEOPLE}."]})
    Attendee.objects.bulk_create(
        [Attendee(workspace=actor.workspace, meeting=meeting, **row) for row in rows],
        ignore_conflicts=True,
    )


@transaction.atomic
def move_meeting(actor: Actor, pk: int, state: str) -> Meeting:
    """Take a meeting to another state. Closing one of a series opens the next, by any way in."""
    actor.require(Perm.WORK_EDIT)
    meeting = _meeting(actor, pk)
    if state not in MeetingState.values:
        raise Refused("A meeting has no such state.")
    moved: Meeting = change_record(actor, KINDS[NAME], pk, meeting.version, {"state": state})
    return moved


def open_next(actor: Actor, meeting: Meeting) -> Meeting | None:
    """The next meeting of the series, which begins with what was left open; None at its end."""
    actor.require(Perm.WORK_EDIT)
    series = (
        MeetingSeries.objects.visible_to(actor).select_for_update().get(pk=meeting.series_id or 0)
    )
    slot = series.rule.after(meeting.slot or meeting.starts_at)
    if slot is None:
        return None
    known = Meeting.objects.with_trash(actor.workspace.pk).filter(series=series, slot=slot).first()
    if known is not None:
        return known
    following: Meeting = create_record(
        actor,
        KINDS[NAME],
        {
            "title": meeting.title,
            "starts_at": slot,
            "minutes": meeting.minutes,
            "zone": meeting.zone,
            "place": meeting.place,
            "link": meeting.link,
        },
    )
    following.series, following.slot = series, slot
    following.save(update_fields=["series", "slot"])
    guests = Attendee.objects.visible_to(actor).filter(meeting=meeting)
    Attendee.objects.bulk_create(
        [
            Attendee(
                workspace=actor.workspace,
                meeting=following,
                user_id=one.user_id,
                team_id=one.team_id,
                email=one.email,
            )
            for one in guests
        ]
    )
    _carry_over(actor, meeting, following)
    return following


def _carry_over(actor: Actor, meeting: Meeting, following: Meeting) -> None:
    """Tasks of the last meeting that are not done stand first on the next one's agenda."""
    left = Outcome.objects.visible_to(actor).filter(
        meeting=meeting, task__isnull=False, task__deleted_at=None
    )
    found = list(left.exclude(task__state__in=CLOSED).order_by("pk"))
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(
                workspace=actor.workspace,
                meeting=following,
                position=rank,
                title=f"Still open: {one.text}"[:200],
                kind=TASK_NAME,
                object_id=one.task_id,
            )
            for one, rank in zip(found, spread(len(found)), strict=True)
        ]
    )


@dataclass(frozen=True, slots=True)
class Point:
    """What is to be talked about."""

    title: str
    minutes: int | None = None
    owner: User | None = None
    about: refs.Ref | None = None
    notes: str = field(default="")


@transaction.atomic
def add_point(actor: Actor, meeting_pk: int, point: Point) -> AgendaItem:
    """Put something at the end of the agenda. Raises NotFound for a record one may not read."""
    actor.require(Perm.WORK_EDIT)
    meeting = _unfixed(actor, meeting_pk)
    if point.about is not None:
        refs.find(actor, *point.about)
    items = AgendaItem.objects.visible_to(actor).filter(meeting=meeting)
    if items.count() >= MOST_ITEMS:
        raise Refused(f"An agenda has at most {MOST_ITEMS} lines.")
    last = items.order_by("-position").values_list("position", flat=True).first() or ""
    item = AgendaItem(
        workspace=actor.workspace,
        meeting=meeting,
        position=between(last, ""),
        title=one_line(point.title),
        minutes=point.minutes,
        owner=point.owner,
        notes=point.notes,
        kind=point.about[0] if point.about else "",
        object_id=point.about[1] if point.about else None,
    )
    item.full_clean(exclude=["workspace", "meeting"], validate_constraints=False)
    item.save()
    audit.record(actor, "meeting.agenda_added", meeting, {"agenda": (None, item.title)})
    return item


@transaction.atomic
def move_point(actor: Actor, pk: int, after_pk: int | None) -> AgendaItem:
    """Put a line of the agenda behind another one, or first. Only its own row is written."""
    actor.require(Perm.WORK_EDIT)
    item = _item(actor, pk)
    _unfixed(actor, item.meeting_id)
    others = AgendaItem.objects.visible_to(actor).filter(meeting=item.meeting_id).exclude(pk=pk)
    low = ""
    if after_pk is not None:
        before = others.filter(pk=after_pk).first()
        if before is None:
            raise NotFound("That line is not on this agenda.")
        low = before.position
    high = others.filter(position__gt=low).order_by("position").first()
    item.position = between(low, high.position if high else "")
    item.save(update_fields=["position"])
    return item


@transaction.atomic
def remove_point(actor: Actor, pk: int) -> Meeting:
    """Take a line off the agenda."""
    actor.require(Perm.WORK_EDIT)
    item = _item(actor, pk)
    meeting = _unfixed(actor, item.meeting_id)
    audit.record(actor, "meeting.agenda_removed", meeting, {"agenda": (item.title, None)})
    item.delete()
    return meeting


@transaction.atomic
def note_outcome(
    actor: Actor,
    meeting_pk: int,
    type_: str,
    text: str,
    *,
    item_pk: int | None = None,
    assignee: User | None = None,
    due_on: date | None = None,
) -> Outcome:
    """Write down a decision, or a task, which then really is one."""
    actor.require(Perm.WORK_EDIT)
    meeting = _unfixed(actor, meeting_pk)
    words = one_line(text)
    if not words or len(words) > 200:
        raise Refused("Say what came out of it, in at most 200 characters.")
    if type_ not in OutcomeType.values:
        raise Refused("It is a decision or a task.")
    item = None
    if item_pk is not None:
        item = _item(actor, item_pk)
        if item.meeting_id != meeting.pk:
            raise NotFound("That line is not on this agenda.")
    task: Task | None = None
    if type_ == OutcomeType.TASK:
        about = (item.kind, item.object_id or 0) if item and item.kind else (NAME, meeting.pk)
        if about[0] == TASK_NAME:
            about = (NAME, meeting.pk)
        task = add_task(actor, words, assignee=assignee, due_on=due_on, about=about)
    outcome = Outcome.objects.create(
        workspace=actor.workspace, meeting=meeting, item=item, type=type_, text=words, task=task
    )
    audit.record(actor, f"meeting.{type_}_noted", meeting, {"outcome": (None, words)})
    return outcome


def _meeting(actor: Actor, pk: int) -> Meeting:
    meeting = Meeting.objects.visible_to(actor).filter(pk=pk).first()
    if meeting is None:
        raise NotFound("That meeting no longer exists.")
    return meeting


def _unfixed(actor: Actor, pk: int) -> Meeting:
    """A meeting whose minutes can still be written, locked."""
    rows = Meeting.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    meeting = rows.filter(pk=pk).first()
    if meeting is None:
        raise NotFound("That meeting no longer exists.")
    if meeting.state in FIXED:
        raise Refused("It is closed. Open it again to change its minutes.")
    return meeting


def _item(actor: Actor, pk: int) -> AgendaItem:
    item = AgendaItem.objects.visible_to(actor).filter(pk=pk).first()
    if item is None:
        raise NotFound("That line is no longer on the agenda.")
    return item
