"""Beginning a document of a launch."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.web import leave_to
from roadmaps.documents import services
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def begin(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Begin a document from the template that was chosen, and open it for writing."""
    made = services.begin_document(request.actor, pk, request.POST.get("template", ""))
    url = reverse("workspaces:document_write", args=[request.actor.workspace.slug, made.pk])
    return leave_to(request, url)
