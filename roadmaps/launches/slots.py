"""Launches on their days, and what speaks against these."""

from collections import defaultdict
from collections.abc import Iterable

from roadmaps.launches.conflicts import NEAR, Closed, Slot, conflicts
from roadmaps.launches.models import ClosedDays, ClosedKind, Launch, LaunchMarket
from roadmaps.launches.states import ENDED, OUT
from workspaces.access.actor import Actor

MOST = 500


def slots_of(actor: Actor, rows: Iterable[Launch]) -> list[Slot]:
    """These launches as slots: one statement more, however many. Needs their teams."""
    launches = list(rows)
    links = LaunchMarket.objects.visible_to(actor).filter(launch__in=launches)
    markets: dict[int, set[int]] = defaultdict(set)
    for launch, market in links.values_list("launch", "market"):
        markets[launch].add(market)
    return [
        Slot(
            one.pk,
            one.title,
            one.planned_on,
            one.team_id,
            one.team.name if one.team else "",
            frozenset(markets[one.pk]),
        )
        for one in launches
    ]


def conflicts_of(actor: Actor, launches: Iterable[Launch]) -> dict[int, list[str]]:
    """By launch what speaks against its day. Three statements, however many."""
    asked = [one for one in launches if one.state not in OUT | ENDED]
    if not asked:
        return {}
    first, last = min(one.planned_on for one in asked), max(one.planned_on for one in asked)
    ahead = Launch.objects.visible_to(actor).exclude(state__in=OUT | ENDED)
    near = ahead.filter(planned_on__range=(first - NEAR, last + NEAR)).select_related("team")
    slots = {one.pk: one for one in slots_of(actor, near.order_by("planned_on", "pk")[:MOST])}
    rows = ClosedDays.objects.visible_to(actor).filter(start_on__lte=last, end_on__gte=first)
    closed = [
        Closed(
            one.title,
            one.start_on,
            one.end_on,
            one.market_id,
            one.market.name if one.market else "",
            one.reason == ClosedKind.BLACKOUT,
        )
        for one in rows.select_related("market").order_by("start_on", "pk")[:MOST]
    ]
    return {
        one.pk: found
        for one in asked
        if one.pk in slots and (found := conflicts(slots[one.pk], slots.values(), closed))
    }
