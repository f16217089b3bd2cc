"""How a request of somebody without an account becomes a guest."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError, NotFound
from workspaces.access.callers import caller_of
from workspaces.api.limits import counted
from workspaces.guests import gate
from workspaces.guests.gate import Guest
from workspaces.guests.models import GuestLink, Way

GUESSES_A_MINUTE = 30


class GuestRequest(HttpRequest):
    """A request that came through `guest_view`."""

    guest: Guest
    secret: str


def guest_view(kind: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a page to whoever comes by a link of this kind; its address is `/g/<secret>/…`.

    Who still has to say who they are sees the gate. Guessed, expired and revoked secrets all get
    the same page. The stamp `guest_kind` is what tests of access are derived from.
    """

    def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def entered(request: HttpRequest, secret: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if too_many(request, "guest", settings.GUEST_REQUESTS_PER_MINUTE):
                return guarded(slow(request))
            link = gate.find(secret, kind)
            if link is None:
                return guarded(closed(request))
            guest = gate.known(request, link)
            new = guest is None and link.way == Way.OPEN
            if new:
                guest = gate.come_in(request, link)
            if guest is None:
                return guarded(render(request, "guests/gate.html", at_gate(request, link, secret)))
            request.guest, request.secret = guest, secret  # type: ignore[attr-defined]
            response = _seen(request, view, *args, **kwargs)
            if new:
                gate.remember(response, secret, guest)
            return guarded(response, link)

        entered.guest_kind = kind  # type: ignore[attr-defined]
        return entered

    return door


def _seen(
    request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except NotFound:
        return render(request, "guests/absent.html", status=404)
    except DomainError as refusal:
        context = {"reason": str(refusal)}
        return render(request, "guests/absent.html", context, status=refusal.status)


def at_gate(request: HttpRequest, link: GuestLink, secret: str, **more: Any) -> dict[str, Any]:
    """What the gate shows: what it asks, and where one was going. Nothing of what is behind it."""
    return {"link": link, "secret": secret, "next": request.get_full_path(), **more}


def closed(request: HttpRequest) -> HttpResponse:
    """The one page for every secret that opens nothing; whoever tries many of them has to wait."""
    if too_many(request, "guest-guess", GUESSES_A_MINUTE):
        return slow(request)
    return render(request, "guests/closed.html", status=404)


def slow(request: HttpRequest) -> HttpResponse:
    """Too much in a short time."""
    return render(request, "guests/slow.html", status=429)


def too_many(request: HttpRequest, what: str, limit: int, seconds: int = 60) -> bool:
    """Count one more of `what` from where this request came."""
    count = counted(f"{what}:{caller_of(request)}", limit, seconds)
    return count is not None and count.exceeded


def guarded(response: HttpResponse, link: GuestLink | None = None) -> HttpResponse:
    """Found by no search engine, kept by no cache, named to no other site, framed by few or none.

    Forms need the referrer within this site: browsers send `Origin: null` without it.
    """
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    if link is not None and link.origins:
        response._csp_replace = {"frame-ancestors": link.origins}  # type: ignore[attr-defined]
        response.xframe_options_exempt = True
    return response
