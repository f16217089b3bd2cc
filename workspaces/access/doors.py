"""How a request or a command becomes an Actor."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.db import refusal_in
from core.errors import Denied, DomainError, NotFound
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.members.models import Membership, User

CLASH = (
    "This clashes with something that was saved at the same moment, perhaps by a second click. "
    "Nothing was saved twice. Look at what is there, then try again."
)


class WorkspaceRequest(HttpRequest):
    """A request that came through `workspace_view`."""

    actor: Actor
    user: User


def actor_for(user: User, slug: str, *, channel: str = "ui") -> Actor:
    """The actor of this person in that workspace. Raises NotFound for a stranger."""
    mine = Membership.objects.active().filter(user=user, workspace__slug=slug)
    membership = mine.select_related("workspace").sole()
    if membership is None:
        raise NotFound("There is no such workspace, or you are not a member of it.")
    return _acting(user, membership, channel)


def _acting(user: User, membership: Membership, channel: str = "ui") -> Actor:
    role, favourites = Role(membership.role), tuple(membership.favourites)
    return Actor(user, membership.workspace, role, channel, favourites=favourites)


def _membership(request: HttpRequest, slug: str) -> Membership | None:
    """The person of a good session with their membership, in one statement.

    None leaves the question to Django's own way, which also ends sessions that are no good.
    """
    session = request.session
    backend = session.get(BACKEND_SESSION_KEY)
    if SESSION_KEY not in session or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    mine = Membership.objects.active().filter(
        user_id=session[SESSION_KEY], user__is_active=True, workspace__slug=slug
    )
    found = mine.select_related("workspace", "user").sole()
    if found is None:
        return None
    due = found.user.get_session_auth_hash()
    return found if constant_time_compare(session.get(HASH_SESSION_KEY, ""), due) else None


def _entering(request: HttpRequest, slug: str) -> Actor | None:
    """Who asks; None when nobody is signed in. Raises NotFound for a stranger."""
    membership = _membership(request, slug)
    if membership is not None:
        request.user = membership.user
        return _acting(membership.user, membership)
    return actor_for(request.user, slug) if request.user.is_authenticated else None


def _remember(request: HttpRequest, actor: Actor) -> None:
    """Which workspace this person opened last; written only when they switch."""
    if request.session.get("workspace") != actor.workspace.pk:
        request.session["workspace"] = actor.workspace.pk
        mine = Membership.objects.visible_to(actor).filter(user=actor.user)
        mine.update(last_opened_at=timezone.now())


def _refused(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "layouts/refused.html", {"reason": reason}, status=status)


def workspace_view(
    perm: Perm,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a page to members who have `perm`: 404 for a stranger, 403 for a wrong role.

    The stamp `required_perm` is what the access matrix is derived from.
    """

    from workspaces.search.recent import remember as remember_record

    def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def entered(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                actor = _entering(request, slug)
                if actor is None:
                    return redirect_to_login(request.get_full_path())
                request.actor = actor  # type: ignore[attr-defined]
                actor.require(perm)
                _remember(request, actor)
                response: HttpResponse = view(request, *args, **kwargs)
                remember_record(request, actor, response)
            except NotFound as missing:
                raise Http404(str(missing)) from missing
            except Denied as denied:
                response = render(request, "403.html", {"reason": str(denied)}, status=403)
            except DomainError as refusal:
                response = _refused(request, str(refusal), refusal.status)
            except IntegrityError as clash:
                rule = refusal_in(clash)
                response = _refused(request, rule or CLASH, 422 if rule else 409)
            response["Cache-Control"] = "private, no-store"
            return response

        entered.required_perm = perm  # type: ignore[attr-defined]
        return entered

    return door
