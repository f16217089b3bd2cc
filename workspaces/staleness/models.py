"""What must be recomputed, and what was: rows, so that no lost message loses a figure."""

from django.db import models
from django.db.models.functions import Now

from workspaces.records.models import ScopedModel, ScopedQuerySet


class StaleMark(ScopedModel):
    """Something derived is older than the fact below it. Written in the fact's own transaction.

    Append-only: marks of one key may stand several times, a worker clears only those it saw.
    `urgency` 0 is a person waiting, 5 a bulk load.
    """

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=80, help_text="What to recompute, in the topic's own terms.")
    cause = models.CharField(max_length=120)
    urgency = models.PositiveSmallIntegerField(default=0)
    marked_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["urgency", "id"], name="stale_next"),
            models.Index(fields=["workspace", "topic"], name="stale_of_workspace"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}:{self.key}"


class Refresh(ScopedModel):
    """The last time a topic was brought up to date in a workspace: its age, on every page."""

    topic = models.CharField(max_length=40)
    as_of = models.DateTimeField(help_text="Facts committed before this moment are included.")
    cause = models.CharField(max_length=120)
    keys = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "topic"], name="refresh_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} as of {self.as_of}"
