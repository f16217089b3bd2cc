"""The page of one product: its head, its tabs, and what is done to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import EditConflict, NotFound
from core.web import leave_to, toast
from products.catalog import services
from products.catalog.columns import state_tag, thumb_large
from products.catalog.forms import MoveForm, NewProductForm, ProductForm
from products.catalog.models import Product, Variant
from products.catalog.tabs import Tab, how_many, shared, tabs_in_order
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.changes import CUSTOM
from workspaces.records.kinds import KINDS
from workspaces.records.lists import whole_number
from workspaces.records.tabs import panels_of, tabs_of

PAGE, FORM, MOVE = "products/product.html", "products/form.html", "products/move.html"
REFUSED = 422
LINKED = (
    "brand__name",
    "category__name",
    "category__path",
    "supplier__name",
    "owner__name",
    "owner__email",
)


def find(request: WorkspaceRequest, pk: int, **counted: Any) -> Product:
    """The product, with what its page shows of its links and what is `counted` about it.

    Raises NotFound.
    """
    own = [field.attname for field in Product._meta.concrete_fields]
    rows = Product.objects.visible_to(request.actor).annotate(**counted)
    rows = rows.select_related("brand", "category", "supplier", "owner").only(*own, *LINKED)
    product: Product | None = rows.filter(pk=pk).sole()
    if product is None:
        raise NotFound("That product no longer exists.")
    return product


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def product(request: WorkspaceRequest, pk: int, tab: str = "overview") -> HttpResponse:
    """One product; each tab is an address of its own."""
    actor = request.actor
    tabs = [each for each in tabs_in_order() if actor.can(each.perm)]
    counted = {f"tab_{each.name}": each.counted(actor) for each in tabs if each.counted}
    kind = KINDS["products.product"]
    for every in tabs_of(actor, kind):
        if every.rows:
            counted[f"shared_{every.name}"] = how_many(every.rows(actor, kind), "object_id")
    counted["variant_count"] = how_many(Variant.objects.visible_to(actor))
    found = find(request, pk, **counted)
    shown = shown_tabs(request, found, tabs)
    chosen = next((each for each, _ in shown if each.name == tab), None)
    if chosen is None:
        raise NotFound("This product has no such tab.")
    template, inner = chosen.render(request, found)
    context = head(request, found, shown, tab) | {"tab_template": template, **inner}
    return render(request, PAGE, context)


def shown_tabs(
    request: WorkspaceRequest, product: Product, own: list[Tab]
) -> list[tuple[Tab, int | None]]:
    """The tabs this role may open that have something to show, each with how much."""
    found: list[tuple[Tab, int | None]] = []
    for tab in own:
        count = tab.count(product) if tab.count else None
        if tab.counted:
            count = int(getattr(product, f"tab_{tab.name}"))
        if count != 0:
            found.append((tab, count))
    found += _shared_tabs(request, product, {tab.name for tab, _ in found})
    return sorted(found, key=lambda each: (each[0].order, each[0].name))


def _shared_tabs(
    request: WorkspaceRequest, product: Product, own: set[str]
) -> list[tuple[Tab, int | None]]:
    """The tabs that records of every kind have, but for those the catalogue makes itself."""
    kind, actor = KINDS["products.product"], request.actor
    found: list[tuple[Tab, int | None]] = []
    for tab in tabs_of(actor, kind):
        if tab.name not in own:
            read_along = f"shared_{tab.name}" if tab.rows else ""
            count = (
                getattr(product, read_along) if read_along else tab.how_much(actor, kind, product)
            )
            found.append((shared(tab, kind), count))
    return found


def head(
    request: WorkspaceRequest,
    product: Product,
    shown: list[tuple[Tab, int | None]],
    open_tab: str,
) -> dict[str, Any]:
    """What stands above the tabs."""
    slug = request.actor.workspace.slug
    crumbs = [("Products", reverse("products:list", args=[slug]))]
    if product.category:
        url = f"{crumbs[0][1]}?category={product.category_id}"
        crumbs.append((product.category.name, url))
    tabs = [
        {
            "label": tab.label,
            "url": tab_url(slug, product.pk, tab.name),
            "count": count if tab.shows_count else None,
            "active": tab.name == open_tab,
            "key": tab.name,
        }
        for tab, count in shown
    ]
    edits = request.actor.can(Perm.CATALOG_EDIT)
    return {
        "product": product,
        "crumbs": crumbs,
        "tabs": tabs,
        "edits": edits,
        "state_tag": state_tag(product.state),
        "thumb": thumb_large(product),
        "heads": panels_of(request, KINDS["products.product"], product, "head"),
        "variant_count": product.variant_count,  # type: ignore[attr-defined]
    }


def tab_url(slug: str, pk: int, name: str) -> str:
    """The Overview is the product's own address."""
    if name == "overview":
        return reverse("products:product", args=[slug, pk])
    return reverse("products:product", args=[slug, pk, name])


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def create(request: WorkspaceRequest) -> HttpResponse:
    """Add a product."""
    form = NewProductForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and (made := form.submit()):
        toast(request, f"{made} is in the range. Add its variants next.")
        slug = request.actor.workspace.slug
        return leave_to(request, reverse("products:product", args=[slug, made.pk]))
    status = REFUSED if form.is_bound else 200
    return render(request, FORM, {"form": form, "title": "New product"}, status=status)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change what a product is."""
    found = find(request, pk)
    form = ProductForm(request.POST or None, instance=found, actor=request.actor)
    slug = request.actor.workspace.slug
    if request.method == "POST" and form.submit():
        toast(request, "Saved.")
        return leave_to(request, reverse("products:product", args=[slug, pk]))
    context = {"form": form, "title": f"Edit {found}", "product": found}
    if form.is_bound and str(found.version) != request.POST.get("seen_version"):
        context |= {"theirs": _theirs(form, found), "their_version": found.version}
    return render(request, FORM, context, status=REFUSED if form.is_bound else 200)


def _theirs(form: ProductForm, now: Product) -> list[tuple[str, Any]]:
    """What the row holds now, where that is not what was typed."""
    return [
        (str(field.label), getattr(now, name))
        for name, field in form.fields.items()
        if name != "seen_version"
        and not name.startswith(CUSTOM)
        and name in form.cleaned_data
        and form.cleaned_data[name] != getattr(now, name)
    ]


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Move a product to another assortment state, with its reason."""
    found = find(request, pk)
    form = MoveForm(request.POST or None, product=found)
    if request.method == "POST" and (moved := form.submit(request.actor)):
        toast(request, f"{moved} is now: {moved.get_state_display()}.")
        slug = request.actor.workspace.slug
        return leave_to(request, reverse("products:product", args=[slug, pk]))
    status = REFUSED if form.is_bound else 200
    return render(request, MOVE, {"form": form, "product": found}, status=status)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a product into the trash, with Undo."""
    slug = request.actor.workspace.slug
    seen = request.POST.get("seen_version", "")
    try:
        version = whole_number(seen) or 0
        gone = services.delete_product(request.actor, pk, seen_version=version)
    except EditConflict as conflict:
        toast(request, str(conflict))
        return redirect(reverse("products:product", args=[slug, pk]))
    undo = reverse("workspaces:restore_record", args=[slug, "products.product", pk])
    toast(request, f"{gone} is in the trash.", undo_url=undo)
    return leave_to(request, reverse("products:list", args=[slug]))
