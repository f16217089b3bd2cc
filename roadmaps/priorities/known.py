"""Inputs that follow from what is known already: effort from estimates, reach from orders, and who
asks from the ideas an item comes from."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from finance.metrics.periods import last_days
from finance.metrics.query import Query
from finance.metrics.reports import measures_by
from finance.metrics.sources import source_of
from roadmaps.items.effort import pert, together
from roadmaps.items.models import Estimate, ItemProduct
from roadmaps.priorities.asked import customers_asking
from roadmaps.priorities.scoring import Range
from workspaces.members.models import Workspace

WEEKS_OF_A_MONTH = Decimal(52) / 12
CENT = Decimal("0.01")
REACH_DAYS = 90  # today included, as everywhere
CUSTOMERS = "customers"
Found = dict[int, Range]


def efforts(workspace_id: int, items: set[int]) -> Found:
    """The estimates of all teams together, in person-months: expected, give or take a deviation."""
    points = defaultdict(list)
    rows = Estimate.objects.in_workspace(workspace_id).filter(item__in=items)
    for item, *three in rows.values_list("item", "low", "likely", "high"):
        points[item].append(pert(*three))
    found = {}
    for item, each in points.items():
        whole = together(each)
        ends = (whole.mean - whole.deviation, whole.mean, whole.mean + whole.deviation)
        found[item] = Range(*(max(CENT, (one / WEEKS_OF_A_MONTH).quantize(CENT)) for one in ends))
    return found


def reaches(workspace_id: int, items: set[int]) -> Found:
    """Who bought an item's products in the last 90 days, as the shop counts days.

    Of several products nobody knows how many bought more than one of them: at least as many as
    bought the most bought one, at most all of them together, and half way between is likely.
    """
    about = defaultdict(list)
    rows = ItemProduct.objects.in_workspace(workspace_id).filter(item__in=items)
    for item, product in rows.values_list("item", "product"):
        about[item].append(product)
    if not about:
        return {}
    lately = last_days(REACH_DAYS, Workspace.objects.get(pk=workspace_id).timezone)
    ids = tuple(sorted({pk for products in about.values() for pk in products}))
    query = Query((CUSTOMERS,), lately.start, lately.end, ("product",), {"product": ids})
    answer = measures_by(workspace_id, {CUSTOMERS}, query, "", {source_of(CUSTOMERS).name})
    bought: dict[int, Decimal] = {
        key[0]: Decimal(now[CUSTOMERS] or 0) for key, (now, _) in answer.items() if key is not None
    }
    found = {}
    for item, products in about.items():
        many = [bought[pk] for pk in products if pk in bought]
        if many:
            found[item] = Range(max(many), (max(many) + sum(many)) / 2, sum(many, Decimal(0)))
    return found


KNOWN: dict[str, Callable[[int, set[int]], Found]] = {
    "effort": efforts,
    "reach": reaches,
    "customers_asking": customers_asking,
}
