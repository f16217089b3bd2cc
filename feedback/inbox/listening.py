"""Hearing that customers or products came in, for the notes that wait for them."""

from collections.abc import Sequence

from feedback.inbox.models import Clue
from feedback.inbox.recompute import LINKS
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.staleness.services import BULK, mark_stale

AWAITED = {"finance.customer", "products.product", "products.variant", "workspaces.importrun"}


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Look for what notes wait for once more, when it may have come."""
    if not any(event.model in AWAITED for event in events):
        return
    if Clue.objects.in_workspace(workspace_id).filter(waits=True).exists():
        mark_stale(workspace_id, LINKS, ["all"], "customers or products came in", urgency=BULK)


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("waiting notes", hear))
