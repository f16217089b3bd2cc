"""What objectives, key results, items and products lead to, and what they come from."""

from typing import Any

from django.db.models import QuerySet

from roadmaps.items.models import Item, ItemProduct
from roadmaps.launches.models import Launch, LaunchItem, LaunchProduct
from roadmaps.strategy.models import KeyResult, Objective
from workspaces.access.actor import Actor
from workspaces.records.kinds import Trace
from workspaces.records.refs import Ref
from workspaces.records.tracing import AT_ONCE, register_trace

OBJECTIVE, KEY_RESULT, ITEM, LAUNCH = (
    model._meta.label_lower for model in (Objective, KeyResult, Item, Launch)
)
PRODUCT = "products.product"


def _trace(label: str, to: str, leads_on: bool, model: Any, by: str, column: str) -> Trace:
    """A step to the ids in `column` of the rows whose `by` is the record, the newest first."""

    def rows(actor: Actor, pk: int) -> QuerySet[Any]:
        return model.objects.visible_to(actor).filter(**{by: pk})

    def find(actor: Actor, pk: int) -> list[Ref]:
        ids = rows(actor, pk).order_by("-pk").values_list(column, flat=True)[:AT_ONCE]
        return [(to, each) for each in ids if each]

    def count(actor: Actor, pk: int) -> int:
        return rows(actor, pk).count()

    return Trace(label, leads_on, find, count)


def register() -> None:
    """Called from the app's ready()."""
    for kind, trace in (
        (OBJECTIVE, _trace("Key results", KEY_RESULT, True, KeyResult, "objective", "pk")),
        (OBJECTIVE, _trace("Items", ITEM, True, Item, "objective", "pk")),
        (KEY_RESULT, _trace("Objective", OBJECTIVE, False, KeyResult, "pk", "objective")),
        (ITEM, _trace("Objective", OBJECTIVE, False, Item, "pk", "objective")),
        (ITEM, _trace("Products", PRODUCT, False, ItemProduct, "item", "product")),
        (PRODUCT, _trace("Roadmap", ITEM, True, ItemProduct, "product", "item")),
        (PRODUCT, _trace("Launches", LAUNCH, True, LaunchProduct, "product", "launch")),
        (ITEM, _trace("Launches", LAUNCH, True, LaunchItem, "item", "launch")),
        (LAUNCH, _trace("Roadmap", ITEM, False, LaunchItem, "launch", "item")),
        (LAUNCH, _trace("Products", PRODUCT, False, LaunchProduct, "launch", "product")),
    ):
        register_trace(kind, trace)
