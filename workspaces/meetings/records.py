"""Meetings as records: their fields, and what their domain forbids."""

from typing import Any

from django.urls import reverse

from core.clock import check_moment
from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.meetings import services
from workspaces.meetings.models import FIXED, MOVES, Meeting, MeetingState, Outcome
from workspaces.records.fields import MARKDOWN, Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.todo.models import CLOSED

TONES = {"open": "indigo", "in_progress": "amber", "closed": "grey", "followed_up": "green"}


def rules(actor: Actor, row: Any, changes: Changes) -> None:
    """Moves that lead somewhere; what is closed stays as it was; followed up means all done."""
    if row.pk is None:
        row.zone = row.zone or actor.workspace.timezone
    if "starts_at" in changes and row.starts_at is not None:
        check_moment(row.starts_at, "starts_at")
    if row.pk is None:
        return
    old = changes["state"][0] if "state" in changes else row.state
    if "state" in changes:
        _check_move(actor, row, *changes["state"])
    others = {name for name in changes if name != "state" and not name.startswith("custom.")}
    if others and old in FIXED:
        raise Refused("It is closed. Open it again to change it.")


def _check_move(actor: Actor, row: Any, old: str, new: str) -> None:
    if new not in MOVES.get(old, frozenset()):
        words = (dict(MeetingState.choices).get(one, one).lower() for one in (old, new))
        raise Refused("A meeting that is {} cannot become {}.".format(*words))
    if new == MeetingState.FOLLOWED_UP:
        left = Outcome.objects.visible_to(actor).filter(
            meeting=row, task__isnull=False, task__deleted_at=None
        )
        count = left.exclude(task__state__in=CLOSED).count()
        if count:
            raise Refused(f"{count} of its tasks {'is' if count == 1 else 'are'} still to be done.")


def after(actor: Actor, row: Any, changes: Changes) -> None:
    """A meeting of a series that is closed opens the next one."""
    if "state" in changes and row.state == MeetingState.CLOSED and row.series_id is not None:
        services.open_next(actor, row)


MEETING = RecordKind(
    model=Meeting,
    label="Meeting",
    plural="Meetings",
    reads=Perm.WORK_VIEW,
    writes=Perm.WORK_EDIT,
    fields=fields_of_model(
        Meeting,
        "title",
        "starts_at",
        "minutes",
        "state",
        "place",
        "link",
        "zone",
        "notes",
        state={
            "choices": tuple(Choice(s.value, s.label, TONES[s.value]) for s in MeetingState),
            "required": False,
        },
        minutes={"unit": "min", "required": False},
        zone={"shown": False, "required": False},
        link={"shown": False},
        notes={"shown": False, **MARKDOWN},
    ),
    rules=rules,
    after=after,
    icon="users-group",
    section="Work",
    board="state",
    closed=frozenset(FIXED),
    searched=("title", "notes"),
    slug="meetings",
    new_url=lambda actor: reverse("workspaces:meeting_new", args=[actor.workspace.slug]),
    edit_url=lambda actor, pk: reverse("workspaces:meeting_edit", args=[actor.workspace.slug, pk]),
    sample="Portfolio review · Tue 10:00 · 8 on the agenda",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(MEETING)
