"""Variants of a product: adding, changing, removing."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import EditConflict, NotFound
from core.templatetags import ui
from core.web import leave_to, toast
from products.catalog import services
from products.catalog.forms import VariantForm
from products.catalog.models import Variant
from products.catalog.views_product import find
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number
from workspaces.records.tabs import beside

FORM, PAGE = "products/variant.html", "records/facts.html"


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def create(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add a variant."""
    product = find(request, pk)
    form = VariantForm(request.POST or None, actor=request.actor, product_pk=pk)
    if request.method == "POST" and (made := form.submit()):
        toast(request, f"{made} is added.")
        return _to_product(request, pk)
    context = {"form": form, "product": product, "title": "New variant"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def edit(request: WorkspaceRequest, pk: int, variant: int) -> HttpResponse:
    """Change a variant."""
    product, found = find(request, pk), _variant(request, pk, variant)
    form = VariantForm(request.POST or None, instance=found, actor=request.actor, product_pk=pk)
    if request.method == "POST" and form.submit():
        toast(request, "Saved.")
        return _to_product(request, pk)
    context = {"form": form, "product": product, "variant": found, "title": f"Edit {found}"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@require_POST
@workspace_view(Perm.CATALOG_EDIT)
def delete(request: WorkspaceRequest, pk: int, variant: int) -> HttpResponse:
    """Put a variant into the trash, with Undo."""
    found = _variant(request, pk, variant)
    seen = request.POST.get("seen_version", "")
    try:
        version = whole_number(seen) or 0
        services.delete_variant(request.actor, found.pk, seen_version=version)
    except EditConflict as conflict:
        toast(request, str(conflict))
        return _to_product(request, pk)
    slug = request.actor.workspace.slug
    undo = reverse("workspaces:restore_record", args=[slug, "products.variant", found.pk])
    toast(request, f"{found} is in the trash.", undo_url=undo)
    return _to_product(request, pk)


def _variant(request: WorkspaceRequest, product: int, pk: int) -> Variant:
    rows = Variant.objects.visible_to(request.actor)
    found = rows.filter(pk=pk, product_id=product, product__deleted_at=None).first()
    if found is None:
        raise NotFound("That variant no longer exists.")
    return found


def _to_product(request: WorkspaceRequest, pk: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return leave_to(request, reverse("products:product", args=[slug, pk]))


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def open_variant(request: WorkspaceRequest, variant: int) -> HttpResponse:
    """One variant: its facts, what is said about it, what it comes from and leads to."""
    actor, slug = request.actor, request.actor.workspace.slug
    rows = Variant.objects.visible_to(actor).filter(product__deleted_at=None)
    found = rows.select_related("product").filter(pk=variant).first()
    if found is None:
        raise NotFound("That variant no longer exists.")
    product = found.product
    edit = reverse("products:variant_edit", args=[slug, product.pk, found.pk])
    grams = found.weight_grams
    context = {
        "title": str(found),
        "crumbs": [(product.name, reverse("products:product", args=[slug, product.pk]))],
        "edit_url": edit if actor.can(Perm.CATALOG_EDIT) else "",
        "facts": [
            ("SKU", found.sku),
            ("Name", found.name),
            ("GTIN", found.gtin),
            ("List price", ui.money(found.price, found.currency)),
            ("Compare-at price", ui.money(found.compare_at_price, found.currency)),
            ("Weight", f"{ui.number(grams)} g" if grams is not None else ""),
        ],
    }
    return render(request, PAGE, context | beside(request, found))
