"""Audiences, what is shared with them, and what guests say about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from roadmaps.items.models import Item
from roadmaps.launches.models import Launch
from roadmaps.sharing.allowed import Allow, Precision, allow
from roadmaps.snapshots.models import RoadmapSnapshot
from workspaces.guests.models import GuestLink
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink

LONGEST_NAME, LONGEST_TITLE, LONGEST_COMMENT = 60, 120, 2_000


class Audience(ScopedModel):
    """Somebody to show the roadmap to, and the fields they may see: an allow-list by name."""

    name = models.CharField(max_length=LONGEST_NAME)
    fields = models.JSONField(default=list)
    precision = models.CharField(max_length=7, choices=Precision.choices, default=Precision.QUARTER)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="audience_in_workspace"),
            models.UniqueConstraint("workspace", Lower("name"), name="audience_name_once"),
            models.CheckConstraint(
                condition=Q(precision__in=Precision.values), name="audience_precision"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def allow(self) -> Allow:
        """Its allow-list; what is not offered by now is not in it."""
        return allow(self.fields, self.precision)


class RoadmapShare(ScopedModel):
    """What one link shows an audience: a view or a launch as it is now, or a plan that was frozen.

    `frozen` holds what the audience may see and nothing else.
    """

    link = WorkspaceLink(GuestLink, models.CASCADE)
    audience = WorkspaceLink(Audience, models.PROTECT)
    view = WorkspaceLink("workspaces.SavedView", models.CASCADE, null=True, blank=True)
    snapshot = WorkspaceLink(RoadmapSnapshot, models.CASCADE, null=True, blank=True)
    launch = WorkspaceLink(Launch, models.CASCADE, null=True, blank=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    query = models.TextField(blank=True)
    frozen = models.JSONField(null=True, blank=True)
    watermark = models.BooleanField(default=False)
    comments = models.BooleanField(default=False)
    files = models.BooleanField(default=True, help_text="Guests may take it away as files.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="roadmapshare_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "link"], name="roadmapshare_once"),
            models.CheckConstraint(
                condition=Q(view__isnull=False) | Q(frozen__isnull=False) | Q(launch__isnull=False),
                name="roadmapshare_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "audience"], name="roadmapshare_audience"),
            models.Index(fields=["workspace", "launch"], name="roadmapshare_of_launch"),
        ]

    def __str__(self) -> str:
        return self.title


class CommentState(models.TextChoices):
    """What becomes of a guest's comment."""

    WAITING = "waiting", "Waiting"
    PUBLISHED = "published", "Published"
    DROPPED = "dropped", "Dropped"


class GuestComment(ScopedModel):
    """Something a guest said about an item they were shown. Nobody else sees it until a member
    publishes it.
    """

    share = WorkspaceLink(RoadmapShare, models.CASCADE)
    item = WorkspaceLink(Item, models.CASCADE)
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    body = models.TextField(max_length=LONGEST_COMMENT)
    state = models.CharField(
        max_length=9, choices=CommentState.choices, default=CommentState.WAITING
    )
    said_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CommentState.values), name="guestcomment_state"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "share", "state", "-id"], name="guestcomment_newest")
        ]

    def __str__(self) -> str:
        return f"Comment of {self.said_at:%Y-%m-%d}"

    @property
    def called(self) -> str:
        """What they are called where others read it: by the name they gave, never an address."""
        return self.name if self.name and "@" not in self.name else "Guest"
