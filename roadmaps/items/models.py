"""Items of the roadmap: what we may do next, when, by whom, and what has to come before."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q

from roadmaps.items.effort import pert
from roadmaps.items.states import ItemState
from roadmaps.strategy.models import LONGEST_SPAN, Objective
from workspaces.members.models import Team
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

MOST_LAG, MOST_WEEKS = 3_650, Decimal(5_200)
WEEKS = [MinValueValidator(Decimal(0)), MaxValueValidator(MOST_WEEKS)]


class ItemType(models.TextChoices):
    """What kind of thing we would do."""

    PROBLEM = "problem", "Problem"
    FEATURE = "feature", "Feature"
    ASSORTMENT = "assortment", "Assortment"
    PRICE = "price", "Price"
    COMPLIANCE = "compliance", "Compliance"
    TRAINING = "training", "Training"


class Horizon(models.TextChoices):
    """When, in the words of a plan without days."""

    NOW = "now", "Now"
    NEXT = "next", "Next"
    LATER = "later", "Later"


class Confidence(models.TextChoices):
    """How sure we are that it comes, and then."""

    COMMITTED = "committed", "Committed"
    LIKELY = "likely", "Likely"
    EXPLORING = "exploring", "Exploring"


class Item(Record):
    """Something we may do next. Both of its days count."""

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=20_000)
    type = models.CharField(max_length=10, choices=ItemType.choices, default=ItemType.FEATURE)
    state = models.CharField(max_length=9, choices=ItemState.choices, default=ItemState.PARKED)
    horizon = models.CharField(max_length=5, choices=Horizon.choices, default=Horizon.LATER)
    confidence = models.CharField(
        max_length=9, choices=Confidence.choices, default=Confidence.EXPLORING
    )
    start_on = models.DateField("starts", null=True, blank=True)
    end_on = models.DateField("ends", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    objective = WorkspaceLink(Objective, models.SET_NULL, null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="item_in_workspace"),
            models.CheckConstraint(condition=Q(type__in=ItemType.values), name="item_type"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state"),
            models.CheckConstraint(condition=Q(horizon__in=Horizon.values), name="item_horizon"),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values), name="item_confidence"
            ),
            models.CheckConstraint(
                condition=Q(start_on=None)
                | Q(end_on=None)
                | Q(
                    end_on__gte=F("start_on"),
                    end_on__lte=ExpressionWrapper(F("start_on") + LONGEST_SPAN, DateField()),
                ),
                name="item_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "title", "id"], name="item_title"),
            models.Index(fields=["workspace", "objective", "start_on"], name="item_of_objective"),
            models.Index(fields=["workspace", "state", "title", "id"], name="item_by_state"),
            models.Index(fields=["workspace", "horizon", "title", "id"], name="item_by_horizon"),
        ]

    def __str__(self) -> str:
        return self.title


class ItemProduct(ScopedModel):
    """An item is about a product."""

    item = WorkspaceLink(Item, models.CASCADE, related_name="about")
    product = WorkspaceLink("products.Product", models.CASCADE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "item", "product"], name="itemproduct_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "product"], name="itemproduct_of_product")]

    def __str__(self) -> str:
        return f"{self.item_id} about {self.product_id}"


class EstimateQuerySet(RecordQuerySet["Estimate"]):
    """Estimates whose item is not in the trash."""

    def in_workspace(self, workspace_id: int) -> Any:
        return super().in_workspace(workspace_id).filter(item__deleted_at=None)


class Estimate(Record):
    """What one team thinks an item takes it, in person-weeks: at best, likely, at worst."""

    item = WorkspaceLink(Item, models.CASCADE, related_name="estimates")
    team = WorkspaceLink(Team, models.PROTECT)
    low = models.DecimalField("at best", max_digits=7, decimal_places=2, validators=WEEKS)
    likely = models.DecimalField(max_digits=7, decimal_places=2, validators=WEEKS)
    high = models.DecimalField("at worst", max_digits=7, decimal_places=2, validators=WEEKS)

    objects = EstimateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="estimate_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "item", "team"],
                condition=Q(deleted_at=None),
                name="estimate_once_a_team",
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0, likely__gte=F("low"), high__gte=F("likely")),
                name="estimate_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low:f} – {self.likely:f} – {self.high:f} person-weeks"

    @property
    def mean(self) -> Decimal:
        """The PERT mean, in person-weeks."""
        return pert(self.low, self.likely, self.high).mean.quantize(Decimal("0.01"))


class DependencyType(models.TextChoices):
    """Which of its days waits for which of the other's."""

    FINISH_START = "FS", "Starts after it ends"
    START_START = "SS", "Starts after it starts"
    FINISH_FINISH = "FF", "Ends after it ends"
    START_FINISH = "SF", "Ends after it starts"


class DependencyQuerySet(RecordQuerySet["Dependency"]):
    """Dependencies between items that are both not in the trash, with what these are called."""

    def in_workspace(self, workspace_id: int) -> Any:
        rows = super().in_workspace(workspace_id).select_related("before", "after")
        return rows.filter(before__deleted_at=None, after__deleted_at=None)


class Dependency(Record):
    """`after` waits for `before`, by so many days of lag; a negative lag lets them overlap."""

    before = WorkspaceLink(Item, models.CASCADE, verbose_name="waits for")
    after = WorkspaceLink(Item, models.CASCADE, verbose_name="item")
    type = models.CharField(
        max_length=2, choices=DependencyType.choices, default=DependencyType.FINISH_START
    )
    lag = models.SmallIntegerField(
        default=0,
        validators=[MinValueValidator(-MOST_LAG), MaxValueValidator(MOST_LAG)],
        help_text="Days between them; below zero they may overlap.",
    )

    objects = DependencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="dependency_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "after", "before"],
                condition=Q(deleted_at=None),
                name="dependency_once",
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="dependency_of_two"),
            models.CheckConstraint(
                condition=Q(type__in=DependencyType.values), name="dependency_type"
            ),
            models.CheckConstraint(
                condition=Q(lag__range=(-MOST_LAG, MOST_LAG)), name="dependency_lag"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "before"], name="dependency_before")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
