"""Who asks for an item: through the ideas it comes from.

No input is an amount of money, because everybody who sees the roadmap sees inputs.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from feedback.ideas.models import FeedbackLink, Idea
from roadmaps.items.models import Item
from roadmaps.priorities.scoring import Range
from workspaces.links.models import LinkQuerySet, RecordLink, Relation

ITEM, IDEA = Item._meta.label_lower, Idea._meta.label_lower
Found = dict[int, Range]


def customers_asking(workspace_id: int, items: set[int]) -> Found:
    """How many customers ask for what an item comes from; each counts once."""
    pairs = _links(workspace_id).filter(object_id__in=items).values_list("object_id", "to_id")
    wanted = sorted(pairs)
    if not wanted:
        return {}
    stands = _standing(workspace_id)
    items_of = defaultdict(set)
    for item, idea in wanted:
        items_of[stands.get(idea, idea)].add(item)
    family = {pk for pk, root in stands.items() if root in items_of} | set(items_of)
    voices = FeedbackLink.objects.in_workspace(workspace_id).filter(
        idea__in=family, idea__deleted_at=None, note__deleted_at=None, customer__isnull=False
    )
    asking: dict[int, set[int]] = {item: set() for item, _ in wanted}
    for idea, customer in voices.values_list("idea", "customer").distinct():
        for item in items_of[stands.get(idea, idea)]:
            asking[item].add(customer)
    counted = {item: Decimal(len(customers)) for item, customers in asking.items()}
    return {item: Range(many, many, many) for item, many in counted.items()}


def items_from(workspace_id: int, ideas: Iterable[int]) -> set[int]:
    """The items that come from one of these ideas."""
    links = _links(workspace_id).filter(to_id__in=set(ideas))
    return set(links.values_list("object_id", flat=True))


def _links(workspace_id: int) -> LinkQuerySet:
    rows = RecordLink.objects.in_workspace(workspace_id).kept()
    return rows.filter(kind=ITEM, to_kind=IDEA, relation=Relation.COMES_FROM)


def _standing(workspace_id: int) -> dict[int, int]:
    """Of each idea that is merged into another, the one that stands for it in the end."""
    rows = Idea.objects.in_workspace(workspace_id).filter(merged_into__isnull=False)
    into = {pk: to for pk, to in rows.values_list("pk", "merged_into") if to is not None}
    found = {}
    for pk, at in into.items():
        seen = {pk}
        while at in into and at not in seen:
            seen.add(at)
            at = into[at]
        found[pk] = at
    return found
