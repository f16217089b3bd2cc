"""The lists of costs, rates, ad spend, customers and accounts as declared."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.html import format_html

from core.web import row_url
from finance.ledger.models import (
    Account,
    AdSpend,
    CostKind,
    CostRecord,
    Customer,
    ExchangeRate,
    Order,
)
from finance.ledger.order_list import by_day, by_id, named_rows
from products.catalog.models import Channel
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.lists import ListColumn, ListFilter, RecordList, Shows


def _link(url_name: str, text: Any) -> Any:
    def html(actor: Actor, row: Any) -> str:
        url = row_url(f"finance:{url_name}", actor.workspace.slug, row.pk)
        return format_html('<a class="record-link" href="{}"><span>{}</span></a>', url, text(row))

    return html


def _declare(spec: RecordList, columns: list[ListColumn], filters: list[ListFilter]) -> RecordList:
    for column in columns:
        spec.add_column(column)
    for one in filters:
        spec.add_filter(one)
    return spec


def _costs(actor: Actor) -> QuerySet[CostRecord]:
    """Costs with the day the next of their kind begins: until then each holds."""
    later = CostRecord.objects.in_workspace(actor.workspace.pk).filter(
        variant=OuterRef("variant"), kind=OuterRef("kind"), valid_from__gt=OuterRef("valid_from")
    )
    following = later.order_by("valid_from").values("valid_from")[:1]
    return CostRecord.objects.visible_to(actor).annotate(until=Subquery(following))


def _cost_of(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    named = Q(variant__product__name__icontains=text)
    return rows.filter(Q(variant__sku__istartswith=text) | named)


def _of_kind(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(kind=text) if text in CostKind.values else rows.none()


COSTS = _declare(
    RecordList("costs", _costs, "-from"),
    [
        ListColumn(
            "sku",
            "SKU",
            lambda c: c.variant.sku,
            html=_link("cost", lambda c: c.variant.sku),
            related=("variant",),
            export="sku",
            order=1,
        ),
        ListColumn(
            "product",
            "Product",
            lambda c: c.variant.product.name,
            related=("variant__product",),
            order=2,
        ),
        ListColumn(
            "kind",
            "Kind",
            lambda c: c.kind,
            html=lambda actor, c: c.get_kind_display(),
            export="cost_kind",
            order=3,
        ),
        ListColumn(
            "amount",
            "A unit costs",
            lambda c: c.amount,
            perm=Perm.MONEY_VIEW,
            shows=Shows.MONEY,
            currency=lambda c: c.currency,
            export="amount",
            order=4,
        ),
        ListColumn(
            "from",
            "From",
            lambda c: c.valid_from,
            "valid_from",
            shows=Shows.DAY,
            export="valid_from",
            order=5,
        ),
        ListColumn("until", "Until the day before", lambda c: c.until, shows=Shows.DAY, order=6),
    ],
    [
        ListFilter("q", "Find", _cost_of, order=0, in_search_box=True),
        ListFilter("kind", "Kind", _of_kind, lambda actor: CostKind.choices, order=1),
    ],
)


def _rate_of(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(currency__iexact=text) | Q(quote__iexact=text))


RATES = _declare(
    RecordList("rates", lambda actor: ExchangeRate.objects.visible_to(actor), "-from"),
    [
        ListColumn(
            "pair",
            "Rate",
            lambda r: f"1 {r.currency} in {r.quote}",
            html=_link("rate_edit", lambda r: f"1 {r.currency} in {r.quote}"),
            order=1,
        ),
        ListColumn(
            "rate",
            "Is worth",
            lambda r: r.rate.normalize(),
            shows=Shows.COUNT,
            html=lambda actor, r: f"{r.rate.normalize():f}",
            order=2,
        ),
        ListColumn("from", "From", lambda r: r.valid_from, "valid_from", shows=Shows.DAY, order=3),
    ],
    [ListFilter("q", "Find", _rate_of, order=0, in_search_box=True)],
)


def _ads_like(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(campaign__icontains=text) | Q(product__name__icontains=text))


ADS = _declare(
    RecordList("ads", lambda actor: AdSpend.objects.visible_to(actor), "-day"),
    [
        ListColumn(
            "campaign",
            "Campaign",
            lambda a: a.campaign,
            html=_link("ad_edit", lambda a: a.campaign or "No campaign"),
            order=1,
        ),
        ListColumn("day", "Day", lambda a: a.day, "day", shows=Shows.DAY, order=2),
        ListColumn("channel", "Channel", lambda a: a.channel.name, related=("channel",), order=3),
        ListColumn(
            "product",
            "Product",
            lambda a: a.product.name if a.product else "The whole channel",
            related=("product",),
            order=4,
        ),
        ListColumn(
            "amount",
            "Spent",
            lambda a: a.amount,
            perm=Perm.MONEY_VIEW,
            shows=Shows.MONEY,
            currency=lambda a: a.currency,
            order=5,
        ),
    ],
    [
        ListFilter("q", "Find", _ads_like, order=0, in_search_box=True),
        ListFilter("channel", "Channel", by_id("channel"), named_rows(Channel), order=1),
        ListFilter("from", "From", by_day("gte"), order=2),
        ListFilter("to", "To", by_day("lte"), order=3),
    ],
)


def _customers(actor: Actor) -> QuerySet[Customer]:
    """Customers with how many orders they placed."""
    orders = Order.objects.in_workspace(actor.workspace.pk).filter(customer=OuterRef("pk"))
    count = orders.order_by().values("customer").annotate(n=Count("pk")).values("n")
    return Customer.objects.visible_to(actor).annotate(orders=Subquery(count))


def _customer_like(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    exact = Q(email__iexact=text) | Q(external_id__istartswith=text)
    return rows.filter(exact | Q(name__icontains=text))


CUSTOMERS = _declare(
    RecordList("customers", _customers, "-added"),
    [
        ListColumn("name", "Customer", str, html=_link("customer", str), export="name", order=1),
        ListColumn("email", "E-mail", lambda c: c.email, export="email", order=2),
        ListColumn("key", "Shop's key", lambda c: c.external_id, export="customer", order=3),
        ListColumn("country", "Country", lambda c: c.country, export="country", order=4),
        ListColumn(
            "account",
            "Account",
            lambda c: c.account and c.account.name,
            related=("account",),
            export="account",
            order=5,
        ),
        ListColumn("first", "First order", lambda c: c.first_order_day, shows=Shows.DAY, order=6),
        ListColumn("orders", "Orders", lambda c: c.orders or 0, shows=Shows.COUNT, order=7),
        ListColumn("added", "Added", lambda c: c.created_at, "pk", shows=Shows.AGO, chosen=False),
    ],
    [
        ListFilter("q", "Find", _customer_like, order=0, in_search_box=True),
        ListFilter(
            "account", "Account", by_id("account"), named_rows(Account, "No account"), order=1
        ),
    ],
)


def _accounts(actor: Actor) -> QuerySet[Account]:
    """Accounts with how many customers belong to them."""
    people = Customer.objects.in_workspace(actor.workspace.pk).filter(account=OuterRef("pk"))
    count = people.order_by().values("account").annotate(n=Count("pk")).values("n")
    return Account.objects.visible_to(actor).annotate(people=Subquery(count))


def _account_like(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(name__icontains=text) | Q(tier__iexact=text))


ACCOUNTS = _declare(
    RecordList("accounts", _accounts, "name"),
    [
        ListColumn("name", "Account", str, "name", html=_link("account", str), order=1),
        ListColumn("tier", "Tier", lambda a: a.tier, order=2),
        ListColumn("owner", "Owner", lambda a: a.owner and str(a.owner), related=("owner",)),
        ListColumn("people", "Customers", lambda a: a.people or 0, shows=Shows.COUNT, order=4),
    ],
    [ListFilter("q", "Find", _account_like, order=0, in_search_box=True)],
)
