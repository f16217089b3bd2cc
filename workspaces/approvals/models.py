"""Approvals: what was asked about a record, of whom, in which order, and what they said."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from workspaces.records.models import (
    AboutRecord,
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)
from workspaces.todo.models import Task

if TYPE_CHECKING:
    from workspaces.access.actor import Actor
    from workspaces.members.models import User


class ApprovalState(models.TextChoices):
    """Where an approval stands."""

    PENDING = "pending", "Waiting"
    APPROVED = "approved", "Approved"
    CONDITIONAL = "conditional", "Approved with conditions"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verdict(models.TextChoices):
    """What one approver says."""

    APPROVE = "approve", "approved"
    CONDITIONS = "conditions", "approved with conditions"
    REJECT = "reject", "rejected"


GRANTED = (ApprovalState.APPROVED, ApprovalState.CONDITIONAL)


class ApprovalQuerySet(RecordQuerySet["Approval"]):
    """The questions people ask of approvals."""

    def visible_to(self, actor: "Actor") -> Self:
        """Those about records of kinds that the actor may read."""
        from workspaces.records.kinds import KINDS

        readable = [name for name, kind in KINDS.items() if actor.can(kind.reads)]
        return super().visible_to(actor).filter(kind__in=readable)

    def about(self, kind: str, object_id: int) -> Self:
        """Those about one record, newest first."""
        return self.filter(kind=kind, object_id=object_id).order_by("-pk")

    def pending(self) -> Self:
        return self.filter(state=ApprovalState.PENDING)

    def waiting_for(self, user: "User") -> Self:
        """Where it is this member's turn, and they have not said anything."""
        said_yes = Q(approvers__decision__verdict__in=[Verdict.APPROVE, Verdict.CONDITIONS])
        unfinished = (
            ApprovalStep.objects.filter(
                approval=models.OuterRef("step__approval"), place__lt=models.OuterRef("step__place")
            )
            .annotate(yes=models.Count("approvers__decision", filter=said_yes))
            .filter(yes__lt=models.F("needed"))
        )
        asked = Approver.objects.filter(
            ~models.Exists(unfinished), user=user, passed_on=False, decision=None
        )
        return self.pending().filter(
            models.Exists(asked.filter(step__approval=models.OuterRef("pk")))
        )


class Approval(AboutRecord, Record):
    """One question about one record: may this be?

    `gate` names the gate of the record's kind that a yes opens; without one it opens nothing.
    `seen_version` is the record's version when it was asked, `covered` the values that the gate
    holds to what was approved.
    """

    title = models.CharField(max_length=200)
    asked = models.TextField("what is asked", blank=True, max_length=10_000)
    due_on = models.DateField("due", null=True, blank=True)
    state = models.CharField(
        max_length=11, choices=ApprovalState.choices, default="pending", editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    gate = models.CharField(max_length=60, blank=True, editable=False)
    seen_version = models.PositiveIntegerField(default=0, editable=False)
    covered = models.JSONField(default=dict, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="approval_in_workspace"),
            models.CheckConstraint(
                condition=Q(state__in=ApprovalState.values), name="approval_state"
            ),
            models.UniqueConstraint(
                fields=["workspace", "kind", "object_id", "gate"],
                condition=Q(state="pending", deleted_at=None) & ~Q(gate=""),
                name="approval_of_gate_once",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id"], name="approval_about"),
            models.Index(fields=["workspace", "state", "due_on"], name="approval_due"),
            models.Index(fields=["workspace", "title", "id"], name="approval_title"),
        ]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(ScopedModel):
    """So many of its approvers must say yes. Steps of one `place` are open at the same time."""

    approval = WorkspaceLink(Approval, models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="approvalstep_in_workspace"),
            models.CheckConstraint(condition=Q(needed__gt=0), name="approvalstep_needs_somebody"),
        ]
        indexes = [models.Index(fields=["workspace", "approval", "place"], name="approvalstep_of")]

    def __str__(self) -> str:
        return f"{self.approval}, step {self.place}"


class Approver(ScopedModel):
    """Somebody who is asked in a step. Who passed it on stays, with `passed_on`.

    `passed_from` is the approver in whose stead this one is asked.
    """

    step = WorkspaceLink(ApprovalStep, models.CASCADE, related_name="approvers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    passed_on = models.BooleanField(default=False)
    passed_from = WorkspaceLink("workspaces.Approver", models.CASCADE, null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="approver_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "step", "user"], name="approver_once"),
        ]

    def __str__(self) -> str:
        return str(self.user or "Somebody who left")


class Decision(ScopedModel):
    """What an approver said, once and for ever."""

    approver = WorkspaceLink(Approver, models.CASCADE, related_name="decision")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(blank=True, max_length=5_000)
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="decision_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "approver"], name="decision_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="decision_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_verdict_display()}"


class Condition(ScopedModel):
    """What has to be done for a yes to stand; it is a task."""

    decision = WorkspaceLink(Decision, models.CASCADE, related_name="conditions")
    text = models.CharField(max_length=200)
    task = WorkspaceLink(Task, models.SET_NULL, null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "decision"], name="condition_of")]

    def __str__(self) -> str:
        return self.text


class Reminder(ScopedModel):
    """An approver was reminded of a due day: once when it came near, once when it was past."""

    approver = WorkspaceLink(Approver, models.CASCADE)
    due_on = models.DateField()
    window = models.CharField(max_length=7)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "approver", "due_on", "window"], name="reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approver}, {self.window}"
