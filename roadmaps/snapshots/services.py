"""Publishing the roadmap as it is, and noting that somebody looked."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from core.typed import one_line
from roadmaps.items.models import Item
from roadmaps.snapshots.comparing import FIELDS
from roadmaps.snapshots.models import RoadmapLook, RoadmapSnapshot
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit

LONGEST_NAME, MOST_KEPT = 120, 500


@transaction.atomic
def publish_snapshot(actor: Actor, name: str) -> RoadmapSnapshot:
    """Keep what every item says now under a name. Raises Denied or Refused."""
    actor.require(Perm.ROADMAP_EDIT)
    words = one_line(name)
    if not words or len(words) > LONGEST_NAME:
        raise Refused(f"Give it a name of at most {LONGEST_NAME} characters.")
    rows = RoadmapSnapshot.objects.visible_to(actor)
    if rows.count() >= MOST_KEPT:
        raise Refused(f"At most {MOST_KEPT} snapshots are kept. Delete one first.")
    made = RoadmapSnapshot.objects.create(
        workspace=actor.workspace, name=words, published_by=actor.user, items=said_now(actor)
    )
    audit.record(actor, "roadmap.published", made, {"name": (None, words)})
    return made


@transaction.atomic
def delete_snapshot(actor: Actor, pk: int) -> RoadmapSnapshot:
    """Take back what was published. Its items stay as they are."""
    actor.require(Perm.ROADMAP_EDIT)
    row = RoadmapSnapshot.objects.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("That snapshot no longer exists.")
    audit.record(actor, "roadmap.unpublished", row, {"name": (row.name, None)})
    row.delete()
    return row


@transaction.atomic
def note_look(actor: Actor) -> RoadmapLook:
    """Remember what the roadmap says now as what this member has seen."""
    actor.require(Perm.ROADMAP_VIEW)
    seen = {"items": said_now(actor), "looked_at": timezone.now()}
    look, _ = RoadmapLook.objects.visible_to(actor).update_or_create(
        workspace=actor.workspace, user=actor.user, defaults=seen
    )
    return look


def said_now(actor: Actor) -> dict[str, dict[str, Any]]:
    """What every item says, by its id: plain values, as they are kept."""
    actor.require(Perm.ROADMAP_VIEW)
    rows = Item.objects.visible_to(actor).order_by("pk").values("pk", *FIELDS)
    found = {}
    for row in rows:
        for name in ("start_on", "end_on"):
            row[name] = row[name].isoformat() if row[name] else None
        found[str(row.pop("pk"))] = row
    return found
