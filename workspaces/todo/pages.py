"""What “My tasks” and the tasks of a record show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from core.clock import today
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.calendar.sources import Entry, source_of
from workspaces.records import refs
from workspaces.records.kinds import RecordKind
from workspaces.records.needs import AMBER, RED, Need
from workspaces.snoozes.services import snoozed
from workspaces.todo.models import (
    CLOSED,
    MOVES,
    ChecklistItem,
    Priority,
    Repetition,
    Task,
    TaskDependency,
    TaskQuerySet,
    TaskState,
)
from workspaces.todo.records import TASK

MOST, MOST_FORESEEN = 500, 1_000
NEEDS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a line of a list: what it is about, and whether something holds it up."""

    task: Task
    url: str
    about: refs.Named | None
    waits: int
    late: bool
    done: bool

    @property
    def words(self) -> str:
        """What is out of the ordinary about it: urgent, in progress, waiting."""
        task, found = self.task, []
        if task.priority in (Priority.URGENT, Priority.HIGH):
            found.append(task.get_priority_display())
        if task.state not in (TaskState.OPEN, TaskState.DONE):
            found.append(task.get_state_display())
        if self.waits:
            found.append(f"waits for {self.waits}")
        return " · ".join(found)


@dataclass(frozen=True, slots=True)
class Section:
    """Tasks that are due at about the same time."""

    name: str
    label: str
    lines: list[Line]


def key_of(task: Task) -> str:
    """What putting this task off is called."""
    return f"task:{task.pk}"


def my_tasks(actor: Actor) -> dict[str, Any]:
    """What the actor is to do, by when it is due, and how many they put off."""
    mine = Task.objects.visible_to(actor).of(actor.user).unfinished().by_urgency()
    found = list(mine[:MOST])
    later = snoozed(actor) if found else set()
    now = today(actor.workspace.timezone)
    shown = [line for line in lines(actor, found, now) if key_of(line.task) not in later]
    sections = [
        Section("overdue", "Overdue", [one for one in shown if one.late]),
        Section("today", "Today", [one for one in shown if one.task.due_on == now]),
        Section("upcoming", "Upcoming", [one for one in shown if _later(one, now)]),
        Section("someday", "No date", [one for one in shown if one.task.due_on is None]),
    ]
    return {
        "sections": [one for one in sections if one.lines],
        "count": len(shown),
        "put_off": len(found) - len(shown),
    }


def _later(line: Line, now: date) -> bool:
    return line.task.due_on is not None and line.task.due_on > now


def lines(actor: Actor, tasks: Iterable[Task], now: date) -> list[Line]:
    """Tasks as lines: three statements, however many there are."""
    found = list(tasks)
    about = refs.named(actor, [(one.kind, one.object_id) for one in found if one.object_id])
    waiting = _waiting(actor, [one.pk for one in found])
    return [
        Line(
            task,
            refs.url_of(actor, TASK, task.pk),
            about.get((task.kind, task.object_id or 0)),
            waiting.get(task.pk, 0),
            task.due_on is not None and task.due_on < now and task.state not in CLOSED,
            task.state in CLOSED,
        )
        for task in found
    ]


def _waiting(actor: Actor, pks: list[int]) -> dict[int, int]:
    """How many unfinished tasks each of these waits for."""
    rows = TaskDependency.objects.visible_to(actor).filter(
        blocked__in=pks, blocker__deleted_at=None
    )
    count: dict[int, int] = {}
    for pk in rows.exclude(blocker__state__in=CLOSED).values_list("blocked_id", flat=True):
        count[pk] = count.get(pk, 0) + 1
    return count


def needs(actor: Actor) -> list[Need]:
    """The actor's tasks that are overdue or due today."""
    now = today(actor.workspace.timezone)
    due = Task.objects.visible_to(actor).of(actor.user).unfinished().filter(due_on__lte=now)
    return [
        Need(
            key_of(task),
            task.title,
            "Due today" if task.due_on == now else f"{(now - task.due_on).days} d overdue",
            "list-check",
            AMBER if task.due_on == now else RED,
            "Open",
            refs.url_of(actor, TASK, task.pk),
        )
        for task in due.by_urgency()[:NEEDS]
        if task.due_on is not None
    ]


