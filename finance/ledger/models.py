"""The facts of the shop's money: who bought what, when, for how much, and what it cost."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core.money import MAX_DIGITS, PLACES, validate_currency
from products.catalog.models import Named
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)


def amount(**kwargs: Any) -> models.DecimalField:
    """A money column; its currency stands in the same row."""
    return models.DecimalField(max_digits=MAX_DIGITS, decimal_places=PLACES, **kwargs)


class Account(Named):
    """A business customer or partner with its own prices and results."""

    tier = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="account_in_workspace"),
            models.UniqueConstraint("workspace", Lower("name"), name="account_name_once"),
        ]


class Customer(Record):
    """A person or firm that orders. `external_id` is the shop's own key for them.

    Personal data stands in this row alone and can be erased; orders and counts stay.
    """

    external_id = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    account = WorkspaceLink(Account, models.PROTECT, null=True, blank=True)
    first_order_day = models.DateField(
        null=True, blank=True, editable=False, help_text="Worked out from the orders."
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="customer_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "external_id"], name="customer_external_once"
            ),
        ]
        indexes = [
            models.Index("workspace", Lower("email"), name="customer_by_email"),
            models.Index(fields=["workspace", "account"], name="customer_by_account"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id


class OrderStatus(models.TextChoices):
    """Whether an order counts. Only placed orders enter metrics."""

    PLACED = "placed", "Placed"
    CANCELLED = "cancelled", "Cancelled before shipping"
    TEST = "test", "Test order"


class Order(Record):
    """One purchase. `day` is `placed_at` in the workspace's zone; metrics go by it."""

    channel = WorkspaceLink("products.Channel", models.PROTECT)
    number = models.CharField(max_length=80)
    customer = WorkspaceLink(Customer, models.PROTECT, null=True, blank=True)
    account = WorkspaceLink(Account, models.PROTECT, null=True, blank=True)
    market = WorkspaceLink("products.Market", models.PROTECT, null=True, blank=True)
    placed_at = models.DateTimeField()
    day = models.DateField(editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    status = models.CharField(
        max_length=10, choices=OrderStatus.choices, default=OrderStatus.PLACED
    )
    shipping = amount(default=0, help_text="Charged for shipping, without tax.")
    tax = amount(default=0, help_text="All tax of the order.")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="order_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "channel", "number"], name="order_number_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OrderStatus.values), name="order_status_known"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "day", "id"], name="order_by_day"),
            models.Index(fields=["workspace", "customer", "day"], name="order_by_customer"),
            models.Index(fields=["workspace", "-placed_at", "-id"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(ScopedModel):
    """So many of one variant in one order; amounts are line totals without tax.

    gross = quantity × price before discounts; discount is this line's share of every discount.
    `day`, `currency`, `channel`, `market` and `account` repeat the order's, so that rollups read
    one table; services and imports write them together with the order. What the order's own keys
    already say of them, and of the workspace, PostgreSQL does not check again for every line.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    order = WorkspaceLink(Order, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(help_text="Its place in the order, from 1.")
    variant = WorkspaceLink("products.Variant", models.PROTECT)
    quantity = models.PositiveIntegerField()
    gross = amount()
    discount = amount(default=0)
    tax = amount(default=0)
    day = models.DateField(editable=False)
    currency = models.CharField(max_length=3, editable=False)
    channel = WorkspaceLink("products.Channel", models.PROTECT, editable=False)
    market = WorkspaceLink("products.Market", models.PROTECT, null=True, editable=False)
    account = WorkspaceLink(Account, models.PROTECT, null=True, editable=False)
    counts = models.BooleanField(
        default=True, editable=False, help_text="The order is placed and not in the trash."
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="orderline_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "order", "position"], name="orderline_position_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orderline_quantity"),
            models.CheckConstraint(
                condition=Q(gross__gte=0) & Q(discount__gte=0) & Q(discount__lte=F("gross")),
                name="orderline_amounts",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "variant", "day"], name="orderline_by_variant"),
            models.Index(fields=["workspace", "day"], name="orderline_by_day"),
            BrinIndex(fields=["day"], name="orderline_day_brin"),
        ]

    def __str__(self) -> str:
        return f"Line {self.position}"

    @property
    def version(self) -> int:
        """A line is edited with its order, so the order's version is its own."""
        return self.order.version


class Refund(Record):
    """Goods or money that went back. `quantity` 0 is money only.

    `order_line` is null when the file does not say which sale it undoes: such a refund counts by
    refund date, and by order date only in the part that coverage calls unlinked.
    """

    number = models.CharField(max_length=120, help_text="The shop's key for this refund line.")
    order_line = WorkspaceLink(
        OrderLine, models.SET_NULL, null=True, blank=True, related_name="refunds"
    )
    variant = WorkspaceLink("products.Variant", models.PROTECT)
    customer = WorkspaceLink(Customer, models.PROTECT, null=True, blank=True)
    channel = WorkspaceLink("products.Channel", models.PROTECT)
    market = WorkspaceLink("products.Market", models.PROTECT, null=True, blank=True)
    account = WorkspaceLink(Account, models.PROTECT, null=True, blank=True)
    refunded_at = models.DateTimeField()
    day = models.DateField(editable=False)
    ordered_day = models.DateField(
        null=True, editable=False, help_text="Day of the order it undoes; null while unknown."
    )
    quantity = models.PositiveIntegerField(default=0)
    amount = amount(help_text="Paid back, without tax.")
    currency = models.CharField(max_length=3, validators=[validate_currency])
    reason = models.CharField(max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="refund_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "channel", "number"], name="refund_number_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_amount"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(amount__gt=0), name="refund_of_something"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="refund_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "day"], name="refund_by_day"),
            models.Index(fields=["workspace", "ordered_day"], name="refund_by_order_day"),
            models.Index(fields=["workspace", "variant", "day"], name="refund_by_variant"),
            models.Index(fields=["workspace", "order_line"], name="refund_of_line"),
            models.Index(fields=["workspace", "customer"], name="refund_of_customer"),
        ]

    def __str__(self) -> str:
        return self.number


