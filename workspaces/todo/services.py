"""The verbs of tasks: adding in one line, moving, waiting for each other, ticking."""

from datetime import date
from typing import Any

from django.db import transaction

from core.clock import today
from core.db import lock_keys
from core.errors import NotFound, Refused
from core.typed import one_line, without_nul
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.members.models import User
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.ranks import between
from workspaces.records.services import change_record, create_record
from workspaces.todo.chains import path_between
from workspaces.todo.models import ChecklistItem, Task, TaskDependency, TaskState
from workspaces.todo.words import read_day, read_task

NAME = "workspaces.task"
MOST_ITEMS, LONGEST_TITLE = 200, 200


@transaction.atomic
def add_task(
    actor: Actor,
    title: str,
    *,
    assignee: User | None = None,
    due_on: date | None = None,
    about: refs.Ref | None = None,
    **more: Any,
) -> Task:
    """Add a task, perhaps about a record the actor may read. Raises NotFound, ValidationError."""
    actor.require(Perm.WORK_EDIT)
    values = {"title": title, "assignee": assignee, "due_on": due_on, **more}
    if about is not None:
        refs.find(actor, *about)
        values |= {"kind": about[0], "object_id": about[1]}
    task: Task = create_record(actor, KINDS[NAME], values)
    return task


def add_in_one_line(actor: Actor, line: str, about: refs.Ref | None = None) -> Task:
    """“Call the printer Fri” is a task for the actor, due on Friday."""
    actor.require(Perm.WORK_EDIT)
    title, due_on = read_task(without_nul(line), today(actor.workspace.timezone))
    if not title:
        raise Refused("Say what is to be done.")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"That is longer than {LONGEST_TITLE} characters. Say the rest inside it.")
    return add_task(actor, title, assignee=actor.user, due_on=due_on, about=about)


def move_task(actor: Actor, pk: int, state: str) -> Task:
    """Take a task to another state, whatever else changed in it meanwhile."""
    actor.require(Perm.WORK_EDIT)
    if state not in TaskState.values:
        raise Refused("A task has no such state.")
    task = _task(actor, pk)
    moved: Task = change_record(actor, KINDS[NAME], pk, task.version, {"state": state})
    return moved


def put_due(actor: Actor, pk: int, words: str) -> Task:
    """Say by when, in words; none at all take the day away."""
    actor.require(Perm.WORK_EDIT)
    due_on = read_day(words, today(actor.workspace.timezone)) if words.strip() else None
    if words.strip() and due_on is None:
        raise Refused(f"“{words.strip()[:40]}” is no day. Try Fri, 2 Dec or +3d.")
    task = _task(actor, pk)
    moved: Task = change_record(actor, KINDS[NAME], pk, task.version, {"due_on": due_on})
    return moved


@transaction.atomic
def add_dependency(actor: Actor, blocked_pk: int, blocker_pk: int) -> TaskDependency:
    """Let one task wait for another. Raises Refused naming the circle this would close.

    All changes of one workspace's dependencies follow one another, so that two people who each
    add half of a circle cannot both be right.
    """
    actor.require(Perm.WORK_EDIT)
    lock_keys("task dependencies", [str(actor.workspace.pk)])
    blocked, blocker = _task(actor, blocked_pk), _task(actor, blocker_pk)
    if blocked == blocker:
        raise Refused("A task cannot wait for itself.")
    if circle := path_between(actor, blocker.pk, blocked.pk):
        names = _names(actor, [blocked.pk, *circle])
        raise Refused(f"That would go round in a circle: {' waits for '.join(names)}.")
    made, new = TaskDependency.objects.visible_to(actor).get_or_create(
        workspace=actor.workspace, blocked=blocked, blocker=blocker
    )
    if new:
        audit.record(actor, "task.waits", blocked, {"waits_for": (None, str(blocker))})
    return made


