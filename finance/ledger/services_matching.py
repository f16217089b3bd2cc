"""Saying which sale a refund undoes, where its file did not."""

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When

from core.errors import EditConflict, NotFound, Refused
from finance.ledger.models import Order, OrderLine, Refund
from finance.ledger.services_orders import check_refunded
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.changes import assign
from workspaces.staleness.services import mark_stale

MOST_LIKELY = 8


def likely_lines(actor: Actor, refund: Refund) -> list[OrderLine]:
    """Sales a refund may undo: of as many units and before it, its own customer's first."""
    theirs = When(order__customer=refund.customer_id, then=Value(0))
    first = Case(theirs, default=Value(1), output_field=IntegerField())
    lines = OrderLine.objects.visible_to(actor).select_related("order")
    sold = lines.filter(variant=refund.variant_id, day__lte=refund.day, counts=True)
    sold = sold.filter(quantity__gte=refund.quantity)
    return list(sold.order_by(first, "-day", "-pk")[:MOST_LIKELY])


@transaction.atomic
def link_refund(
    actor: Actor, pk: int, *, seen_version: int, line: int = 0, number: str = ""
) -> Refund:
    """Say which order line a refund undoes, by the line or by the order's number.

    Raises Refused, in words, for an order that did not sell it, or not before it came back.
    """
    actor.require(Perm.LEDGER_EDIT)
    rows = Refund.objects.visible_to(actor).select_for_update(no_key=True)
    refund: Refund | None = rows.filter(pk=pk).first()
    if refund is None:
        raise NotFound("That refund no longer exists.")
    if refund.version != seen_version:
        raise EditConflict("This refund changed while you were looking at it.")
    found = _sale(actor, refund, line, number)
    order = Order.objects.in_workspace(refund.workspace_id).select_for_update(no_key=True)
    held = order.get(pk=found.order_id)
    if refund.order_line_id != found.pk:
        check_refunded(found, adding=refund)
    customer = refund.customer_id or held.customer_id
    changes = assign(refund, order_line=found, ordered_day=found.day, customer_id=customer)
    refund.version += 1
    refund.full_clean()
    refund.save(update_fields=[*changes, "version", "updated_at"])
    audit.record(actor, "refund.updated", refund, changes)
    mark_stale(
        refund.workspace_id, "sales", [f"variant:{refund.variant_id}"], "a refund was linked"
    )
    return refund


def _sale(actor: Actor, refund: Refund, line: int, number: str) -> OrderLine:
    sold = OrderLine.objects.visible_to(actor).filter(variant=refund.variant_id)
    if line:
        found = sold.filter(pk=line).select_related("order").first()
    else:
        bare = number.strip().lstrip("#")
        named = sold.filter(order__number__in={number.strip(), bare, f"#{bare}"})
        own = When(channel=refund.channel_id, then=Value(0))
        first = Case(own, default=Value(1), output_field=IntegerField())
        found = named.select_related("order").order_by(first, "-day", "position").first()
    if found is None or found.order.deleted_at is not None:
        raise Refused(f"No order of this number sold {refund.variant}. Look it up under Orders.")
    if found.day > refund.day:
        raise Refused("That order was placed after the money went back.")
    return found
