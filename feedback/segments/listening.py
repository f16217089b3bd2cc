"""Hearing what happened to orders, and marking the customers whose figures are older than it."""

from collections import defaultdict
from collections.abc import Sequence

from feedback.ideas.listening import ORDER, REFUND, customers_of
from feedback.segments.recompute import ALL, FIGURES
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.staleness.services import BULK, mark_stale

WHOLE = {"finance.exchangerate", "workspaces.importrun", "workspaces.workspace"}


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark the customers whose orders changed, or all where too many did to name."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        touched[event.model].add(event.object_id)
    if WHOLE & set(touched):
        mark_stale(workspace_id, FIGURES, [ALL], "orders or rates changed", urgency=BULK)
        return
    customers = {*customers_of(workspace_id, touched[ORDER], touched[REFUND])}
    for event in events:  # a customer an order no longer names
        customers |= {one for one in event.changes.get("customer", ()) if isinstance(one, int)}
    mark_stale(workspace_id, FIGURES, [str(pk) for pk in sorted(customers)], "orders changed")


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("customer figures", hear))