class CostKind(models.TextChoices):
    """What a unit costs, by the contribution level it enters."""

    LANDED = "landed", "Landed cost (goods, duty, inbound freight)"
    FULFILMENT = "fulfilment", "Fulfilment (pick, pack, ship)"
    PAYMENT = "payment", "Payment and marketplace fees"


class CostRecord(Record):
    """What one unit of a variant costs from a day on, until the next record of its kind."""

    variant = WorkspaceLink("products.Variant", models.CASCADE)
    kind = models.CharField(max_length=12, choices=CostKind.choices, default=CostKind.LANDED)
    amount = amount()
    currency = models.CharField(max_length=3, validators=[validate_currency])
    valid_from = models.DateField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="cost_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "variant", "kind", "valid_from"],
                condition=Q(deleted_at=None),
                name="cost_once_a_day",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="cost_amount"),
            models.CheckConstraint(condition=Q(kind__in=CostKind.values), name="cost_kind"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="cost_currency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "variant", "kind", "-valid_from"], name="cost_effective"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.valid_from}"


class AdSpend(Record):
    """Money spent on advertising on a day, for one product or for the channel as a whole."""

    day = models.DateField()
    channel = WorkspaceLink("products.Channel", models.PROTECT)
    product = WorkspaceLink("products.Product", models.PROTECT, null=True, blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    amount = amount()
    currency = models.CharField(max_length=3, validators=[validate_currency])

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="adspend_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "day", "channel", "product", "campaign", "currency"],
                nulls_distinct=False,
                name="adspend_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="adspend_amount"),
        ]
        indexes = [
            models.Index(fields=["workspace", "day"], name="adspend_by_day"),
            models.Index(fields=["workspace", "product", "day"], name="adspend_of_product"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign or 'No campaign'} on {self.day}"


class ExchangeRate(Record):
    """What one unit of `currency` is worth in `quote` from a day on, until the next record."""

    currency = models.CharField(max_length=3, validators=[validate_currency])
    quote = models.CharField(max_length=3, validators=[validate_currency])
    valid_from = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="rate_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "currency", "quote", "valid_from"],
                condition=Q(deleted_at=None),
                name="rate_once_a_day",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=~Q(currency=F("quote")), name="rate_of_two"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} in {self.quote} from {self.valid_from}"
