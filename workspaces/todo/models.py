"""What somebody is to do: tasks, what they wait for, and their lists of things to tick."""

from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from workspaces.members.models import Team, User
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)
from workspaces.todo.repeating import LONGEST, Rhythm, read


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    BLOCKED = "blocked", "Blocked"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class Priority(models.TextChoices):
    """How much a task matters beside the others."""

    URGENT = "urgent", "Urgent"
    HIGH = "high", "High"
    NORMAL = "normal", "Normal"
    LOW = "low", "Low"


CLOSED = (TaskState.DONE, TaskState.DROPPED)
# Every move can be taken back, so that undo always finds a way.
MOVES: dict[str, frozenset[str]] = {
    TaskState.OPEN: frozenset({"in_progress", "blocked", "done", "dropped"}),
    TaskState.IN_PROGRESS: frozenset({"open", "blocked", "done", "dropped"}),
    TaskState.BLOCKED: frozenset({"open", "in_progress", "dropped"}),
    TaskState.DONE: frozenset({"open", "in_progress"}),
    TaskState.DROPPED: frozenset({"open", "in_progress", "blocked"}),
}


class TaskQuerySet(RecordQuerySet["Task"]):
    """The questions people ask of tasks."""

    def unfinished(self) -> Self:
        """Still to be done: neither done nor dropped."""
        return self.exclude(state__in=CLOSED)

    def of(self, user: User) -> Self:
        """What this member is to do."""
        return self.filter(assignee=user)

    def about(self, kind: str, object_id: int) -> Self:
        """What is to be done about one record."""
        return self.filter(kind=kind, object_id=object_id)

    def by_urgency(self) -> Self:
        """What is due first stands first; what has no day last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")


class Task(Record):
    """Something one member or team is to do, perhaps about a record, perhaps by a day.

    `kind` and `object_id` name the record it is about: both, or neither.
    """

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=20_000)
    state = models.CharField(max_length=11, choices=TaskState.choices, default=TaskState.OPEN)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    team = WorkspaceLink(Team, models.SET_NULL, null=True, blank=True)
    start_on = models.DateField("starts", null=True, blank=True)
    due_on = models.DateField("due", null=True, blank=True)
    estimate = models.DecimalField(
        "hours",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="How many hours it takes.",
    )
    repeats = models.CharField(
        max_length=LONGEST,
        blank=True,
        default="",
        db_default="",
        help_text="How it comes again when it is done, such as FREQ=WEEKLY;BYDAY=MO.",
    )
    kind = models.CharField(max_length=60, blank=True, editable=False)
    object_id = models.BigIntegerField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="task_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_state"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="task_priority"),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(due_on=None) | Q(due_on__gte=F("start_on")),
                name="task_starts_before_due",
            ),
            models.CheckConstraint(
                condition=Q(kind="", object_id=None) | (~Q(kind="") & Q(object_id__isnull=False)),
                name="task_about_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "assignee", "due_on"], name="task_of"),
            models.Index(fields=["workspace", "kind", "object_id"], name="task_about"),
            models.Index(fields=["workspace", "due_on"], name="task_due"),
            models.Index(fields=["workspace", "title", "id"], name="task_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rhythm(self) -> Rhythm | None:
        """How it comes again. What was written past the forms and cannot be read is nothing."""
        try:
            return read(self.repeats) if self.repeats else None
        except ValueError:
            return None


class Repetition(ScopedModel):
    """`later` was made when `earlier` was done; `number` says the how manieth of its row it is."""

    earlier = WorkspaceLink(Task, models.CASCADE)
    later = WorkspaceLink(Task, models.CASCADE)
    number = models.PositiveSmallIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "earlier"], name="repetition_once"),
            models.UniqueConstraint(fields=["workspace", "later"], name="repetition_of_one"),
            models.CheckConstraint(condition=Q(number__gt=1), name="repetition_number"),
        ]

    def __str__(self) -> str:
        return f"{self.later}, {self.number}."


class TaskDependency(ScopedModel):
    """`blocked` waits until `blocker` is done. No chain of them leads back to its start."""

    blocker = WorkspaceLink(Task, models.CASCADE, related_name="holds_up")
    blocked = WorkspaceLink(Task, models.CASCADE, related_name="waits_for")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "blocked", "blocker"], name="taskdependency_once"
            ),
            models.CheckConstraint(
                condition=~Q(blocker=F("blocked")), name="taskdependency_not_on_itself"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "blocker"], name="taskdependency_blocker")]

    def __str__(self) -> str:
        return f"{self.blocker} before {self.blocked}"


class ChecklistItem(ScopedModel):
    """One thing to tick within a task. `position` is a rank; see `workspaces.records.ranks`."""

    task = WorkspaceLink(Task, models.CASCADE, related_name="checklist")
    text = models.CharField(max_length=300)
    done = models.BooleanField(default=False)
    position = models.CharField(max_length=200, db_collation="C")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="checklistitem_in_workspace"),
        ]
        indexes = [
            models.Index(fields=["workspace", "task", "position"], name="checklistitem_in_order")
        ]

    def __str__(self) -> str:
        return self.text
