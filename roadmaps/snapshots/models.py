"""The roadmap as it was: published on a moment, and when each member last looked."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from workspaces.records.models import ScopedModel, ScopedQuerySet


class RoadmapSnapshot(ScopedModel):
    """What every item said when somebody published the roadmap. It never changes."""

    name = models.CharField(max_length=120)
    published_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    items = models.JSONField(help_text="What each item said, by its id.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="snapshot_in_workspace"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-published_at", "-id"], name="snapshot_newest")
        ]

    def __str__(self) -> str:
        return self.name


class RoadmapLook(ScopedModel):
    """What the roadmap said when a member last looked at what changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(default=timezone.now)
    items = models.JSONField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="roadmaplook_once"),
        ]

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M}"
