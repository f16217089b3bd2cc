"""The list of orders as declared."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.html import format_html

from core.templatetags import ui
from core.web import row_url
from finance.ledger.models import (
    Account,
    CostKind,
    CostRecord,
    Order,
    OrderLine,
    OrderStatus,
    Refund,
)
from products.catalog.models import Channel, Market
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.listing import options
from workspaces.records.lists import ListColumn, ListFilter, RecordList, Shows, whole_number

AMOUNT: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=4)
TONES = {OrderStatus.PLACED: "green", OrderStatus.CANCELLED: "grey", OrderStatus.TEST: "amber"}
LONGEST_MENU = 500


def _rows(actor: Actor) -> QuerySet[Order]:
    """Orders with their net and what went back; both are read for the rows of a page alone."""
    lines = OrderLine.objects.in_workspace(actor.workspace.pk).filter(order=OuterRef("pk"))
    refunds = Refund.objects.in_workspace(actor.workspace.pk).filter(
        order_line__order=OuterRef("pk")
    )
    return Order.objects.visible_to(actor).annotate(
        net=_summed(lines, "order", F("gross") - F("discount")),
        refunded=_summed(refunds, "order_line__order", F("amount")),
    )


def _summed(rows: QuerySet[Any], by: str, amount: Any) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Sum(amount)).values("total")
    return Coalesce(Subquery(total, output_field=AMOUNT), 0, output_field=AMOUNT)


def status_tag(order: Order) -> str:
    """The status as a tag."""
    tone = TONES[OrderStatus(order.status)]
    return format_html('<span class="tag tag-{}">{}</span>', tone, order.get_status_display())


def _number(actor: Actor, order: Order) -> str:
    url = row_url("finance:order", actor.workspace.slug, order.pk)
    return format_html('<a class="record-link" href="{}"><span>{}</span></a>', url, order.number)


def _refunded(actor: Actor, order: Order) -> str:
    return ui.money(order.refunded, order.currency) if order.refunded else ""  # type: ignore[attr-defined]


def _matching(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Order numbers that begin so, SKUs, and customers for whoever may see them."""
    found: Any = Q(number__istartswith=text)
    lines = OrderLine.objects.in_workspace(actor.workspace.pk)
    found |= Exists(lines.filter(order=OuterRef("pk"), variant__sku__iexact=text))
    if actor.can(Perm.CUSTOMERS_VIEW):
        found |= Q(customer__email__iexact=text) | Q(customer__external_id=text)
        found |= Q(customer__name__icontains=text)
    return rows.filter(found)


def by_id(field: str) -> Any:
    def apply(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if text == "none":
            return rows.filter(**{f"{field}__isnull": True})
        pk = whole_number(text)
        return rows.none() if pk is None else rows.filter(**{f"{field}_id": pk})

    return apply


def by_day(lookup: str) -> Any:
    def apply(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return rows.none()
        return rows.filter(**{f"day__{lookup}": day})

    return apply


def _in_status(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(status=text) if text in OrderStatus.values else rows.none()


def _with(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    refunds = Refund.objects.in_workspace(actor.workspace.pk).filter(
        order_line__order=OuterRef("pk")
    )
    return rows.filter(Exists(refunds)) if text == "refund" else rows.filter(~Exists(refunds))


def _without_cost(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Orders with a line that had no landed cost on its day."""
    costs = CostRecord.objects.in_workspace(actor.workspace.pk).filter(
        kind=CostKind.LANDED, variant=OuterRef("variant"), valid_from__lte=OuterRef("day")
    )
    lines = OrderLine.objects.in_workspace(actor.workspace.pk).filter(order=OuterRef("pk"))
    return rows.filter(Exists(lines.filter(~Exists(costs)))) if text == "missing" else rows.none()


def _of_customer(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    pk = whole_number(text)
    return rows.none() if pk is None else rows.filter(customer_id=pk)


def _of_product(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    pk = whole_number(text)
    if pk is None:
        return rows.none()
    lines = OrderLine.objects.in_workspace(actor.workspace.pk)
    bought = lines.filter(order=OuterRef("pk"), variant__product_id=pk)
    return rows.filter(Exists(bought))


def named_rows(model: Any, none: str = "") -> Any:
    def choices(actor: Actor) -> Sequence[tuple[str, str]]:
        rows = model.objects.visible_to(actor).order_by("name").values_list("pk", "name")
        first = [("none", none)] if none else []
        return [*first, *options(rows[:LONGEST_MENU])]

    return choices


ORDERS = RecordList(name="orders", rows=_rows, default_sort="-placed", row_id="order")

for _column in (
    ListColumn("number", "Order", lambda o: o.number, html=_number, order=1),
    ListColumn("placed", "Placed", lambda o: o.day, "placed_at", shows=Shows.DAY, order=2),
    ListColumn(
        "customer",
        "Customer",
        lambda o: o.customer and str(o.customer),
        perm=Perm.CUSTOMERS_VIEW,
        related=("customer",),
        order=3,
    ),
    ListColumn("channel", "Channel", lambda o: o.channel.name, related=("channel",), order=4),
    ListColumn(
        "market", "Market", lambda o: o.market and o.market.name, related=("market",), order=5
    ),
    ListColumn(
        "account",
        "Account",
        lambda o: o.account and o.account.name,
        related=("account",),
        chosen=False,
        order=6,
    ),
    ListColumn(
        "status",
        "Status",
        lambda o: o.get_status_display(),
        html=lambda actor, o: status_tag(o),
        order=7,
    ),
    ListColumn(
        "net",
        "Net",
        lambda o: o.net,
        perm=Perm.MONEY_VIEW,
        shows=Shows.MONEY,
        currency=lambda o: o.currency,
        order=8,
    ),
    ListColumn(
        "refunded",
        "Refunded",
        lambda o: o.refunded or None,
        perm=Perm.MONEY_VIEW,
        shows=Shows.MONEY,
        currency=lambda o: o.currency,
        html=_refunded,
        order=9,
    ),
):
    ORDERS.add_column(_column)

for _filter in (
    ListFilter("q", "Find", _matching, order=0, in_search_box=True),
    ListFilter("channel", "Channel", by_id("channel"), named_rows(Channel), order=1),
    ListFilter("market", "Market", by_id("market"), named_rows(Market, "Without market"), order=2),
    ListFilter("account", "Account", by_id("account"), named_rows(Account, "No account"), order=3),
    ListFilter("status", "Status", _in_status, lambda actor: OrderStatus.choices, order=4),
    ListFilter(
        "refunds",
        "Refunds",
        _with,
        lambda actor: [("refund", "With a refund"), ("none", "Without")],
        order=5,
    ),
    ListFilter("from", "From", by_day("gte"), order=6),
    ListFilter("to", "To", by_day("lte"), order=7),
    ListFilter(
        "cost",
        "Costs",
        _without_cost,
        lambda actor: [("missing", "With a missing cost")],
        perm=Perm.MONEY_VIEW,
        order=6,
    ),
    ListFilter("product", "Product", _of_product, order=8),
    ListFilter("customer", "Customer", _of_customer, perm=Perm.CUSTOMERS_VIEW, order=9),
):
    ORDERS.add_filter(_filter)
