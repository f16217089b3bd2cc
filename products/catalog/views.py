"""The product list, at its own address."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from products.catalog.columns import PRODUCT
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.views import list_page
from workspaces.records.kinds import KINDS


@require_GET
@workspace_view(Perm.CATALOG_VIEW)
def product_list(request: WorkspaceRequest) -> HttpResponse:
    """What the shop sells; typing in the search box or turning a page renders only the rows."""
    return list_page(request, KINDS[PRODUCT])
