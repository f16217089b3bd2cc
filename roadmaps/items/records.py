"""Items, estimates and dependencies as records: their fields, and what their domain forbids."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from products.catalog.models import Product
from roadmaps.items import services
from roadmaps.items.models import (
    Confidence,
    Dependency,
    Estimate,
    Horizon,
    Item,
    ItemProduct,
)
from roadmaps.items.rules import (
    after_estimate,
    after_item,
    dependency_rules,
    estimate_rules,
    item_rules,
)
from roadmaps.items.states import CLOSED, TONES, ItemState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.lists.quick import register_quick_filter
from workspaces.records.fields import MARKDOWN, Choice, fields_of_model
from workspaces.records.kinds import RecordKind, register_record
from workspaces.records.lists import ListFilter, whole_number

CONFIDENCE_TONES = {"committed": "indigo", "likely": "amber", "exploring": "grey"}
HORIZON_TONES = {"now": "green", "next": "indigo", "later": "grey"}
LONGEST_MENU = 500


def _change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_item(actor, pk, seen_version=version, **values)


def _revert(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_item(actor, pk, seen_version=version, takes_back=True, **values)


def _choices(enum: Any, tones: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(one.value, one.label, tones.get(one.value, "grey")) for one in enum)


ITEM = RecordKind(
    model=Item,
    label="Item",
    plural="Items",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=fields_of_model(
        Item,
        "title",
        "state",
        "horizon",
        "confidence",
        "start_on",
        "end_on",
        "owner",
        "objective",
        "type",
        "description",
        state={"choices": _choices(ItemState, TONES), "required": False},
        horizon={"choices": _choices(Horizon, HORIZON_TONES), "required": False},
        confidence={"choices": _choices(Confidence, CONFIDENCE_TONES), "required": False},
        type={"required": False},
        objective={"sort": "objective__title,title"},
        description={"shown": False, **MARKDOWN},
    ),
    change=_change,
    revert=_revert,
    rules=item_rules,
    after=after_item,
    plain_verbs=True,
    reasons=frozenset({"state"}),
    icon="map",
    section="Build",
    board="state",
    closed=frozenset(CLOSED),
    searched=("title", "description"),
    dated=("end_on",),
    list_url=lambda actor: reverse("roadmaps:items", args=[actor.workspace.slug]),
    list_head="roadmaps/list_head.html",
    layouts={"timeline": lambda actor: reverse("roadmaps:roadmap", args=[actor.workspace.slug])},
    kept=("zoom", "from", "colour", "arrows"),
    sample="Size advisor · ready · next · January to March",
)
ESTIMATE = RecordKind(
    model=Estimate,
    label="Estimate",
    plural="Estimates",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=(
        *fields_of_model(
            Estimate,
            "item",
            "team",
            "low",
            "likely",
            "high",
            item={"sort": "item__title"},
            **{name: {"unit": "person-weeks"} for name in ("low", "likely", "high")},
        ),
    ),
    rules=estimate_rules,
    after=after_estimate,
    icon="hourglass",
    section="Build",
    restore=services.restore_estimate,
    named_by=("item__title",),
    pasted=False,
    sample="Size advisor · Web team · 2 – 3 – 5 person-weeks",
)
DEPENDENCY = RecordKind(
    model=Dependency,
    label="Dependency",
    plural="Dependencies",
    reads=Perm.ROADMAP_VIEW,
    writes=Perm.ROADMAP_EDIT,
    fields=fields_of_model(
        Dependency,
        "after",
        "type",
        "before",
        "lag",
        type={"required": False},
        lag={"unit": "days", "required": False},
        after={"sort": "after__title"},
        before={"sort": "before__title"},
    ),
    rules=dependency_rules,
    icon="link",
    section="Build",
    restore=services.restore_dependency,
    named_by=("before__title", "after__title"),
    pasted=False,
    sample="Size advisor starts after Trail Jacket 2.0 ends",
)


def _about_product(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """About this product, or about several of them, by id; `none` is about no product."""
    links = ItemProduct.objects.visible_to(actor)
    if text == "none":
        return rows.exclude(pk__in=links.values("item"))
    ids = [whole_number(one) for one in text.split(",")]
    known = [one for one in ids if one is not None]
    return rows.filter(pk__in=links.filter(product__in=known).values("item"))


def _products(actor: Actor) -> list[tuple[str, str]]:
    """The products that some item is about."""
    about = ItemProduct.objects.visible_to(actor).values("product")
    rows = Product.objects.visible_to(actor).filter(pk__in=about).order_by("name")
    found = [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:LONGEST_MENU]]
    return [("none", "About no product"), *found]


def register() -> None:
    """Called from the app's ready()."""
    for kind in (ITEM, ESTIMATE, DEPENDENCY):
        register_record(kind)
    register_quick_filter(
        ITEM.name, ListFilter("product", "Product", _about_product, _products, order=1)
    )
