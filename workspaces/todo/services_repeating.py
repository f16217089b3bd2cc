"""The next of a task that repeats: made when one is done, taken away when that is taken back."""

from core.clock import today
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.services import create_record, delete_record, restore_record
from workspaces.todo.models import ChecklistItem, Repetition, Task, TaskState

NAME = "workspaces.task"
KEPT = ("title", "description", "priority", "team", "estimate", "repeats")


def make_next(actor: Actor, task: Task) -> Task | None:
    """The task that comes after one that is done; None at the end of its row.

    It begins with the same lines to tick, none of them ticked. Done twice, it is still one.
    """
    actor.require(Perm.WORK_EDIT)
    known = Repetition.objects.visible_to(actor).filter(earlier=task).first()
    if known is not None:
        return _again(actor, known)
    number = _number(actor, task) + 1
    rhythm, due = task.rhythm, task.due_on
    if rhythm is None or due is None or (rhythm.count and number > rhythm.count):
        return None
    day = rhythm.following(due, today(actor.workspace.timezone))
    if day is None:
        return None
    following: Task = create_record(
        actor,
        KINDS[NAME],
        {
            **{name: getattr(task, name) for name in KEPT},
            **_about(actor, task),
            "assignee": task.assignee if _is_here(actor, task) else None,
            "due_on": day,
            "start_on": day - (due - task.start_on) if task.start_on else None,
        },
    )
    _copy_list(actor, task, following)
    Repetition.objects.create(
        workspace=actor.workspace, earlier=task, later=following, number=number
    )
    return following


def take_next_away(actor: Actor, task: Task) -> None:
    """A task is not done after all: what came after it goes, unless somebody began with it."""
    actor.require(Perm.WORK_EDIT)
    known = Repetition.objects.visible_to(actor).filter(earlier=task).first()
    later = _later(actor, known) if known else None
    if later is None or later.state != TaskState.OPEN:
        return
    if ChecklistItem.objects.visible_to(actor).filter(task=later, done=True).exists():
        return
    delete_record(actor, KINDS[NAME], later.pk, later.version)


def _again(actor: Actor, known: Repetition) -> Task:
    """The next one that was made before; back from the trash, if it is there."""
    later = _later(actor, known)
    if later is not None:
        return later
    restored: Task = restore_record(actor, KINDS[NAME], known.later_id)
    return restored


def _later(actor: Actor, known: Repetition) -> Task | None:
    return Task.objects.visible_to(actor).filter(pk=known.later_id).first()


def _number(actor: Actor, task: Task) -> int:
    """The how manieth of its row a task is."""
    before = Repetition.objects.visible_to(actor).filter(later=task)
    return before.values_list("number", flat=True).first() or 1


def _about(actor: Actor, task: Task) -> dict[str, object]:
    """The record it is about, if that is still there."""
    if not task.object_id or not refs.named(actor, [(task.kind, task.object_id)]):
        return {}
    return {"kind": task.kind, "object_id": task.object_id}


def _is_here(actor: Actor, task: Task) -> bool:
    members = Membership.objects.visible_to(actor).active()
    return task.assignee_id is not None and members.filter(user=task.assignee_id).exists()


def _copy_list(actor: Actor, task: Task, following: Task) -> None:
    items = ChecklistItem.objects.visible_to(actor).filter(task=task)
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(
                workspace=actor.workspace, task=following, text=item.text, position=item.position
            )
            for item in items.order_by("position", "pk")
        ]
    )
