"""The ledger's records, as history, trash and undo know them."""

from typing import Any

from django.urls import reverse

from finance.ledger import services_orders
from finance.ledger.books import BOOKS, RESTORES, Book
from finance.ledger.models import Order, OrderLine, Refund
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.kinds import RecordKind, register_record

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
        ),
        RecordKind(
            OrderLine,  # type: ignore[arg-type]
            "Order line",
            "Order lines",
            reads,
            writes,
            _line_url,
            _change_line,
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
        ),
        *(_kind_of(book) for book in BOOKS),
    ):
        register_record(kind)


def _kind_of(book: Book) -> RecordKind:
    """A book's rows as history and trash know them."""

    def url(actor: Actor, pk: int) -> str:
        page = book.one if book.detail else f"{book.one}_edit"
        return reverse(f"finance:{page}", args=[actor.workspace.slug, pk])

    def change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
        return book.change(actor, pk, seen_version=version, **values)

    def delete(actor: Actor, pk: int, version: int) -> Any:
        return book.delete(actor, pk, seen_version=version)

    label, restore = book.label.capitalize(), RESTORES[book.model]
    verbs = (change, delete, restore, HIDDEN - {"day"})
    return RecordKind(book.model, label, book.title, book.reads, book.writes, url, *verbs)
