"""Saved views: what a list was asked, kept by name."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.members.models import Team
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink

if TYPE_CHECKING:
    from workspaces.access.actor import Actor


class Audience(models.TextChoices):
    """Who finds a view among theirs."""

    PRIVATE = "private", "Only me"
    TEAM = "team", "A team"
    SHARED = "shared", "Everybody here"


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    """Views one may open: one's own, those of one's teams, and those of everybody."""

    def visible_to(self, actor: "Actor") -> Self:
        teams = Team.objects.visible_to(actor).of(actor.user).values("pk")
        shared = Q(audience=Audience.SHARED)
        of_team = Q(audience=Audience.TEAM, team__in=teams)
        mine = self.in_workspace(actor.workspace.pk).filter(deleted_at=None)
        return mine.filter(Q(owner=actor.user) | shared | of_team)


class SavedView(ScopedModel):
    """A list kept by name. `query` is the address of the list without the place in it.

    It stores what is asked, never rows or values: whoever opens it sees what they may see.
    `redaction` names the fields that an audience without an account may see; None is none at all.
    """

    kind = models.CharField(max_length=60, help_text="Such as products.product.")
    name = models.CharField(max_length=120)
    query = models.TextField(blank=True)
    layout = models.CharField(max_length=10, default="table")
    owner = models.ForeignKey(
        "workspaces.User", models.CASCADE, related_name="+", db_index=False, editable=False
    )
    audience = models.CharField(max_length=7, choices=Audience, default=Audience.PRIVATE)
    team = WorkspaceLink("workspaces.Team", models.SET_NULL, null=True, blank=True)
    team_default = models.BooleanField(default=False, help_text="The team's members begin with it.")
    redaction = models.JSONField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="savedview_in_workspace"),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="savedview_audience"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="savedview_named"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "team"],
                condition=Q(team_default=True, deleted_at=None),
                name="savedview_team_default",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "kind", "name"], name="savedview_of_kind")]

    def __str__(self) -> str:
        return self.name
