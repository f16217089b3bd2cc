"""Who reads their calendar in another program."""

from django.db import models
from django.utils import timezone

from workspaces.records.models import ScopedModel, ScopedQuerySet


class CalendarFeed(ScopedModel):
    """A secret address that shows a member's calendar to their calendar program.

    Only the hash of its secret is kept. A new one makes the old address useless.
    """

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    mine_only = models.BooleanField(default=False, help_text="Only what is the member's own.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="calendarfeed_once"),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
