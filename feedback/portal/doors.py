"""The door of a portal: the guest's link leads to it, and search engines come in where they may."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse

from core.errors import NotFound
from feedback.portal.models import KIND, Portal
from feedback.portal.services_guests import SALT, Visitor
from workspaces.guests.doors import GuestRequest, guest_view
from workspaces.guests.gate import PREFIX
from workspaces.guests.models import Way

COOKIE, REMEMBERED_SECONDS = "voter", 365 * 24 * 3_600
View = Callable[..., HttpResponse]


def portal_view(view: View) -> View:
    """Open a page of a portal: `view(request, portal, …)`, for whoever its link admits."""

    @guest_view(KIND, "portal_ideas")
    def entered(request: GuestRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, portal := portal_of(request), *args, **kwargs)
        open_to_all = request.guest.link.way == Way.OPEN
        response._is_indexed = portal.indexed and open_to_all  # type: ignore[attr-defined]
        return response

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = entered(request, *args, **kwargs)
        if getattr(response, "_is_indexed", False):
            del response["X-Robots-Tag"]
        return response

    opened.guest_kind = KIND  # type: ignore[attr-defined]
    return opened


def portal_of(request: GuestRequest) -> Portal:
    """The portal behind the link one came in by. Raises NotFound once it was deleted."""
    link = request.guest.link
    rows = Portal.objects.in_workspace(link.workspace_id).select_related("workspace", "link")
    portal = rows.filter(link=link).first()
    if portal is None:
        raise NotFound("That page is no longer there.")
    return portal


def visitor_of(request: GuestRequest) -> Visitor:
    """Who is here: a proven address, else what this browser was given when it first voted."""
    try:
        token = loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED_SECONDS)
    except BadSignature:
        token = ""
    return Visitor(request.guest.email, str(token))


def remember(request: GuestRequest, response: HttpResponse, token: str) -> None:
    """Let this browser be known again, by this portal alone."""
    response.set_cookie(
        COOKIE,
        dumps(token, salt=SALT),
        max_age=REMEMBERED_SECONDS,
        path=f"{PREFIX}{request.secret}/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def new_token() -> str:
    """What a browser is known by; nothing about whose it is."""
    return secrets.token_hex(16)
