"""Hearing what happened to orders and costs, and marking the stakes that are older than it."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F

from feedback.ideas.models import FeedbackLink
from feedback.ideas.recompute import ALL, STAKES
from finance.ledger.models import Order, Refund
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.staleness.services import BULK, mark_stale

ORDER, REFUND, NOTE = "finance.order", "finance.refund", "feedback.note"
# What may change the worth of any order, or of too many to name.
WHOLE = {"finance.costrecord", "finance.exchangerate", "workspaces.importrun"}


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark the customers whose orders changed, and the ideas of notes that came or went."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        touched[event.model].add(event.object_id)
    if WHOLE & set(touched):
        mark_stale(workspace_id, STAKES, [ALL], "orders or costs changed", urgency=BULK)
        return
    customers = {*customers_of(workspace_id, touched[ORDER], touched[REFUND])}
    for event in events:  # a customer an order no longer names
        customers |= {one for one in event.changes.get("customer", ()) if isinstance(one, int)}
    links = FeedbackLink.objects.in_workspace(workspace_id)
    asking = links.filter(customer__in=customers).values_list("customer_id", flat=True)
    said = links.filter(note__in=touched[NOTE]).values_list("idea_id", flat=True)
    keys = [f"customer:{pk}" for pk in asking.distinct()] if customers else []
    keys += [f"idea:{pk}" for pk in said.distinct()] if touched[NOTE] else []
    mark_stale(workspace_id, STAKES, keys, "orders changed")


def customers_of(workspace_id: int, orders: set[int], refunds: set[int]) -> list[int]:
    """Whose these orders are, and whose what these refunds took back."""
    found: list[int] = []
    if orders:
        rows = Order.objects.with_trash(workspace_id).filter(pk__in=orders)
        found += [pk for pk in rows.values_list("customer_id", flat=True) if pk]
    if refunds:
        back = Refund.objects.with_trash(workspace_id).filter(pk__in=refunds)
        pairs = back.annotate(buyer=F("order_line__order__customer_id"))
        for pair in pairs.values_list("customer_id", "buyer"):
            found += [pk for pk in pair if pk]
    return found


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("stakes", hear))
