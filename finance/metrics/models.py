"""Derived rows: everything here can be thrown away and worked out again from the ledger."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from finance.ledger.models import amount
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink


class DailySales(ScopedModel):
    """What one variant did on one day in one channel, market, account and currency.

    Additive: any grouping and period is a sum. Sales stand on the order's day. Refunds stand twice:
    `refunded_*` on the day money went back, `returned_*` on the day of the order they undo.
    `*_costed` are the parts of units and net sales whose cost was known, so coverage travels along.
    """

    day = models.DateField()
    variant = WorkspaceLink("products.Variant", models.CASCADE)
    product = WorkspaceLink("products.Product", models.CASCADE)
    channel = WorkspaceLink("products.Channel", models.CASCADE)
    market = WorkspaceLink("products.Market", models.CASCADE, null=True)
    account = WorkspaceLink("finance.Account", models.CASCADE, null=True)
    currency = models.CharField(max_length=3)
    units = models.BigIntegerField(default=0)
    gross = amount(default=0)
    discounts = amount(default=0)
    tax = amount(default=0)
    refunded_units = models.BigIntegerField(default=0, help_text="By refund date.")
    refunded = amount(default=0, help_text="By refund date.")
    returned_units = models.BigIntegerField(default=0, help_text="By order date.")
    returned = amount(default=0, help_text="By order date.")
    unlinked_units = models.BigIntegerField(
        default=0, help_text="By refund date: refunded units whose order is unknown."
    )
    cogs = amount(default=0, help_text="Landed cost of the costed units.")
    fulfilment = amount(default=0)
    payment = amount(default=0)
    units_costed = models.BigIntegerField(default=0, help_text="Units with a known landed cost.")
    net_costed = amount(default=0, help_text="Gross − discounts of the units costed.")
    refunded_costed = amount(default=0, help_text="Refunded of variants whose cost was known.")
    units_fulfilment = models.BigIntegerField(
        default=0, help_text="Units with a known fulfilment cost."
    )
    units_payment = models.BigIntegerField(default=0, help_text="Units with known payment fees.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "day", "variant", "channel", "market", "account", "currency"],
                nulls_distinct=False,
                name="dailysales_once",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "product", "day"], name="dailysales_of_product"),
            models.Index(fields=["workspace", "variant", "day"], name="dailysales_of_variant"),
            BrinIndex(fields=["day"], name="dailysales_day_brin"),
            models.Index(
                fields=["workspace", "day"],
                include=[
                    *("variant", "units", "units_costed"),
                    *("gross", "discounts", "net_costed", "currency"),
                ],
                condition=models.Q(units_costed__lt=models.F("units")),
                name="dailysales_cost_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.variant_id}"


class ProductSummary(ScopedModel):
    """A product's last 90 days in the workspace's currency, for lists that sort by them.

    The window ends today, or with the last sale of a shop that has sold nothing for as long as
    that; rating, notes and negative rate are of all time. Null is unknown (no sales, no cost, no
    rate), never zero.
    """

    WINDOW_DAYS = 90

    product = models.OneToOneField(
        "products.Product", models.CASCADE, related_name="summary", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    window_end = models.DateField(help_text="Last day included.")
    units = models.BigIntegerField(default=0)
    net_revenue = amount(null=True)
    gross_margin_rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    contribution = amount(null=True)
    cost_coverage = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    return_rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    rating = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    notes = models.PositiveIntegerField(default=0)
    negative_rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    computed_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "-net_revenue", "-product"], name="summary_by_revenue"
            ),
            models.Index(fields=["workspace", "-units", "-product"], name="summary_by_units"),
            models.Index(
                fields=["workspace", "-return_rate", "-product"], name="summary_by_returns"
            ),
            models.Index(
                fields=["workspace", "-gross_margin_rate", "-product"], name="summary_by_margin"
            ),
            models.Index(fields=["workspace", "-rating", "-product"], name="summary_by_rating"),
            models.Index(fields=["workspace", "-notes", "-product"], name="summary_by_notes"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} until {self.window_end}"
