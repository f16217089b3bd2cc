"""The records a person opened last: a convenience, never history.

Kept by the browser, in a cookie of the workspace's pages, so that looking at a record writes
nothing. Whether they may still be read is asked anew each time.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.records.kinds import kind_at
from workspaces.records.refs import Named, Ref, in_order

COOKIE = "recent"
KEPT = 8
PAGES: dict[str, str] = {}  # the name of a page that shows one record: that record's kind


def register_page(view_name: str, kind: str) -> None:
    """Say that this page, of the address' `pk`, shows a record. Called from a ready()."""
    PAGES[view_name] = kind


def remember(request: HttpRequest, actor: Actor, response: HttpResponse) -> None:
    """Put the record this page showed first, where it is not there already."""
    ref = _shown(request, response)
    if ref is None:
        return
    known = _kept(request, actor)
    if known[:1] == [ref]:
        return
    kept = [ref, *(one for one in known if one != ref)][:KEPT]
    words = "!".join([str(actor.user.pk), *(f"{kind}:{pk}" for kind, pk in kept)])
    response.set_cookie(
        COOKIE,
        words,
        max_age=settings.SESSION_COOKIE_AGE,
        path=reverse("home:home", args=[actor.workspace.slug]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def recent(request: HttpRequest, actor: Actor) -> list[Named]:
    """The records opened last that are still there and may still be read, newest first."""
    return in_order(actor, _kept(request, actor))


def _kept(request: HttpRequest, actor: Actor) -> list[Ref]:
    """What the cookie names, if this person's browser kept it; anything else in it is left out."""
    whose, *parts = request.COOKIES.get(COOKIE, "").split("!")
    if whose != str(actor.user.pk):
        return []
    pairs = [part.partition(":") for part in parts[:KEPT]]
    return [
        (kind, int(pk)) for kind, _, pk in pairs if pk.isascii() and pk.isdigit() and len(pk) < 16
    ]


def _shown(request: HttpRequest, response: HttpResponse) -> Ref | None:
    place = request.resolver_match
    if request.method != "GET" or response.status_code != 200 or place is None:
        return None
    pk: int | None = place.kwargs.get("pk")
    if pk is None:
        return None
    if place.view_name == "workspaces:record":
        try:
            return kind_at(place.kwargs["address"]).name, pk
        except NotFound:
            return None
    return (PAGES[place.view_name], pk) if place.view_name in PAGES else None
