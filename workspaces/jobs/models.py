"""Long work as a row: the row is the truth, the broker only rings."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.records.models import ScopedModel, ScopedQuerySet

SILENCE = timedelta(seconds=30)  # a running job that has not beaten for so long has lost its worker
MAX_ATTEMPTS = 3


class JobState(models.TextChoices):
    """queued → running → succeeded / failed / cancelled."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OVER = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class JobQuerySet(ScopedQuerySet["Job"]):
    """Claiming, and finding what fell silent. Workers see the jobs of all workspaces."""

    def claim(self, pk: int) -> "Job | None":
        """Take a job that is queued, or whose worker fell silent; None if it is not ours to run."""
        now = timezone.now()
        waiting = Q(state=JobState.QUEUED)
        abandoned = Q(state=JobState.RUNNING, heartbeat_at__lt=now - SILENCE)
        free = self.filter(waiting | abandoned, pk=pk, attempts__lt=MAX_ATTEMPTS)
        won = free.update(
            state=JobState.RUNNING,
            heartbeat_at=now,
            started_at=now,
            attempts=F("attempts") + 1,
            done=0,
            error="",
        )
        return self.select_related("workspace").get(pk=pk) if won else None

    def active(self) -> Self:
        """Not over yet."""
        return self.exclude(state__in=OVER)

    def silent(self) -> Self:
        """Queued without a worker, or running without a heartbeat, for longer than SILENCE."""
        since = timezone.now() - SILENCE
        return self.filter(
            Q(state=JobState.QUEUED, rung_at__lt=since)
            | Q(state=JobState.RUNNING, heartbeat_at__lt=since)
        )


class Job(ScopedModel):
    """Work that outlives a request: what, for whom, how far, how it ended.

    `kind` names its registered runner (`workspaces.jobs.registry`). `params` and `result` are small
    JSON; big things are rows of their own. `log` is a list of [time, text] lines, newest last.
    """

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    params = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="0 while unknown.")
    phase = models.CharField(max_length=80, blank=True)
    log = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    rung_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="job_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="job_newest"),
            models.Index(
                fields=["state", "heartbeat_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_active",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in OVER
