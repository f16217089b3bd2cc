"""The ledger as files that import back unchanged."""

from collections.abc import Callable, Iterator
from itertools import chain

from finance.ledger.models import CostRecord, Customer, OrderLine, Refund
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Export

CUSTOMER, COST, ORDER = "finance.customer", "finance.costrecord", "finance.order"
Rows = Iterator[tuple[object, ...]]
CUSTOMERS = {
    "customer": "external_id",
    "email": "email",
    "name": "name",
    "country": "country",
    "account": "account__name",
}
COSTS = {
    "sku": "variant__sku",
    "cost_kind": "kind",
    "amount": "amount",
    "currency": "currency",
    "valid_from": "valid_from",
}
ORDERS = {
    "number": "order__number",
    "line": "position",
    "placed_at": "order__placed_at",
    "sku": "variant__sku",
    "quantity": "quantity",
    "gross": "gross",
    "discount": "discount",
    "tax": "tax",
    "currency": "currency",
    "channel": "channel__name",
    "market": "market__name",
    "account": "account__name",
    "customer": "order__customer__external_id",
    "status": "order__status",
    "shipping": "order__shipping",
    "order_tax": "order__tax",
}
REFUND_ALONE = ("refund_number", "refund_of", "refund_reason")
REFUNDS = {
    "number": "number",
    "line": "order_line__position",
    "placed_at": "refunded_at",
    "sku": "variant__sku",
    "quantity": "quantity",
    "gross": "amount",
    "currency": "currency",
    "channel": "channel__name",
    "market": "market__name",
    "account": "account__name",
    "customer": "customer__external_id",
}


def _customers(actor: Actor) -> Rows:
    actor.require(Perm.DATA_EXPORT)
    found = Customer.objects.visible_to(actor).order_by("pk")
    rows = found.values_list(*CUSTOMERS.values(), "custom")
    return own.beside(actor, CUSTOMER, rows.iterator(chunk_size=own.CHUNK))


def _costs(actor: Actor) -> Rows:
    actor.require(Perm.DATA_EXPORT)
    found = CostRecord.objects.visible_to(actor).filter(variant__deleted_at=None)
    ordered = found.order_by("variant_id", "kind", "valid_from")
    rows = ordered.values_list(*COSTS.values(), "custom")
    return own.beside(actor, COST, rows.iterator(chunk_size=own.CHUNK))


def _orders(actor: Actor) -> Rows:
    """Lines first, then refunds as rows of their own."""
    actor.require(Perm.DATA_EXPORT)
    lines = OrderLine.objects.visible_to(actor).filter(order__deleted_at=None)
    ordered = lines.order_by("order_id", "position").values_list(*ORDERS.values(), "order__custom")
    blank = ("",) * len(REFUND_ALONE)
    sold = ((*row[:-1], *blank, row[-1]) for row in ordered.iterator(chunk_size=own.CHUNK))
    return chain(own.beside(actor, ORDER, sold), _refunds(actor))


def _refunds(actor: Actor) -> Rows:
    found = Refund.objects.visible_to(actor).order_by("pk")
    more, names = ("order_line__order__number", "reason"), _order_names(actor)
    for row in found.values_list(*REFUNDS.values(), *more).iterator():
        cells = dict(zip((*REFUNDS, "refund_of", "refund_reason"), row, strict=True))
        cells["quantity"], cells["gross"] = -cells["quantity"], -cells["gross"]
        cells["refund_number"] = cells["number"]
        cells["number"] = str(cells["number"])[:80]
        yield tuple(cells.get(name, "") for name in names)


def _with_own(record: str, *columns: str) -> Callable[[Actor], tuple[str, ...]]:
    """The names of these columns and of the record's custom fields."""
    return lambda actor: (*columns, *own.names(actor, record))


_order_names = _with_own(ORDER, *ORDERS, *REFUND_ALONE)
CUSTOMERS_EXPORT = Export(Perm.CUSTOMERS_VIEW, _with_own(CUSTOMER, *CUSTOMERS), _customers)
COSTS_EXPORT = Export(Perm.LEDGER_VIEW, _with_own(COST, *COSTS), _costs)
ORDERS_EXPORT = Export(Perm.LEDGER_VIEW, _order_names, _orders)
