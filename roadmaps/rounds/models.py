"""A blind round: its items, its raters, and what each of them gave in each turn."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roadmaps.items.models import Item
from roadmaps.priorities.models import ScoringModel
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink


class RoundState(models.TextChoices):
    """Open: everybody rates alone. Shown: all is to be seen and discussed. Then it is over."""

    OPEN = "open", "Open"
    SHOWN = "shown", "Shown"
    SETTLED = "settled", "Settled"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Round(ScopedModel):
    """A question to several people: what are these inputs of a scoring model, for these items?

    Each turn is rated anew; what was given in earlier turns stays.
    """

    name = models.CharField(max_length=120)
    scoring = WorkspaceLink(ScoringModel, models.CASCADE)
    keys = ArrayField(models.CharField(max_length=60), help_text="The inputs that are rated.")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.OPEN)
    turn = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="round_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_state"),
        ]
        indexes = [models.Index(fields=["workspace", "-created_at", "-id"], name="round_newest")]

    def __str__(self) -> str:
        return self.name


class RoundItem(ScopedModel):
    """An item that is rated. `settled` as soon as its inputs were taken over from the round."""

    round = WorkspaceLink(Round, models.CASCADE, related_name="items")
    item = WorkspaceLink(Item, models.CASCADE)
    settled = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="rounditem_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "round", "item"], name="rounditem_once"),
        ]

    def __str__(self) -> str:
        return str(self.item)


class Rater(ScopedModel):
    """Somebody who was asked; done with the turn that `done_turn` names, 0 is with none."""

    round = WorkspaceLink(Round, models.CASCADE, related_name="raters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_turn = models.PositiveSmallIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="rater_in_workspace"),
            models.UniqueConstraint(fields=["workspace", "round", "user"], name="rater_once"),
        ]
        indexes = [models.Index(fields=["workspace", "user", "round"], name="rater_of_user")]

    def __str__(self) -> str:
        return str(self.user) if self.user else "Former member"


class Rating(ScopedModel):
    """One number a rater gave for one input of one item in one turn, and why."""

    round_item = WorkspaceLink(RoundItem, models.CASCADE)
    rater = WorkspaceLink(Rater, models.CASCADE)
    key = models.CharField(max_length=60)
    turn = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    why = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "round_item", "rater", "key", "turn"], name="rating_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} by {self.rater}"  # not the number: rounds are blind
