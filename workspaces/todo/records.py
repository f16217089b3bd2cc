"""Tasks as records: their fields, and what their domain forbids."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.fields import MARKDOWN, Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.todo import services_repeating
from workspaces.todo.models import CLOSED, MOVES, Priority, Task, TaskState
from workspaces.todo.repeating import read

STATE_TONES = {"open": "grey", "in_progress": "indigo", "blocked": "red", "done": "green"}
PRIORITY_TONES = {"urgent": "red", "high": "amber"}


def rules(actor: Actor, row: Any, changes: Changes) -> None:
    """No move that is none, nobody from outside, nothing that is due before it starts."""
    if "state" in changes and row.pk:
        _check_move(*changes["state"])
    if changes.get("assignee", (None, None))[1] is not None:
        _check_member(actor, row.assignee_id)
    dated = {"start_on", "due_on"} & set(changes) and row.start_on and row.due_on
    if dated and row.due_on < row.start_on:
        raise ValidationError({"due_on": ["It is due before it starts."]})
    if {"kind", "object_id"} & set(changes) and row.kind:
        refs.find(actor, row.kind, row.object_id)
    if {"repeats", "due_on"} & set(changes) and row.repeats:
        _check_rhythm(row)


def _check_rhythm(row: Any) -> None:
    try:
        rhythm = read(row.repeats)
    except ValueError as wrong:
        raise ValidationError({"repeats": [str(wrong)]}) from wrong
    if row.due_on is None:
        raise ValidationError({"due_on": ["A task that repeats is due on a day."]})
    if rhythm.until and rhythm.until < row.due_on:
        raise ValidationError({"repeats": ["It ends before it is due."]})


def _check_move(old: str, new: str) -> None:
    if new in MOVES.get(old, frozenset()) or new == old:
        return
    was, wanted = (dict(TaskState.choices).get(one, one).lower() for one in (old, new))
    ways = ", ".join(TaskState(one).label for one in TaskState.values if one in MOVES[old])
    raise Refused(f"A task that is {was} cannot become {wanted}. From here it goes to: {ways}.")


def _check_member(actor: Actor, user_id: int) -> None:
    members = Membership.objects.visible_to(actor).active()
    if not members.filter(user=user_id).exists():
        raise ValidationError({"assignee": ["That person is no member here."]})


def after(actor: Actor, row: Any, changes: Changes) -> None:
    """Note when a task was done; one that repeats makes the next, or takes it away again."""
    if "state" not in changes:
        return
    row.done_at = timezone.now() if row.state in CLOSED else None
    Task.objects.visible_to(actor).filter(pk=row.pk).update(done_at=row.done_at)
    if row.state == TaskState.DONE and row.repeats:
        services_repeating.make_next(actor, row)
    elif changes["state"][0] == TaskState.DONE:
        services_repeating.take_next_away(actor, row)


TASK = RecordKind(
    model=Task,
    label="Task",
    plural="Tasks",
    reads=Perm.WORK_VIEW,
    writes=Perm.WORK_EDIT,
    fields=fields_of_model(
        Task,
        "title",
        "state",
        "assignee",
        "due_on",
        "priority",
        "team",
        "start_on",
        "estimate",
        "description",
        state={
            "choices": tuple(
                Choice(one.value, one.label, STATE_TONES.get(one.value, "grey"))
                for one in TaskState
            ),
            "required": False,
        },
        priority={
            "choices": tuple(
                Choice(one.value, one.label, PRIORITY_TONES.get(one.value, "grey"))
                for one in Priority
            ),
            "required": False,
        },
        team={"shown": False},
        start_on={"shown": False},
        estimate={"shown": False},
        description={"shown": False, **MARKDOWN},
    ),
    rules=rules,
    after=after,
    icon="list-check",
    section="Work",
    board="state",
    closed=frozenset(CLOSED),
    searched=("title", "description"),
    dated=("due_on",),
    hidden=frozenset({"kind", "object_id"}),
    new_url=lambda actor: reverse("workspaces:task_new", args=[actor.workspace.slug]),
    edit_url=lambda actor, pk: reverse("workspaces:task_edit", args=[actor.workspace.slug, pk]),
    sample="Ask the printer for a proof · Ada · due Fri",
)


def register() -> None:
    """Called from the app's ready()."""
    register_record(TASK)
