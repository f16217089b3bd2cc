"""Specification lines with what was found, and tests signed off by each role."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roadmaps.launches.models import Launch
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)


class LineKind(models.TextChoices):
    """What a line says: what the product must be, or what was recommended to improve."""

    REQUIREMENT = "requirement", "Requirement"
    IMPROVEMENT = "improvement", "Improvement"


class Verdict(models.TextChoices):
    """What was found of a line. An improvement that is confirmed is done."""

    OPEN = "open", "Open"
    CONFIRMED = "confirmed", "Confirmed"
    FAILED = "failed", "Failed"
    WAIVED = "waived", "Waived"


class SpecLineQuerySet(RecordQuerySet["SpecLine"]):
    """Lines whose launch is not in the trash."""

    def in_workspace(self, workspace_id: int) -> Any:
        return super().in_workspace(workspace_id).filter(launch__deleted_at=None)


class SpecLine(Record):
    """One line of a launch's ideal product: what is required, what there is, and who saw it.

    Once the launch is in verification what is required no longer changes, only what was found.
    """

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="lines")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=11, choices=LineKind.choices, default=LineKind.REQUIREMENT)
    must = models.BooleanField("no Go without it", default=False)
    required = models.CharField(max_length=500, blank=True)
    actual = models.CharField(max_length=500, blank=True)
    method = models.CharField("how it is checked", max_length=200, blank=True)
    evidence = models.CharField(max_length=500, blank=True, help_text="A link or where it lies.")
    verdict = models.CharField(max_length=9, choices=Verdict.choices, default=Verdict.OPEN)
    reason = models.CharField("why it is waived", max_length=500, blank=True)
    idea = WorkspaceLink("feedback.Idea", models.SET_NULL, null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    judged_at = models.DateTimeField(null=True, editable=False)

    objects = SpecLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="specline_in_workspace"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="specline_kind"),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="specline_verdict"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="waived") | ~Q(reason=""), name="specline_waived_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "launch", "id"], name="specline_of_launch"),
            models.Index(fields=["workspace", "title", "id"], name="specline_title"),
        ]

    def __str__(self) -> str:
        return self.title


class RunResult(models.TextChoices):
    """How a test run ended."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"


class QaRun(ScopedModel):
    """A test run: what was tested, on what, and how it ended. It never changes."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="runs")
    title = models.CharField(max_length=200)
    setting = models.CharField("device or place", max_length=120, blank=True)
    result = models.CharField(max_length=6, choices=RunResult.choices)
    findings = models.TextField(blank=True, max_length=5_000)
    run_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    run_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="qarun_in_workspace"),
            models.CheckConstraint(condition=Q(result__in=RunResult.values), name="qarun_result"),
        ]
        indexes = [models.Index(fields=["workspace", "launch", "-id"], name="qarun_of_launch")]

    def __str__(self) -> str:
        return self.title


class SignRole(models.TextChoices):
    """Whose word a launch takes."""

    TEST = "test", "Test"
    PRODUCT = "product", "Product"
    LEGAL = "legal", "Legal"
    FINANCE = "finance", "Finance"
    MARKETING = "marketing", "Marketing"


class RoleSignOff(ScopedModel):
    """One role's word on what was tested. The newest of a role counts; none is taken back."""

    launch = WorkspaceLink(Launch, models.CASCADE, related_name="signoffs")
    role = models.CharField(max_length=9, choices=SignRole.choices)
    agrees = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=SignRole.values), name="rolesignoff_role"),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(note=""), name="rolesignoff_says_why_not"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "launch", "-id"], name="rolesignoff_of")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {'yes' if self.agrees else 'no'}"
