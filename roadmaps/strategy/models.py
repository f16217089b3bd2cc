"""What we want to reach, and by which figures we know that we did."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from finance.metrics.catalogue import METRICS
from workspaces.records.models import Record, RecordQuerySet, WorkspaceLink

if TYPE_CHECKING:
    from workspaces.access.actor import Actor

LONGEST_SPAN = timedelta(days=7_305)  # 20 years with their leap days
MOST_DAYS = 366
DIMENSIONS = ("product", "category", "brand", "channel", "market")


class ObjectiveState(models.TextChoices):
    """Where an objective stands."""

    PLANNED = "planned", "Planned"
    ACTIVE = "active", "Active"
    ACHIEVED = "achieved", "Achieved"
    MISSED = "missed", "Missed"
    DROPPED = "dropped", "Dropped"


class Objective(Record):
    """Something we want to reach between two days; its key results say when we have."""

    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=8, choices=ObjectiveState.choices, default=ObjectiveState.PLANNED
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    start_on = models.DateField("starts", null=True, blank=True)
    end_on = models.DateField("ends", null=True, blank=True)
    description = models.TextField(blank=True, max_length=20_000)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="objective_in_workspace"),
            models.CheckConstraint(
                condition=Q(state__in=ObjectiveState.values), name="objective_state"
            ),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="objective_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "title", "id"], name="objective_title")]

    def __str__(self) -> str:
        return self.title


class KeyResultQuerySet(RecordQuerySet["KeyResult"]):
    """Key results. Those about money do not exist for roles that may not see money."""

    def visible_to(self, actor: "Actor") -> Self:
        return super().visible_to(actor)._shown_to(actor)

    def trashed_for(self, actor: "Actor") -> Self:
        return super().trashed_for(actor)._shown_to(actor)

    def _shown_to(self, actor: "Actor") -> Self:
        if actor.sees_money:
            return self
        return self.exclude(metric__in=[one.name for one in METRICS.values() if one.money])


class KeyResult(Record):
    """A figure of the catalogue that an objective moves from its baseline to its target.

    It is measured over the last `days` days, and of what the dimensions narrow it to. What it is
    now is never stored: the metrics say.
    """

    title = models.CharField(max_length=200)
    objective = WorkspaceLink(Objective, models.CASCADE)
    metric = models.CharField(max_length=60)
    days = models.PositiveSmallIntegerField(
        "measured over",
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text="Over how many of the last days the figure is measured.",
    )
    baseline = models.DecimalField(
        max_digits=16,
        decimal_places=6,
        help_text="Where it started. A rate is written as a share: 0.07 is 7 %.",
    )
    target = models.DecimalField(max_digits=16, decimal_places=6, help_text="Where it should get.")
    due_on = models.DateField("due", null=True, blank=True)
    product = WorkspaceLink("products.Product", models.PROTECT, null=True, blank=True)
    category = WorkspaceLink("products.Category", models.PROTECT, null=True, blank=True)
    brand = WorkspaceLink("products.Brand", models.PROTECT, null=True, blank=True)
    channel = WorkspaceLink("products.Channel", models.PROTECT, null=True, blank=True)
    market = WorkspaceLink("products.Market", models.PROTECT, null=True, blank=True)

    objects = KeyResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="keyresult_in_workspace"),
            models.CheckConstraint(condition=Q(days__range=(1, MOST_DAYS)), name="keyresult_days"),
            models.CheckConstraint(
                condition=~Q(target=F("baseline")), name="keyresult_goes_somewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "title", "id"], name="keyresult_title"),
            models.Index(fields=["workspace", "objective"], name="keyresult_of"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def filters(self) -> dict[str, tuple[int, ...]]:
        """{dimension: ids} as the metrics ask for them."""
        held = {name: getattr(self, f"{name}_id") for name in DIMENSIONS}
        return {name: (pk,) for name, pk in held.items() if pk is not None}
