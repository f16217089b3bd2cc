"""Editing one cell of the list in place."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, EditConflict, NotFound
from core.web import leave_to, render_region
from products.catalog import services
from products.catalog.columns import PRODUCTS
from products.catalog.forms import limit_links
from products.catalog.models import Product
from products.catalog.states import MOVES, Assortment
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.listing import Listing
from workspaces.records.lists import ListColumn

CELL = "products/cell.html"


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.CATALOG_EDIT)
def cell(request: WorkspaceRequest, pk: int, name: str) -> HttpResponse:
    """The cell as an input; posting it answers with the whole row, since its version moved."""
    column = PRODUCTS.columns.get(name)
    if column is None or not column.edit:
        raise NotFound("That cell cannot be edited here.")
    listing = Listing(PRODUCTS, request.actor, request.GET)
    product = _product(listing, pk)
    if request.method == "GET" and "cancel" in request.GET:
        return _row(request, listing, product)
    form = _form(request.actor, column, product, request.POST or None)
    context = {"form": form, "product": product, "column": column} | _places(request, product)
    if request.method == "GET":
        return render_region(request, CELL, "cell", context)
    try:
        if form.is_valid():
            return _row(
                request, listing, _change(request.actor, column, product, form.cleaned_data)
            )
    except EditConflict:
        context |= {"theirs": listing.cell(product, name)}
        context |= {"form": _form(request.actor, column, product, request.POST)}
        return render_region(request, CELL, "cell", context, status=409)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as wrong:
        for message in wrong.messages:
            form.add_error(None, message)
    return render_region(request, CELL, "cell", context, status=422)


def _places(request: WorkspaceRequest, product: Product) -> dict[str, str]:
    """Where the form goes, and the list it belongs to."""
    asked = request.GET.copy()
    asked.pop("cancel", None)
    query = f"?{asked.urlencode()}" if asked else ""
    slug = request.actor.workspace.slug
    return {"here": request.path + query, "list": reverse("products:list", args=[slug]) + query}


def _change(actor: Actor, column: ListColumn, product: Product, typed: dict[str, Any]) -> Product:
    """Save, and bring the row that is already loaded up to date."""
    values = {column.edit: typed["value"]}
    seen, reason = typed["seen_version"], typed.get("reason", "")
    changed = services.change_product(actor, product.pk, seen_version=seen, reason=reason, **values)
    setattr(product, column.edit, typed["value"])
    product.version, product.updated_at = changed.version, changed.updated_at
    return product


def _product(listing: Listing, pk: int) -> Product:
    """The product with what its row shows."""
    product: Product | None = next(iter(listing.loaded.filter(pk=pk)[:1]), None)
    if product is None:
        raise NotFound("That product no longer exists.")
    return product


def _row(request: WorkspaceRequest, listing: Listing, product: Product) -> HttpResponse:
    """The row as it is now; the whole list for a form that was sent before htmx took it up."""
    if not request.headers.get("HX-Request"):
        return leave_to(request, _places(request, product)["list"])
    response = HttpResponse(listing.line(product).html)
    response["HX-Retarget"] = f"#product-{product.pk}"
    response["HX-Reswap"] = "outerHTML"
    return response


def _form(actor: Actor, column: ListColumn, product: Product, typed: Any) -> forms.Form:
    """A form of one value, and the version it was seen at."""
    value = fields_for_model(Product, [column.edit])[column.edit]
    initial = getattr(product, f"{column.edit}_id", getattr(product, column.edit))
    fields: dict[str, forms.Field] = {column.edit: value}
    if column.edit == "state":
        moves = [Assortment(product.state), *MOVES[Assortment(product.state)]]
        fields["state"] = forms.ChoiceField(choices=[(move.value, move.label) for move in moves])
    form = forms.Form(typed, initial={"value": initial, "seen_version": product.version})
    form.fields.update(fields)
    limit_links(form, actor)
    form.fields = {"value": form.fields[column.edit]}
    form.fields["value"].widget.attrs |= {"autofocus": True, "aria-label": column.label}
    form.fields["seen_version"] = forms.IntegerField(widget=forms.HiddenInput)
    if column.edit == "state":
        words = {"placeholder": "Reason", "aria-label": "Reason"}
        form.fields["reason"] = forms.CharField(
            required=False, max_length=500, widget=forms.TextInput(attrs=words)
        )
    return form
