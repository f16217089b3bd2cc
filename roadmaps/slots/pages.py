"""What the approvals of a launch show of its slots."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from core.clock import today
from products.catalog.models import Market
from roadmaps.launches.models import Launch, LaunchMarket
from roadmaps.launches.states import BEYOND_GO, ENDED
from roadmaps.slots.conflicts import Conflict
from roadmaps.slots.models import LaunchSlot, SlotMarket, SlotState
from roadmaps.slots.reports import conflicts_of, conflicts_of_slot
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.members.people import readers_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS

SHOWN = 50
CLOSED = "roadmaps.closeddays"
GONE = "for markets that are gone"
TONES = {"approved": "green", "proposed": "amber", "refused": "red"}


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot as it is shown: which markets it is for, and which it leaves out by now.

    It names none where it is for all, and where those it was for are `gone`.
    """

    slot: LaunchSlot
    tone: str
    named: list[str]
    missing: list[str]

    @property
    def gone(self) -> bool:
        return not (self.slot.everywhere or self.named)

    @property
    def markets(self) -> list[str]:
        return [GONE] if self.gone else self.named


def linked(actor: Actor, found: list[Conflict]) -> list[tuple[Conflict, str]]:
    """Conflicts with the address of where each comes from."""
    slug = actor.workspace.slug
    return [
        (
            one,
            reverse("roadmaps:launch", args=[slug, one.launch])
            if one.launch
            else refs.url_of(actor, KINDS[CLOSED], one.closed)
            if one.closed
            else "",
        )
        for one in found
    ]


def planned(actor: Actor, launch: Launch) -> list[tuple[Conflict, str]]:
    """What speaks against the day it is planned for."""
    return linked(actor, conflicts_of(actor, launch))


def slots(actor: Actor, launch: Launch) -> dict[str, Any]:
    """The slot in force, the one to decide with what speaks against it, and earlier ones."""
    rows = LaunchSlot.objects.visible_to(actor).filter(launch=launch)
    people = ("proposed_by", "decided_by", "asked", "launch__team")
    found = list(rows.select_related(*people).order_by("-pk")[:SHOWN])
    reached = _markets(actor, launch)
    lines = _lines(actor, found, reached)
    open_one = next((one for one in lines if one.slot.state == SlotState.PROPOSED), None)
    against = linked(actor, conflicts_of_slot(actor, open_one.slot)) if open_one else []
    edits, now = actor.can(Perm.ROADMAP_EDIT), today(actor.workspace.timezone)
    movable = launch.state not in (*BEYOND_GO, *ENDED)
    by = open_one.slot.proposed_by_id if open_one else None
    mine = by == actor.user.pk
    others = readers_of(actor, Perm.ROADMAP_EDIT).exclude(pk=actor.user.pk)
    return {
        "slot_held": next((one for one in lines if one.slot.state == SlotState.APPROVED), None),
        "slot_open": open_one,
        "slot_against": against,
        "slot_past": [one for one in lines if one.slot.state not in ("approved", "proposed")],
        "slot_stuck": _stuck(open_one, now) if open_one else "",
        "slot_decides": edits and movable and bool(open_one) and not mine,
        "slot_withdraws": edits and bool(open_one) and (mine or by is None),
        "slot_fixed": BEYOND_GO,
        "slot_proposes": edits and movable and open_one is None,
        "slot_markets": list(reached.items()),
        "slot_people": [(one.pk, str(one)) for one in others]
        if edits and movable and open_one is None
        else [],
        "slot_from": now,
    }


def _stuck(line: SlotLine, now: date) -> str:
    """Why a slot can only be refused by now."""
    if line.slot.end_on < now:
        return "Its days are past."
    return "Its markets are gone." if line.gone else ""


def _markets(actor: Actor, launch: Launch) -> dict[int, str]:
    links = LaunchMarket.objects.visible_to(actor).filter(launch=launch)
    rows = Market.objects.visible_to(actor).filter(pk__in=links.values("market"))
    return dict(rows.order_by("name", "pk").values_list("pk", "name"))


def _lines(actor: Actor, found: list[LaunchSlot], reached: dict[int, str]) -> list[SlotLine]:
    rows = SlotMarket.objects.visible_to(actor).filter(slot__in=found).select_related("market")
    of: dict[int, dict[int, str]] = {}
    for one in rows.order_by("market__name", "pk"):
        of.setdefault(one.slot_id, {})[one.market_id] = one.market.name
    return [
        SlotLine(
            one,
            TONES.get(one.state, "grey"),
            list(of.get(one.pk, {}).values()),
            []
            if one.everywhere
            else [name for pk, name in reached.items() if pk not in of.get(one.pk, {})],
        )
        for one in found
    ]
