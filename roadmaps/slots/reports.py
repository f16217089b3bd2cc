"""Launches on their days, and what speaks against these."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from django.db.models import Q, Sum

from roadmaps.launches.calendar import days_off
from roadmaps.launches.models import (
    ClosedDays,
    ClosedKind,
    Launch,
    LaunchMarket,
    LaunchProduct,
    LaunchSegment,
    LaunchTask,
)
from roadmaps.launches.states import ENDED, OUT
from roadmaps.readiness.workdays import moved
from roadmaps.slots.conflicts import LEAD, NEAR, Closed, Conflict, Load, Slot, conflicts
from roadmaps.slots.models import LaunchSlot, SlotMarket, SlotState
from workspaces.access.actor import Actor
from workspaces.members.models import TeamMember

MOST = 500
PAST = OUT | ENDED


def slots_of(actor: Actor, rows: Iterable[Launch]) -> list[Slot]:
    """These launches on their planned days: three statements more, however many. Needs teams."""
    launches = list(rows)
    links = LaunchMarket.objects.visible_to(actor).filter(launch__in=launches)
    brought = LaunchProduct.objects.visible_to(actor).filter(launch__in=launches)
    markets: dict[int, set[int]] = defaultdict(set)
    for launch, market in links.values_list("launch", "market"):
        markets[launch].add(market)
    categories: dict[int, set[str]] = defaultdict(set)
    for launch, path in brought.values_list("launch", "product__category__path"):
        if path:
            categories[launch].add(path)
    aims = LaunchSegment.objects.visible_to(actor).filter(segment__deleted_at=None)
    segments: dict[int, set[str]] = defaultdict(set)
    named = aims.filter(launch__in=launches).values_list("launch", "segment__name")
    for launch, name in named:
        segments[launch].add(name)
    return [
        Slot(
            one.pk,
            one.title,
            one.planned_on,
            one.team_id,
            one.team.name if one.team else "",
            frozenset(markets[one.pk]),
            categories=frozenset(categories[one.pk]),
            segments=frozenset(segments[one.pk]),
        )
        for one in launches
    ]


def conflicts_of(actor: Actor, launch: Launch) -> list[Conflict]:
    """What speaks against the planned day of a launch; nothing once it is out. Needs its team."""
    return [] if launch.state in PAST else _against(actor, slots_of(actor, [launch])[0])


def conflicts_of_slot(actor: Actor, slot: LaunchSlot) -> list[Conflict]:
    """What speaks against a proposed slot. Needs its launch with its team."""
    mine = slots_of(actor, [slot.launch])[0]
    rows = SlotMarket.objects.visible_to(actor).filter(slot=slot)
    named = frozenset(rows.values_list("market", flat=True))
    markets = mine.markets if slot.everywhere else named
    return _against(actor, replace(mine, day=slot.start_on, last=slot.end_on, markets=markets))


def _against(actor: Actor, slot: Slot) -> list[Conflict]:
    first, last = slot.day - NEAR, slot.end + NEAR
    ahead = Launch.objects.visible_to(actor).exclude(state__in=PAST).exclude(pk=slot.pk)
    near = ahead.filter(planned_on__range=(first, last)).select_related("team")
    others = slots_of(actor, near.order_by("planned_on", "pk")[:MOST])
    rows = ClosedDays.objects.visible_to(actor).filter(start_on__lte=slot.end, end_on__gte=slot.day)
    closed = [
        Closed(
            one.title,
            one.start_on,
            one.end_on,
            one.market_id,
            one.market.name if one.market else "",
            one.reason == ClosedKind.BLACKOUT,
            one.pk,
        )
        for one in rows.select_related("market").order_by("start_on", "pk")[:MOST]
    ]
    known = {one.pk for one in others}
    maybe = [one for one in _proposed(actor, slot) if one.pk not in known]
    return conflicts(slot, [*others, *maybe], closed, _load(actor, slot))


def _proposed(actor: Actor, slot: Slot) -> list[Slot]:
    """Slots others have proposed around these days."""
    rows = LaunchSlot.objects.visible_to(actor).filter(
        state=SlotState.PROPOSED,
        launch__deleted_at=None,
        start_on__lte=slot.end + NEAR,
        end_on__gte=slot.day - NEAR,
    )
    rows = rows.exclude(launch=slot.pk).exclude(launch__state__in=PAST)
    wished = {one.launch_id: one for one in rows.select_related("launch__team")[:MOST]}
    return [
        replace(one, day=wish.start_on, last=wish.end_on, proposed=True)
        for one in slots_of(actor, [each.launch for each in wished.values()])
        for wish in [wished[one.pk]]
    ]


def _load(actor: Actor, slot: Slot) -> Load | None:
    """What its team has to do before it: its own tasks, wherever they fall, and those of others."""
    if slot.team is None:
        return None
    since = moved(slot.day, -LEAD, days_off(actor.workspace.pk))
    tasks = LaunchTask.objects.visible_to(actor).filter(launch__team=slot.team, done_on=None)
    tasks = tasks.exclude(launch__state__in=PAST)
    mine = Q(launch=slot.pk, day__range=(-LEAD, 0))
    theirs = ~Q(launch=slot.pk) & Q(due_on__range=(since, slot.day))
    work = tasks.filter(mine | theirs).aggregate(days=Sum("likely"))["days"] or Decimal(0)
    people = TeamMember.objects.visible_to(actor).filter(team=slot.team).count()
    return Load(slot.team_name, work, people)
