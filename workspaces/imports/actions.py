"""What the buttons of an import's page do; each answers with the page that shows the effect."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.errors import Refused
from core.web import leave_to, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.imports import services
from workspaces.imports.forms import CellForm, ChoiceForm
from workspaces.imports.views import render_import


def _then(request: WorkspaceRequest, pk: int, act: Callable[[], object]) -> HttpResponse:
    """Do it, say why not where it is refused, and go back to the import."""
    try:
        act()
    except Refused as refusal:
        toast(request, str(refusal))
    return leave_to(request, reverse("workspaces:import", args=[request.actor.workspace.slug, pk]))


@require_POST
@workspace_view(Perm.IMPORTS_RUN)
def check(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Check all rows (again)."""
    return _then(request, pk, lambda: services.check(request.actor, pk))


@require_POST
@workspace_view(Perm.IMPORTS_RUN)
def run(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Import with the choices made on the page."""
    form = ChoiceForm(request.POST)

    def act() -> None:
        if form.is_valid():
            services.choose(
                request.actor,
                pk,
                on_existing=form.cleaned_data["on_existing"] or None,
                keep_good=form.cleaned_data["keep_good"],
            )
        services.start(request.actor, pk)

    return _then(request, pk, act)


@require_POST
@workspace_view(Perm.IMPORTS_RUN)
def cancel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Stop what is running."""
    return _then(request, pk, lambda: services.cancel(request.actor, pk))


@require_POST
@workspace_view(Perm.IMPORTS_RUN)
def undo(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take the import back."""
    return _then(request, pk, lambda: services.undo(request.actor, pk))


@require_POST
@workspace_view(Perm.IMPORTS_RUN)
def correct(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a corrected text into a cell; the rows of problems are shown anew."""
    form = CellForm(request.POST)
    if not form.is_valid():
        toast(request, "Choose the cell to correct.")
    else:
        cell = form.cleaned_data
        try:
            left = services.edit_cell(
                request.actor, pk, cell["row_no"], cell["field"], cell["text"]
            )
            line = cell["row_no"] + 1
            toast(request, f"Line {line} still has a problem." if left else f"Line {line} is fine.")
        except Refused as refusal:
            toast(request, str(refusal))
    if request.headers.get("HX-Request"):
        return render_import(request, pk)
    return leave_to(request, reverse("workspaces:import", args=[request.actor.workspace.slug, pk]))


@require_POST
@workspace_view(Perm.IMPORTS_RUN)
def discard(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Throw the import away; it has not changed anything."""
    try:
        services.discard(request.actor, pk)
    except Refused as refusal:
        toast(request, str(refusal))
        slug = request.actor.workspace.slug
        return leave_to(request, reverse("workspaces:import", args=[slug, pk]))
    toast(request, "The import is discarded. Nothing had been changed.")
    return leave_to(request, reverse("workspaces:imports", args=[request.actor.workspace.slug]))
