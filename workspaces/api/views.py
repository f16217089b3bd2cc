"""One's own API tokens."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.web import toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.api import services
from workspaces.api.forms import TokenForm, scope_label

PAGE = "workspaces/tokens/tokens.html"


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.TOKENS_OWN)
def tokens(request: WorkspaceRequest) -> HttpResponse:
    """The tokens one made for this workspace, and making one. Its secret is shown once."""
    asked = request.method == "POST"
    form = TokenForm(request.actor, request.POST if asked else None)
    made = form.submit() if asked else None
    status = 422 if asked and made is None else 200
    if made is not None:
        form = TokenForm(request.actor)
    rows = list(services.tokens_of(request.actor))
    for row in rows:
        row.scope_labels = [scope_label(scope) for scope in row.scopes]
    context = {
        "tokens": rows,
        "form": form,
        "secret": made[1] if made else "",
        "made": made[0] if made else None,
        "base": request.build_absolute_uri(f"/api/v1/workspaces/{request.actor.workspace.slug}/"),
    }
    return render(request, PAGE, context, status=status)


@require_POST
@workspace_view(Perm.TOKENS_OWN)
def revoke(request: WorkspaceRequest, key: str) -> HttpResponse:
    """Make a token useless at once."""
    services.revoke_token(request.actor, key)
    toast(request, "The token no longer opens anything.")
    return redirect("workspaces:tokens", slug=request.actor.workspace.slug)
