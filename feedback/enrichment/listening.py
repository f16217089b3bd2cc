"""Hearing of notes that came in, and marking them to be read."""

from collections.abc import Sequence

from feedback.enrichment.recompute import NOTE, TOPIC, UNREAD
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener
from workspaces.staleness.services import BULK, PERSON, mark_stale

IMPORTS = "workspaces.importrun"
SINGLY = 200  # an act on more notes than this waits behind what people wait for


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """A note's words never change, so it is read when it comes in. An import names no rows."""
    came = {one.object_id for one in events if one.model == NOTE and one.verb == "note.created"}
    if came:
        urgency = PERSON if len(came) <= SINGLY else BULK
        keys = [f"note:{pk}" for pk in sorted(came)]
        mark_stale(workspace_id, TOPIC, keys, "a note came in", urgency=urgency)
    if any(one.model == IMPORTS for one in events):
        mark_stale(workspace_id, TOPIC, [UNREAD], "notes were imported", urgency=BULK)


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("reading", hear))