@transaction.atomic
def remove_dependency(actor: Actor, blocked_pk: int, blocker_pk: int) -> None:
    """One task waits for another no longer."""
    actor.require(Perm.WORK_EDIT)
    rows = TaskDependency.objects.visible_to(actor).select_related("blocker", "blocked")
    found = rows.filter(blocked=blocked_pk, blocker=blocker_pk).first()
    if found is None:
        raise NotFound("It does not wait for that task.")
    audit.record(
        actor, "task.waits_no_longer", found.blocked, {"waits_for": (str(found.blocker), None)}
    )
    found.delete()


@transaction.atomic
def add_item(actor: Actor, task_pk: int, text: str) -> ChecklistItem:
    """Add something to tick at the end of a task's checklist."""
    actor.require(Perm.WORK_EDIT)
    task = _task(actor, task_pk, lock=True)
    words = one_line(text)
    if not words or len(words) > LONGEST_TITLE:
        raise Refused(f"Say what is to be ticked, in at most {LONGEST_TITLE} characters.")
    items = ChecklistItem.objects.visible_to(actor).filter(task=task)
    if items.count() >= MOST_ITEMS:
        raise Refused(f"A checklist has at most {MOST_ITEMS} lines.")
    last = items.order_by("-position").values_list("position", flat=True).first() or ""
    item = ChecklistItem.objects.create(
        workspace=actor.workspace, task=task, text=words, position=between(last, "")
    )
    audit.record(actor, "task.item_added", task, {"checklist": (None, words)})
    return item


@transaction.atomic
def tick_item(actor: Actor, pk: int, done: bool) -> ChecklistItem:
    """Tick a line of a checklist, or take the tick away."""
    actor.require(Perm.WORK_EDIT)
    item = _item(actor, pk)
    if item.done != done:
        item.done = done
        item.save(update_fields=["done"])
        verb = "task.item_ticked" if done else "task.item_unticked"
        audit.record(actor, verb, item.task, {"checklist": (None, item.text)})
    return item


@transaction.atomic
def move_item(actor: Actor, pk: int, after_pk: int | None) -> ChecklistItem:
    """Put a line behind another one, or first. Only this line's row is written."""
    actor.require(Perm.WORK_EDIT)
    item = _item(actor, pk)
    _task(actor, item.task_id, lock=True)
    others = ChecklistItem.objects.visible_to(actor).filter(task=item.task_id).exclude(pk=pk)
    low = ""
    if after_pk is not None:
        before = others.filter(pk=after_pk).first()
        if before is None:
            raise NotFound("That line is not in this checklist.")
        low = before.position
    high = others.filter(position__gt=low).order_by("position").first()
    item.position = between(low, high.position if high else "")
    item.save(update_fields=["position"])
    return item


@transaction.atomic
def remove_item(actor: Actor, pk: int) -> Task:
    """Take a line out of a checklist."""
    actor.require(Perm.WORK_EDIT)
    item = _item(actor, pk)
    audit.record(actor, "task.item_removed", item.task, {"checklist": (item.text, None)})
    task: Task = item.task
    item.delete()
    return task


def _task(actor: Actor, pk: int, *, lock: bool = False) -> Task:
    rows = Task.objects.visible_to(actor)
    if lock:
        rows = rows.select_for_update(no_key=True)
    task = rows.filter(pk=pk).first()
    if task is None:
        raise NotFound("That task no longer exists.")
    return task


def _item(actor: Actor, pk: int) -> ChecklistItem:
    rows = ChecklistItem.objects.visible_to(actor).select_related("task")
    item = rows.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if item is None:
        raise NotFound("That line is no longer in the checklist.")
    return item


def _names(actor: Actor, pks: list[int]) -> list[str]:
    titles = dict(
        Task.objects.with_trash(actor.workspace.pk).filter(pk__in=pks).values_list("pk", "title")
    )
    return [f"“{titles.get(pk, pk)}”" for pk in pks]
