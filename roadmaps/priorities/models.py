"""How items are scored: models with their versions, what people put in, and what came out."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.expressions.lexer import LONGEST
from roadmaps.items.models import Item
from roadmaps.priorities.methods import Method
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)


class ScoringModel(Record):
    """A way to score items. Its formula may change; every text it had stays as a version."""

    name = models.CharField(max_length=120)
    method = models.CharField(max_length=12, choices=Method.choices, default=Method.RICE)
    formula = models.TextField(
        blank=True,
        max_length=LONGEST,
        help_text="Empty is the method's own. Names in it become inputs: (value + fit) / effort.",
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="scoringmodel_in_workspace"),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="scoringmodel_method"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "name", "id"], name="scoringmodel_name")]

    def __str__(self) -> str:
        return self.name


class ModelVersion(ScopedModel):
    """The formula a model had from a moment on. It never changes: scores name it for ever."""

    scoring = WorkspaceLink(ScoringModel, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    formula = models.TextField(max_length=LONGEST)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="modelversion_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "scoring", "number"], name="modelversion_once"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class ScoreInput(Record):
    """One number of one item for one model, and between what it lies.

    Where the number could be worked out from what is known, `reason` says why this one is right.
    """

    item = WorkspaceLink(Item, models.CASCADE)
    scoring = WorkspaceLink(ScoringModel, models.CASCADE, verbose_name="model")
    key = models.CharField("input", max_length=60)
    likely = models.DecimalField("value", max_digits=18, decimal_places=4)
    low = models.DecimalField("at least", max_digits=18, decimal_places=4, null=True, blank=True)
    high = models.DecimalField("at most", max_digits=18, decimal_places=4, null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="scoreinput_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "item", "scoring", "key"],
                condition=Q(deleted_at=None),
                name="scoreinput_once",
            ),
            models.CheckConstraint(
                condition=(Q(low=None) | Q(low__lte=F("likely")))
                & (Q(high=None) | Q(high__gte=F("likely"))),
                name="scoreinput_in_order",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "scoring", "item"], name="scoreinput_of")]

    def __str__(self) -> str:
        return f"{self.key} {self.likely.normalize():f}"


class Score(ScopedModel):
    """What a version of a model made of an item's inputs. A new outcome is a new row.

    `value` is raw: it depends on this item alone. Rank and percentile say where it stands among
    the others now, and are kept for the current row only.
    """

    item = WorkspaceLink(Item, models.CASCADE)
    scoring = WorkspaceLink(ScoringModel, models.CASCADE)
    version = WorkspaceLink(ModelVersion, models.CASCADE)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    low = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    missing = models.CharField(max_length=200, blank=True)
    filled = models.TextField()
    current = models.BooleanField(default=True)
    rank = models.PositiveIntegerField(null=True)
    best = models.PositiveIntegerField(null=True)
    worst = models.PositiveIntegerField(null=True)
    percentile = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    computed_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "scoring", "item"],
                condition=Q(current=True),
                name="score_current_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "scoring", "rank", "item"],
                condition=Q(current=True),
                name="score_ranked",
            ),
            models.Index(fields=["workspace", "item", "computed_at"], name="score_of_item"),
        ]

    def __str__(self) -> str:
        return "—" if self.value is None else f"{self.value.normalize():f}"
