"""The list of any kind of record."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from core.web import render_region
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records.kinds import kind_at
from workspaces.records.listed import list_of
from workspaces.records.listing import Listing


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def records(request: WorkspaceRequest, address: str) -> HttpResponse:
    """The records of a kind; turning a page renders only the rows."""
    kind = kind_at(address)
    request.actor.require(kind.reads)
    listing = Listing(list_of(kind), request.actor, request.GET)
    context = {"kind": kind, "listing": listing, "edits": request.actor.can(kind.writes)}
    return render_region(request, "records/list.html", "rows", context)
