"""The area of compliance: what the law asks of what a launch brings, on the day it goes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

from core.clock import today
from products.catalog.states import Assortment
from products.compliance.following import register_follower
from products.compliance.reports import Standing, Standings, rules_at_all, stale_products
from roadmaps.launches.models import Launch, LaunchMarket, LaunchProduct
from roadmaps.launches.states import ENDED
from roadmaps.marking import ALL as EVERY
from roadmaps.marking import READINESS, of_launches
from roadmaps.readiness.evaluators import (
    ALL,
    NOTHING,
    Evaluator,
    Finding,
    Missing,
    Red,
    register_evaluator,
    share,
)
from workspaces.members.models import Workspace
from workspaces.staleness.services import BULK, mark_stale

NAMED = 3
TAB = "compliance"
IN_TRASH, TAKE_OFF = (
    "in the trash",
    "No rule is asked of it. Bring it back, or take it off the launch.",
)


class Scope:
    """Which products each of some launches brings to which markets."""

    def __init__(self, workspace_id: int, launches: Sequence[Launch]) -> None:
        brings = LaunchProduct.objects.in_workspace(workspace_id).filter(launch__in=launches)
        reaches = LaunchMarket.objects.in_workspace(workspace_id).filter(launch__in=launches)
        self.products: dict[int, str] = {}
        self.markets: dict[int, str] = {}
        self._gone: dict[str, str] = {}
        self._brings: dict[int, list[int]] = defaultdict(list)
        self._reaches: dict[int, list[int]] = defaultdict(list)
        for launch, pk, name, deleted_at, state in brings.values_list(
            "launch", "product", "product__name", "product__deleted_at", "product__state"
        ):
            self._brings[launch].append(pk)
            self.products[pk] = name
            if deleted_at or state == Assortment.DISCONTINUED:
                self._gone[f"product:{pk}"] = IN_TRASH if deleted_at else "discontinued"
        for launch, pk, name, deleted_at in reaches.values_list(
            "launch", "market", "market__name", "market__deleted_at"
        ):
            self._reaches[launch].append(pk)
            self.markets[pk] = name
            if deleted_at:
                self._gone[f"market:{pk}"] = IN_TRASH

    def gone(self, launch: int) -> Iterator[tuple[str, str]]:
        """What it names of which no rule is asked any more, and why, by a key of its own."""
        for what, pks, names in (
            ("product", self._brings[launch], self.products),
            ("market", self._reaches[launch], self.markets),
        ):
            for pk in sorted(pks):
                if why := self._gone.get(key := f"{what}:{pk}"):
                    yield key, f"{names[pk]} is {why}"

    def pairs(self, launch: int) -> Iterator[tuple[int, int]]:
        """Each of its products with each of its markets."""
        for product in sorted(self._brings[launch]):
            for market in sorted(self._reaches[launch]):
                yield product, market


def compliance(workspace_id: int, launches: Sequence[Launch]) -> Mapping[int, Finding]:
    """What rule packs ask of its products in its markets is proven for the day it goes."""
    scope = Scope(workspace_id, launches)
    if not rules_at_all(workspace_id):
        missing = (Missing("No rule pack is active yet", TAB),)
        return {one.pk: Finding(NOTHING, 0, missing) for one in launches}
    held = Standings(workspace_id, scope.products, scope.markets)
    stale = stale_products(workspace_id, scope.products)
    found = {}
    zone = Workspace.objects.get(pk=workspace_id).timezone
    for launch in launches:
        pairs = list(scope.pairs(launch.pk))
        waits = any(product in stale for product, _ in pairs)
        gone = list(scope.gone(launch.pk))
        rows = held.on(judged_on(launch, zone), pairs)
        found[launch.pk] = _finding(scope, pairs, rows, gone, waits)
    return found


def judged_on(launch: Launch, zone: str) -> date:
    """The day the law has to be met: that of the launch, and today once that has passed."""
    return max(launch.planned_on, today(zone))


def _finding(
    scope: Scope,
    pairs: Sequence[tuple[int, int]],
    rows: Sequence[Standing],
    gone: Sequence[tuple[str, str]],
    waits: bool,
) -> Finding:
    if not pairs:
        return Finding(NOTHING, 0, (Missing("No market and product yet", "plan"),))
    open_ = [one for one in rows if one.red]
    red = [Red(f"{TAB}:{key}", words, TAKE_OFF, "plan") for key, words in gone]
    red += [_red(scope, one) for one in open_ if one.gate]
    if waits:
        words = "What the law asks is being worked out"
        red.append(Red(TAB, words, "Try again in a moment.", TAB))
    alike = Counter((_words(one), _place(one)) for one in open_)  # the same in several markets
    missing = [Missing(words, "plan") for _, words in gone[:NAMED]]
    missing += [
        Missing(f"{words} in {many} markets" if many > 1 else words, place)
        for (words, place), many in list(alike.items())[:NAMED]
    ]
    if len(alike) > NAMED:
        missing.append(Missing(f"{len(alike) - NAMED} more", TAB))
    every = len(rows) + len(gone)
    done = share(len(rows) - len(open_), every) if every else ALL
    return Finding(done, len(rows), tuple(missing), tuple(red))


def _red(scope: Scope, one: Standing) -> Red:
    where = f"{scope.products[one.product_id]} · {scope.markets[one.market_id]}"
    matter = f"{one.product_id}:{one.market_id}:{one.rule}"
    key = f"{TAB}:{sha256(matter.encode()).hexdigest()[:32]}"
    return Red(key, _words(one), f"{where}. {one.reason}", _place(one))


def _words(one: Standing) -> str:
    return f"{one.title}: {one.status.label.lower()}"


def _place(one: Standing) -> str:
    return f"{TAB}:{one.product_id}"


def follow(workspace_id: int, products: Collection[int] | None, cause: str) -> None:
    """Mark the launches that bring these products."""
    ahead = Launch.objects.in_workspace(workspace_id).exclude(state__in=ENDED)
    if products is None:
        if ahead.exists():
            mark_stale(workspace_id, READINESS, [EVERY], cause, urgency=BULK)
        return
    brings = LaunchProduct.objects.in_workspace(workspace_id).filter(product__in=products)
    pks = ahead.filter(pk__in=brings.values("launch")).values_list("pk", flat=True)
    of_launches(workspace_id, pks, cause)


def register() -> None:
    """Called from the app's ready()."""
    register_evaluator(Evaluator(TAB, "Compliance", "certificate", 40, 20, compliance, TAB))
    register_follower(follow)
