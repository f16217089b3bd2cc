"""Segments, and what each customer bought in all, worked out from the orders."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core.money import MAX_DIGITS, PLACES
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
)

LONGEST_WHERE = 8_000


class Segment(Record):
    """Customers by what they are and bought. `where` is the question; who they are is never stored.

    It is written as the filter of a list is, over the fields of `asking`.
    """

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=2_000)
    where = models.TextField("conditions", max_length=LONGEST_WHERE)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="segment_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=Q(deleted_at=None),
                name="segment_name_once",
            ),
            models.CheckConstraint(condition=~Q(where=""), name="segment_asks_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.where.strip():
            raise ValidationError({"where": ["Say who belongs to it."]})


class CustomerFigures(ScopedModel):
    """What one customer bought so far, worked out from placed orders and refunds.

    Revenue is in the workspace's currency; null is unknown: an order in a currency without a rate.
    """

    customer = models.OneToOneField(
        "finance.Customer", models.CASCADE, related_name="figures", db_constraint=False
    )
    orders = models.PositiveIntegerField(default=0)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    revenue = models.DecimalField(max_digits=MAX_DIGITS, decimal_places=PLACES, null=True)
    currency = models.CharField(max_length=3)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "customer"], name="customerfigures_of_customer"),
            models.Index(fields=["workspace", "orders"], name="customerfigures_by_orders"),
            models.Index(fields=["workspace", "last_day"], name="customerfigures_by_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.orders} orders"
