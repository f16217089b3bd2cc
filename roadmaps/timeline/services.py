"""Moving bars of the timeline: one act, with whoever has to follow, undone as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from core.db import lock_keys
from core.errors import Refused
from roadmaps.items.models import Item
from roadmaps.items.planning import Planned, bar_of, days_of, planned
from roadmaps.items.records import ITEM
from roadmaps.items.scheduling import Bar
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.services import change_record

MOST_MOVED = 200


@dataclass(frozen=True, slots=True)
class Move:
    """The days an item is to have, and the version of it that somebody saw."""

    pk: int
    version: int
    start_on: date
    end_on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of an act: its batch, and by how many days followers moved."""

    batch: UUID
    followers: dict[int, int]


@transaction.atomic
def move_bars(actor: Actor, moves: Sequence[Move], *, followers: bool = False) -> Moved:
    """Give items new days, and push whoever waits for them if that is asked for; all or nothing.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    if not 0 < len(moves) <= MOST_MOVED:
        raise Refused(f"Between one and {MOST_MOVED} items can be moved at once.")
    lock_keys("item dependencies", [str(actor.workspace.pk)])
    done = Moved(uuid4(), effect_of(actor, moves) if followers else {})
    with audit.in_batch(done.batch):
        for one in sorted(moves, key=lambda move: move.pk):
            days = {"start_on": one.start_on, "end_on": one.end_on}
            change_record(actor, ITEM, one.pk, one.version, days)
        rows = Item.objects.visible_to(actor).filter(pk__in=done.followers).order_by("pk")
        for item in rows:
            bar = bar_of(item.start_on, item.end_on)
            if bar is not None:
                start_on, end_on = days_of(bar.later(done.followers[item.pk]))
                days = {"start_on": start_on, "end_on": end_on}
                change_record(actor, ITEM, item.pk, item.version, days)
    return done


def effect_of(actor: Actor, moves: Sequence[Move], found: Planned | None = None) -> dict[int, int]:
    """By how many days which items would have to move, were these moved."""
    actor.require(Perm.ROADMAP_VIEW)
    plan = (found or planned(actor)).plan
    bars = {one.pk: bar_of(one.start_on, one.end_on) for one in moves}
    known: dict[int, Bar] = {pk: bar for pk, bar in bars.items() if bar and bar.length > 0}
    return plan.pushed(known)
