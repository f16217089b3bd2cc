"""Pages of launches."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from roadmaps.launches.records import LAUNCH
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.views import list_page


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def launches(request: WorkspaceRequest) -> HttpResponse:
    """All launches as a list or a board."""
    return list_page(request, LAUNCH)


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def launch(request: WorkspaceRequest, pk: int, tab: str = "") -> HttpResponse:
    """One launch."""
    return list_page(request, LAUNCH)
