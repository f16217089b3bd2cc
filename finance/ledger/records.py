"""The ledger's records, as history, trash and undo know them."""

from typing import Any

from django.urls import reverse

from finance.ledger import services_orders
from finance.ledger.books import BOOKS, RESTORES, Book
from finance.ledger.models import (
    Account,
    AdSpend,
    CostRecord,
    Customer,
    ExchangeRate,
    Order,
    OrderLine,
    Refund,
)
from products.catalog.models import Channel
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.fields import Field, FieldType, fields_of_model
from workspaces.records.kinds import RecordKind, register_record
from workspaces.search.recent import register_page
from workspaces.search.sources import Lookup, Source, register_lookup, register_source

MOST_NUMBERED, LONGEST_NUMBER = 5, 120
ICONS: dict[Any, str] = {
    Account: "building-store",
    AdSpend: "target",
    CostRecord: "coin",
    Customer: "user",
    ExchangeRate: "arrows-exchange",
}
NAMED: dict[Any, tuple[str, ...]] = {
    Account: ("name",),
    Customer: ("name", "external_id", "email"),
}
FIELDS: dict[Any, tuple[Field, ...]] = {
    AdSpend: fields_of_model(
        AdSpend,
        "campaign",
        "day",
        "channel",
        "product",
        "amount",
        "currency",
        channel={"example": "Own shop"},
        amount={"type": FieldType.MONEY, "currency": "currency", "perm": Perm.MONEY_VIEW},
        currency={"example": "EUR"},
    ),
    ExchangeRate: fields_of_model(
        ExchangeRate,
        "currency",
        "quote",
        "rate",
        "valid_from",
        currency={"label": "One unit of", "example": "USD"},
        quote={"label": "In", "example": "EUR"},
        rate={"label": "Is worth"},
        valid_from={"label": "From"},
    ),
}
AMOUNT = frozenset({"amount"})
HIDDEN = frozenset({"day", "ordered_day", "first_order_day"})


def _order_url(actor: Actor, pk: int) -> str:
    return reverse("finance:order", args=[actor.workspace.slug, pk])


def _refund_url(actor: Actor, pk: int) -> str:
    return reverse("finance:order_of_refund", args=[actor.workspace.slug, pk])


def _line_url(actor: Actor, pk: int) -> str:
    return reverse("finance:order_of_line", args=[actor.workspace.slug, pk])


def _orders_url(actor: Actor, pk: int) -> str:
    return reverse("finance:orders", args=[actor.workspace.slug])


def _change_line(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    line = OrderLine.objects.visible_to(actor).filter(pk=pk).first()
    order = line.order_id if line else 0
    return services_orders.change_line(actor, order, pk, seen_version=version, **values)


def _change_order(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services_orders.change_order(actor, pk, seen_version=version, **values)


def _delete_order(actor: Actor, pk: int, version: int) -> Any:
    return services_orders.delete_order(actor, pk, seen_version=version)


def _delete_refund(actor: Actor, pk: int, version: int) -> Any:
    return services_orders.delete_refund(actor, pk, seen_version=version)


def register() -> None:
    """Called from the app's ready()."""
    reads, writes = Perm.LEDGER_VIEW, Perm.LEDGER_EDIT
    for kind in (
        RecordKind(
            Order,
            "Order",
            "Orders",
            reads,
            writes,
            _order_url,
            _change_order,
            _delete_order,
            services_orders.restore_order,
            HIDDEN,
            amounts=frozenset({"shipping", "tax"}),
            icon="shopping-cart",
            named_by=("number",),
        ),
        RecordKind(
            OrderLine,  # type: ignore[arg-type]
            "Order line",
            "Order lines",
            reads,
            writes,
            _line_url,
            _change_line,
            amounts=frozenset({"gross", "discount", "tax"}),
        ),
        RecordKind(
            Refund,
            "Refund",
            "Refunds",
            reads,
            writes,
            _refund_url,
            delete=_delete_refund,
            restore=services_orders.restore_refund,
            hidden=HIDDEN,
            amounts=AMOUNT,
            icon="receipt-refund",
            named_by=("number",),
        ),
        *(_kind_of(book) for book in BOOKS),
    ):
        register_record(kind)
    _make_searchable()


def _make_searchable() -> None:
    """Customers and accounts by name; orders and refunds by number alone, in their own tables."""
    for model, keys, texts in (
        (Customer, ("external_id", "email"), ("email",)),
        (Account, (), ("tier",)),
    ):
        titles = ("name", *keys)
        register_source(Source(model._meta.label_lower, model, titles, keys, texts))
    register_source(Source(AdSpend._meta.label_lower, AdSpend, ("campaign",)))
    register_lookup(Lookup(Order._meta.label_lower, _orders_numbered))
    register_lookup(Lookup(Refund._meta.label_lower, _refunds_numbered))
    for page, shown in (("order", Order), ("customer", Customer), ("account", Account)):
        register_page(f"finance:{page}", shown._meta.label_lower)


def _spellings(number: str) -> set[str]:
    """Shops write #1001 where people type 1001, and the other way round."""
    bare = number.strip().lstrip("#")
    return (
        {number.strip(), bare, bare.upper(), f"#{bare}"} if len(bare) <= LONGEST_NUMBER else set()
    )


def _orders_numbered(actor: Actor, text: str) -> list[int]:
    """The orders with this number; one channel at a time, because the index begins with it."""
    found = Order.objects.visible_to(actor).filter(
        number__in=_spellings(text), channel__in=Channel.objects.visible_to(actor)
    )
    return list(found.order_by("-pk").values_list("pk", flat=True)[:MOST_NUMBERED])


def _refunds_numbered(actor: Actor, text: str) -> list[int]:
    found = Refund.objects.visible_to(actor).filter(number__in=_spellings(text))
    return list(found.order_by("-pk").values_list("pk", flat=True)[:MOST_NUMBERED])


def _kind_of(book: Book) -> RecordKind:
    """A book's rows as history and trash know them."""

    def url(actor: Actor, pk: int) -> str:
        page = book.one if book.detail else f"{book.one}_edit"
        return reverse(f"finance:{page}", args=[actor.workspace.slug, pk])

    def change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
        return book.change(actor, pk, seen_version=version, **values)

    def delete(actor: Actor, pk: int, version: int) -> Any:
        return book.delete(actor, pk, seen_version=version)

    def create(actor: Actor, values: dict[str, Any]) -> Any:
        return book.create(actor, **values)

    label, restore = book.label.capitalize(), RESTORES[book.model]
    fields = FIELDS.get(book.model, ())
    return RecordKind(
        book.model,
        label,
        book.title,
        book.reads,
        book.writes,
        url,
        change,
        delete,
        restore,
        HIDDEN - {"day"},
        icon=ICONS[book.model],
        named_by=NAMED.get(book.model, ()),
        amounts=AMOUNT,
        fields=fields,
        create=create if fields else None,
        edit_url=url if fields else None,
        pasted=False,
        row_reads=tuple(one.name for one in fields if not one.to),
    )
