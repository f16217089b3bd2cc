"""Beginning a document of a launch."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.typed import without_nul
from core.web import leave_to
from products.compliance.views_evidence_pack import pack_of
from roadmaps.documents import services
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm


@require_POST
@workspace_view(Perm.DOCUMENTS_EDIT)
def begin(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Begin a document from the template that was chosen, and open it for writing."""
    template = without_nul(request.POST.get("template", ""))
    made = services.begin_document(request.actor, pk, template)
    url = reverse("workspaces:document_write", args=[request.actor.workspace.slug, made.pk])
    return leave_to(request, url)


@require_POST
@workspace_view(Perm.DATA_EXPORT)
def evidence_pack(request: WorkspaceRequest, pk: int) -> Any:
    """The evidence for what the launch brings to its markets, as it stands on its day."""
    return pack_of(request, (services.LAUNCH, pk))
