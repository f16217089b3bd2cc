"""Hearing what customers asked for and bought, and marking the scores that are older than it."""

from collections import defaultdict
from collections.abc import Sequence

from feedback.ideas.models import FeedbackLink, Idea
from finance.ledger.models import Order, OrderLine
from roadmaps.items.models import ItemProduct
from roadmaps.marking import ALL, SCORES
from roadmaps.priorities.asked import IDEA, ITEM, items_from
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.links.models import RecordLink
from workspaces.staleness.services import BULK, mark_stale

ORDER, LINK, VOICE = (one._meta.label_lower for one in (Order, RecordLink, FeedbackLink))
# What may change what is known of any item, or of too many to name.
WHOLE = {"workspaces.importrun"}
SINGLY = 200  # orders at once; more are worked as one


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark the items whose products were bought, whose ideas were asked for, or that are linked."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        touched[event.model].add(event.object_id)
    if WHOLE & set(touched) or len(touched[ORDER]) > SINGLY:
        mark_stale(workspace_id, SCORES, [ALL], "orders changed", urgency=BULK)
        return
    items = _linked(workspace_id, touched[LINK]) | _bought(workspace_id, touched[ORDER])
    ideas = touched[IDEA] | _asked(workspace_id, touched[VOICE])
    if ideas:
        rows = Idea.objects.with_trash(workspace_id).filter(pk__in=ideas)
        ideas |= {pk for pk in rows.values_list("merged_into", flat=True) if pk}
        ideas |= set(
            Idea.objects.with_trash(workspace_id)
            .filter(merged_into__in=ideas)
            .values_list("pk", flat=True)
        )
        items |= items_from(workspace_id, ideas)
    if items:
        keys = [f"item:{pk}" for pk in sorted(items)]
        mark_stale(workspace_id, SCORES, keys, "what customers ask for or bought changed")


def _linked(workspace_id: int, links: set[int]) -> set[int]:
    rows = RecordLink.objects.in_workspace(workspace_id).filter(
        pk__in=links, kind=ITEM, to_kind=IDEA
    )
    return set(rows.values_list("object_id", flat=True)) if links else set()


def _bought(workspace_id: int, orders: set[int]) -> set[int]:
    if not orders:
        return set()
    lines = OrderLine.objects.in_workspace(workspace_id).filter(order__in=orders)
    rows = ItemProduct.objects.in_workspace(workspace_id)
    about = rows.filter(product__in=lines.values("variant__product"))
    return set(about.values_list("item", flat=True))


def _asked(workspace_id: int, voices: set[int]) -> set[int]:
    rows = FeedbackLink.objects.with_trash(workspace_id).filter(pk__in=voices)
    return set(rows.values_list("idea", flat=True)) if voices else set()


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("scores", hear))
