"""What was read out of a note, asked for again until a worker has come to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from feedback.enrichment.shown import reading_of
from feedback.inbox import inbox_page
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def reading(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Language and sentiment of a note, with the words that decided."""
    note = inbox_page.find(request.actor, pk)
    context = {"note": note, "reading": reading_of(request.actor, note)}
    return render(request, "feedback/enrichment/reading.html", context)
