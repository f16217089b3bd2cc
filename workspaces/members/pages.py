"""Pages outside any workspace: making one, choosing one, accepting an invitation to one."""

from contextlib import suppress
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound, Refused
from core.web import toast
from workspaces.members import invitations, services
from workspaces.members.forms import CreateWorkspaceForm
from workspaces.members.models import Membership, User

HELD = "invitation"  # in the session: the hash of the link that was opened


def _me(request: HttpRequest) -> User:
    """Whoever is signed in; the views that ask are behind login_required."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a workspace, and be its owner."""
    form = CreateWorkspaceForm(request.POST if request.method == "POST" else None)
    workspace = form.submit(_me(request)) if request.method == "POST" else None
    if workspace:
        toast(request, f"{workspace} is ready. Import your products and orders to fill it.")
        return redirect("home:home", slug=workspace.slug)
    belongs = Membership.objects.active().filter(user=_me(request)).exists()
    status = 422 if request.method == "POST" else 200
    return render(
        request, "workspaces/create/create.html", {"form": form, "belongs": belongs}, status=status
    )


@never_cache
@login_required
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """One's workspaces, and those one deleted and may still bring back."""
    mine = Membership.objects.filter(user=_me(request)).select_related("workspace")
    deleted = mine.owners().exclude(workspace__deleted_at=None)
    trashed = [(row.workspace, _last_day(row.workspace.deleted_at)) for row in deleted]
    context = {"memberships": mine.active().order_by("workspace__name"), "trashed": trashed}
    return render(request, "workspaces/create/choose.html", context)


@login_required
@require_POST
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring a deleted workspace back."""
    try:
        workspace = services.restore_workspace(_me(request), slug)
    except NotFound as missing:
        raise Http404(str(missing)) from missing
    toast(request, f"{workspace} is back.")
    return redirect("home:home", slug=workspace.slug)


@never_cache
@require_GET
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter: keep what it opens in the session, and its secret out of sight.

    From here on no address, referrer or form holds the token. Signing in or up keeps the session.
    """
    request.session[HELD] = invitations.hash_of(token)
    return redirect("workspaces:invitation")


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """What is offered, and joining. The same words whether or not the address has an account."""
    token_hash = request.session.get(HELD, "")
    try:
        offer = invitations.find(token_hash)
        if request.method == "POST" and isinstance(request.user, User):
            membership = invitations.accept(request.user, token_hash)
            toast(request, f"Welcome to {membership.workspace}.")
            return redirect("home:home", slug=membership.workspace.slug)
    except NotFound as gone:
        if isinstance(request.user, User):
            with suppress(NotFound):
                joined = invitations.joined_by(request.user, token_hash)
                return redirect("home:home", slug=joined.workspace.slug)
        context = {"reason": str(gone)}
        return render(request, "workspaces/members/invitation_gone.html", context, status=404)
    except Refused as refusal:
        return _offer(request, offer, reason=str(refusal), status=422)
    return _offer(request, offer)


def _offer(
    request: HttpRequest, offer: invitations.Invitation, *, reason: str = "", status: int = 200
) -> HttpResponse:
    back = urlencode({"next": reverse("workspaces:invitation")})
    signed_in = isinstance(request.user, User)
    context = {
        "offer": offer,
        "reason": reason,
        "fits": signed_in and invitations.is_for(offer, _me(request)),
        "sign_in": f"{reverse('account_login')}?{back}",
        "sign_up": f"{reverse('account_signup')}?{back}",
        "sign_out": reverse("account_logout"),
    }
    return render(request, "workspaces/members/invitation.html", context, status=status)


def _last_day(deleted_at: datetime | None) -> datetime | None:
    return deleted_at + services.KEPT if deleted_at else None