def tasks_tab(request: WorkspaceRequest, kind: RecordKind, row: Any) -> tuple[str, dict[str, Any]]:
    """What is to be done about a record, open tasks first."""
    actor = request.actor
    about = Task.objects.visible_to(actor).about(kind.name, row.pk).select_related("assignee")
    found = sorted(about.by_urgency()[:MOST], key=lambda task: task.state in CLOSED)
    return "todo/tab.html", {
        "lines": lines(actor, found, today(actor.workspace.timezone)),
        "kind_name": kind.name,
        "object_id": row.pk,
        "adds": actor.can(TASK.writes),
    }


def tasks_counted(actor: Actor, kind: RecordKind) -> TaskQuerySet:
    """The tasks about records of a kind that are still to be done."""
    return Task.objects.visible_to(actor).filter(kind=kind.name).unfinished()


def moves_panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any] | None:
    """The states a task can go to, as buttons of its head."""
    if not request.actor.can(kind.writes):
        return None
    ways = [one for one in TaskState if one in MOVES[row.state]]
    return {"task": row, "moves": [(one.value, WORDS[one]) for one in ways]}


WORDS = {
    TaskState.OPEN: "Open again",
    TaskState.IN_PROGRESS: "Start",
    TaskState.BLOCKED: "Blocked",
    TaskState.DONE: "Done",
    TaskState.DROPPED: "Drop",
}


def _neighbour(actor: Actor, *, earlier: bool, task: Task) -> str:
    """Where the one before or after this one of its row opens; nothing when there is none."""
    rows = Repetition.objects.visible_to(actor)
    if earlier:
        found = rows.filter(later=task, earlier__deleted_at=None).values_list("earlier", flat=True)
    else:
        found = rows.filter(earlier=task, later__deleted_at=None).values_list("later", flat=True)
    pk = found.first()
    return refs.url_of(actor, TASK, pk) if pk else ""


def side_panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    """Beside a task: what it is about, its checklist, what it waits for and holds up."""
    actor = request.actor
    pairs = TaskDependency.objects.visible_to(actor)
    waits = pairs.filter(blocked=row, blocker__deleted_at=None).select_related("blocker")
    holds = pairs.filter(blocker=row, blocked__deleted_at=None).select_related("blocked")
    items = list(
        ChecklistItem.objects.visible_to(actor).filter(task=row).order_by("position", "pk")
    )
    about = refs.in_order(actor, [(row.kind, row.object_id)]) if row.object_id else []
    return {
        "task": row,
        "rhythm": row.rhythm,
        "before": _neighbour(actor, earlier=True, task=row),
        "after": _neighbour(actor, earlier=False, task=row),
        "edits": actor.can(kind.writes),
        "about": about[0] if about else None,
        "items": [
            (
                item,
                items[at - 2].pk if at > 1 else 0,
                items[at + 1].pk if at + 1 < len(items) else 0,
            )
            for at, item in enumerate(items)
        ],
        "ticked": sum(item.done for item in items),
        "waits": [(one.blocker, refs.url_of(actor, TASK, one.blocker_id)) for one in waits],
        "holds": [(one.blocked, refs.url_of(actor, TASK, one.blocked_id)) for one in holds],
    }


# --- The calendar -----------------------------------------------------------------------------
def entries(actor: Actor, start: date, end: date, person: int | None) -> Sequence[Entry]:
    """Tasks on the days they are due, and the days on which those that repeat will be."""
    return [*source_of(TASK).find(actor, start, end, person), *_foreseen(actor, start, end, person)]


def _foreseen(actor: Actor, start: date, end: date, person: int | None) -> Iterator[Entry]:
    rows = Task.objects.visible_to(actor).unfinished().exclude(repeats="")
    rows = rows.filter(due_on__lt=end)
    if person is not None:
        rows = rows.filter(assignee=person)
    tasks = list(rows.order_by("due_on", "pk")[:MOST])
    made = Repetition.objects.visible_to(actor).filter(later__in=tasks) if tasks else ()
    done = {one.later_id: one.number for one in made}
    for task in tasks:
        rhythm, due = task.rhythm, task.due_on
        if rhythm is None or due is None:
            continue
        left = rhythm.count - done.get(task.pk, 1) if rhythm.count else None
        for day in islice(rhythm.after(due, due), left if left is not None else MOST_FORESEEN):
            if day > end:
                break
            if day >= start:
                yield _will_be(actor, task, day)


def _will_be(actor: Actor, task: Task, day: date) -> Entry:
    return Entry(
        day,
        task.title,
        refs.url_of(actor, TASK, task.pk),
        TASK.name,
        TASK.label,
        f"{TASK.name}-{task.pk}-{day:%Y%m%d}@pm-workspace",
        task.updated_at,
        TASK.icon,
        person=task.assignee_id,
    )
