"""How what is sold, who bought it and what came back lead to one another."""

from collections.abc import Callable, Sequence
from typing import Any

from finance.ledger.models import Account, Customer, Order, OrderLine, Refund
from workspaces.access.actor import Actor
from workspaces.records.kinds import Trace
from workspaces.records.refs import Ref
from workspaces.records.tracing import AT_ONCE, register_trace

ORDER = Order._meta.label_lower
Find = Callable[[Actor, int], Sequence[Ref]]
Count = Callable[[Actor, int], int]


def orders_with(path: str) -> tuple[Find, Count]:
    """The orders with lines of what `path` of a line names, newest first."""

    def rows(actor: Actor, pk: int) -> Any:
        lines = OrderLine.objects.visible_to(actor).filter(**{path: pk})
        return lines.order_by("-order_id").values_list("order_id", flat=True).distinct()

    return lambda actor, pk: _refs(ORDER, rows(actor, pk)), lambda actor, pk: rows(
        actor, pk
    ).count()


def rows_with(model: Any, path: str) -> tuple[Find, Count]:
    """The rows of a model whose `path` is this record, newest first."""

    def rows(actor: Actor, pk: int) -> Any:
        found = model.objects.visible_to(actor).filter(**{path: pk})
        return found.order_by("-pk").values_list("pk", flat=True)

    name = model._meta.label_lower
    return lambda actor, pk: _refs(name, rows(actor, pk)), lambda actor, pk: rows(actor, pk).count()


def value_of(model: Any, path: str, name: str) -> Find:
    """What `path` of this record names, a record of the kind `name`."""

    def find(actor: Actor, pk: int) -> list[Ref]:
        rows = model.objects.visible_to(actor).filter(pk=pk).order_by(path)
        return _refs(name, rows.exclude(**{path: None}).values_list(path, flat=True).distinct())

    return find


def _refs(name: str, ids: Any) -> list[Ref]:
    return [(name, pk) for pk in ids[:AT_ONCE]]


def _products(actor: Actor, pk: int) -> list[Ref]:
    lines = OrderLine.objects.visible_to(actor).filter(order_id=pk).order_by("variant__product_id")
    ids = lines.values_list("variant__product_id", flat=True).distinct()
    return _refs("products.product", ids)


def register() -> None:
    """Called from the app's ready()."""
    customer, account = Customer._meta.label_lower, Account._meta.label_lower
    for kind, path in (
        ("products.product", "variant__product_id"),
        ("products.variant", "variant_id"),
    ):
        register_trace(kind, Trace("Orders", True, *orders_with(path)))
    register_trace(ORDER, Trace("Products", False, _products))
    register_trace(ORDER, Trace("Customer", False, value_of(Order, "customer_id", customer)))
    register_trace(ORDER, Trace("Account", False, value_of(Order, "account_id", account)))
    register_trace(ORDER, Trace("Refunds", True, *rows_with(Refund, "order_line__order_id")))
    refund = Refund._meta.label_lower
    register_trace(refund, Trace("Order", False, value_of(Refund, "order_line__order_id", ORDER)))
    register_trace(customer, Trace("Orders", True, *rows_with(Order, "customer_id")))
    register_trace(customer, Trace("Account", False, value_of(Customer, "account_id", account)))
    register_trace(account, Trace("Orders", True, *rows_with(Order, "account_id")))
    register_trace(account, Trace("Customers", True, *rows_with(Customer, "account_id")))
