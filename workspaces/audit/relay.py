"""Telling others what happened: notifications, webhooks and the search index listen to the history.

An act and its event are one transaction, and what was told is noted in the listener's own, so that
nothing that happened is lost, whatever dies, and nothing is told twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, transaction

from workspaces.audit.models import ActivityEvent

log = logging.getLogger(__name__)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who wants to know. `hear(workspace_id, events)` runs in the relay's transaction.

    It gets the events of one workspace in the order they happened, and must be quick: it writes
    rows and rings bells, and leaves the work to its own task. It writes rows of its own alone.
    """

    name: str
    hear: Callable[[int, Sequence[ActivityEvent]], None]


LISTENERS: dict[str, Listener] = {}


def register_listener(listener: Listener) -> None:
    """Called from an AppConfig's ready()."""
    LISTENERS[listener.name] = listener


def is_untold() -> bool:
    """Whether something happened that listeners have not heard."""
    return ActivityEvent.objects.filter(told=False).exists()


def relay_next() -> bool:
    """Tell every listener the oldest untold events of one workspace. False when all are told.

    A listener that fails is logged and left out, so that it holds up nobody else. Trouble of the
    database's own (a deadlock, a lost connection) passes: it is raised, and all are told again.
    """
    with transaction.atomic():
        untold = ActivityEvent.objects.filter(told=False).select_for_update(skip_locked=True)
        first = untold.order_by("workspace_id", "pk").first()
        if first is None:
            return False
        events = list(untold.filter(workspace_id=first.workspace_id).order_by("pk")[:AT_ONCE])
        for listener in LISTENERS.values():
            _tell(listener, first.workspace_id, events)
        ActivityEvent.objects.filter(pk__in=[event.pk for event in events]).update(told=True)
    return True


def _tell(listener: Listener, workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    try:
        with transaction.atomic():
            listener.hear(workspace_id, events)
    except OperationalError:
        raise
    except Exception:  # one listener's fault must not silence the others
        log.exception(
            "%s could not hear what happened in workspace %s", listener.name, workspace_id
        )
