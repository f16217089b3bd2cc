"""The palette: pages, actions and products by a few letters, and the list of one's workspaces."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from core.web import render_region
from pm_workspace.navigation import Link, Navigation
from products.catalog.models import Product, Variant
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.members.models import Membership

MOST_PRODUCTS = 8
LONGEST_QUESTION = 100
SHORTEST_SKU = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the palette. `number` is its place over all groups, for screen readers."""

    number: int
    label: str
    url: str
    icon: str
    hint: str = ""


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def palette(request: WorkspaceRequest) -> HttpResponse:
    """What matches `q`: a page of its own, and the list below the search field of every page."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    nav = Navigation(request, request.actor)
    groups = [
        ("Products", _products(request.actor, text)),
        ("Pages", _links(nav.links, text)),
        ("Actions", _links(nav.actions, text)),
    ]
    context = {
        "q": text,
        "groups": _numbered(groups),
        "as_options": bool(getattr(request, "htmx", None)),
    }
    return render_region(request, "layouts/find.html", "results", context)


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def switch(request: WorkspaceRequest) -> HttpResponse:
    """The workspaces this person belongs to."""
    memberships = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("workspace")
        .order_by("workspace__name", "pk")
    )
    return render_region(
        request, "layouts/switch.html", "switch-list", {"memberships": memberships}
    )


def _links(links: list[Link], text: str) -> list[tuple[str, str, str, str]]:
    """The links whose label or section has every word; no words, all of them."""
    words = text.casefold().split()
    return [
        (link.label, link.url, link.icon, f"g {link.key}" if link.key else "")
        for link in links
        if all(word in f"{link.label} {link.section}".casefold() for word in words)
    ]


def _products(actor: Actor, text: str) -> list[tuple[str, str, str, str]]:
    """Products by words of their name, those that begin with it first, then by SKU."""
    if not text or not actor.can(Perm.CATALOG_VIEW):
        return []
    named = Product.objects.visible_to(actor)
    for word in text.split():
        named = named.filter(name__icontains=word)
    found = list(named.order_by("name", "pk")[:MOST_PRODUCTS].values_list("pk", "name"))
    found.sort(key=lambda row: not row[1].casefold().startswith(text.casefold()))
    hints = dict.fromkeys([pk for pk, _ in found], "")
    if len(found) < MOST_PRODUCTS and len(text) >= SHORTEST_SKU:
        by_sku = (
            Variant.objects.visible_to(actor)
            .filter(sku__istartswith=text, product__deleted_at=None)
            .order_by("sku")[:MOST_PRODUCTS]
            .values_list("product_id", "product__name", "sku")
        )
        for pk, name, sku in by_sku:
            if pk not in hints and len(found) < MOST_PRODUCTS:
                hints[pk] = sku
                found.append((pk, name))
    return [
        (name, url, "package", hints[pk])
        for pk, name in found
        if (url := _product_page(actor.workspace.slug, pk))
    ]


def _product_page(slug: str, pk: int) -> str:
    try:
        return reverse("products:product", kwargs={"slug": slug, "pk": pk})
    except NoReverseMatch:
        return ""


def _numbered(
    groups: list[tuple[str, list[tuple[str, str, str, str]]]],
) -> list[tuple[str, list[Found]]]:
    """The groups that have something, their lines numbered through."""
    numbered, start = [], 0
    for name, rows in groups:
        if rows:
            numbered.append((name, [Found(start + at, *row) for at, row in enumerate(rows)]))
            start += len(rows)
    return numbered
