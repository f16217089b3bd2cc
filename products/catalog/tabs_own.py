"""The tabs that the catalogue itself puts on a product's page."""

from django.http import Http404

from products.catalog.models import Product, Variant
from products.catalog.states import END_OF_LIFE, Assortment
from products.catalog.tabs import Context, panels_in_order
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.records.history import entries
from workspaces.records.kinds import KINDS
from workspaces.records.lists import whole_number
from workspaces.records.showing import own_values
from workspaces.records.tabs import panels_of

MOST_VARIANTS = 200
EVENTS = 50


def overview(request: WorkspaceRequest, product: Product) -> tuple[str, Context]:
    """Facts, variants, and the panels of the apps above."""
    variants = Variant.objects.visible_to(request.actor).filter(product=product).order_by("sku")
    panels = []
    for panel in panels_in_order():
        if request.actor.can(panel.perm):
            context = panel.context(request, product)
            if context is not None:
                panels.append({"template": panel.template, "context": context})
    todo = [(line, product.end_of_life.get(key)) for key, line in END_OF_LIFE.items()]
    return "products/overview.html", {
        "variants": variants[:MOST_VARIANTS],
        "panels": panels,
        "sides": panels_of(request, KINDS["products.product"], product, "side"),
        "end_of_life": todo if product.state == Assortment.PHASE_OUT else [],
        "own": own_values(request.actor, KINDS["products.product"], product),
        "tags": [tag for part in product.tags.split(",") if (tag := part.strip())],
    }


def activity(request: WorkspaceRequest, product: Product) -> tuple[str, Context]:
    """Everything that happened to the product and its variants, newest first."""
    if not request.actor.can(Perm.CATALOG_VIEW):
        raise Http404
    pks = list(product.variants.values_list("pk", flat=True)[:MOST_VARIANTS])
    events = ActivityEvent.objects.visible_to(request.actor)
    own = events.filter(model="products.product", object_id=product.pk)
    below = events.filter(model="products.variant", object_id__in=pks)
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        own, below = own.filter(pk__lt=before), below.filter(pk__lt=before)
    newest = own.order_by("-pk")[: EVENTS + 1].union(below.order_by("-pk")[: EVENTS + 1], all=True)
    found = list(newest.order_by("-pk")[: EVENTS + 1])
    _load_people(found)
    pager = {"label": "Newest first", "first_url": "?" if before else ""}
    if len(found) > EVENTS:
        pager["next_url"] = f"?before={found[EVENTS - 1].pk}"
    return "records/history.html", {
        "entries": entries(request.actor, found[:EVENTS]),
        "pager": pager,
    }


def _load_people(events: list[ActivityEvent]) -> None:
    """Who acted, in one statement: a union cannot join."""
    from django.db.models import prefetch_related_objects

    prefetch_related_objects(events, "actor")
