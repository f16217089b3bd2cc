"""The product list: narrowing, sorting, choosing columns, taking it away as a file."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.web import render_region
from products.catalog.columns import PRODUCTS
from products.catalog.forms import BulkForm
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.choices import choose_columns
from workspaces.records.exporting import as_file
from workspaces.records.listing import Listing

LIST = "products/list.html"


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def product_list(request: WorkspaceRequest) -> HttpResponse:
    """What the shop sells; typing in the search box or turning a page renders only the rows."""
    listing = Listing(PRODUCTS, request.actor, request.GET)
    context = {
        "listing": listing,
        "filtering": "filters" in request.GET,
        "edits": request.actor.can(Perm.CATALOG_EDIT),
    }
    if context["edits"]:
        context["bulk"] = BulkForm()
    return render_region(request, LIST, "rows", context)


@require_POST
@workspace_view(Perm.CATALOG_VIEW)
def columns(request: WorkspaceRequest) -> HttpResponse:
    """Remember which columns this member wants to see."""
    choose_columns(request.actor, PRODUCTS, request.POST.getlist("columns"))
    kept = QueryDict(request.POST.get("here", ""), mutable=True)
    kept.pop("columns", None)
    url = reverse("products:list", args=[request.actor.workspace.slug])
    return redirect(f"{url}?{kept.urlencode()}" if kept else url)


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def export(request: WorkspaceRequest, extension: str) -> HttpResponse:
    """The list as it stands, with the columns on the screen, as CSV or XLSX."""
    request.actor.require(Perm.CATALOG_VIEW)
    return as_file(Listing(PRODUCTS, request.actor, request.GET), extension)
