"""The link in every letter that ends the letters: no signing in, and no account at risk."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.following import services
from workspaces.following.links import unsubscribed_by
from workspaces.members.models import Membership

PAGE = "workspaces/following/unsubscribe.html"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: programs open links. A POST ends the letters (RFC 8058).

    The signature is the permission; a mail program that posts has neither cookie nor CSRF token.
    """
    found = unsubscribed_by(token)
    if found is None:
        raise Http404("This link is not one of ours.")
    workspace_id, user_id = found
    people = Membership.objects.in_workspace(workspace_id).active()
    membership = people.filter(user_id=user_id).select_related("user", "workspace").first()
    done = request.method == "POST"
    if done and membership is not None:
        actor = Actor(membership.user, membership.workspace, Role(membership.role))
        services.stop_letters(actor)
    name = membership.workspace.name if membership else ""
    return render(request, PAGE, {"done": done or membership is None, "workspace": name})
