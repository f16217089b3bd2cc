"""Making segments and changing what they ask."""

from typing import Any

from feedback.segments.models import Segment
from feedback.segments.records import SEGMENT
from workspaces.access.actor import Actor
from workspaces.records.services import change_record, create_record


def create_segment(actor: Actor, **values: Any) -> Segment:
    """Keep a question by name. Raises Denied, or ValidationError naming the fields."""
    actor.require(SEGMENT.writes)
    made: Segment = create_record(actor, SEGMENT, values)
    return made


def change_segment(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Segment:
    """Ask something else. Raises Denied, NotFound, EditConflict or ValidationError."""
    actor.require(SEGMENT.writes)
    changed: Segment = change_record(actor, SEGMENT, pk, seen_version, values)
    return changed
