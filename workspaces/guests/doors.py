"""How a request of somebody without an account becomes a guest."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import DomainError, NotFound
from workspaces.access.callers import caller_of
from workspaces.api.limits import counted
from workspaces.guests import gate
from workspaces.guests.gate import Guest
from workspaces.guests.models import GuestLink, Way
from workspaces.guests.words import words_of

GUESSES_A_MINUTE = 30


class GuestRequest(HttpRequest):
    """A request that came through `guest_view`."""

    guest: Guest
    secret: str


def guest_view(
    kind: str, front: str = ""
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a page to whoever comes by a link of this kind; its address is `/g/<secret>/…`.

    `front` names the first page behind such links, for whoever cannot be led back where they were.
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
                context = at_gate(request, link, secret, front)
                return guarded(render(request, "guests/gate.html", context))
            request.guest, request.secret = guest, secret  # type: ignore[attr-defined]
            response = _seen(request, link, view, *args, **kwargs)
            if new:
                gate.remember(response, secret, guest)
            return guarded(response, link)

        entered.guest_kind = kind  # type: ignore[attr-defined]
        return entered

    return door


def _seen(
    request: HttpRequest,
    link: GuestLink,
    view: Callable[..., HttpResponse],
    *args: Any,
    **kwargs: Any,
) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except NotFound:
        return render(request, "guests/absent.html", {"w": words_of(link)}, status=404)
    except DomainError as refusal:
        context = {"reason": str(refusal), "w": words_of(link)}
        return render(request, "guests/absent.html", context, status=refusal.status)


def at_gate(
    request: HttpRequest, link: GuestLink, secret: str, front: str = "", **more: Any
) -> dict[str, Any]:
    """What the gate shows: what it asks, and where one was going. Nothing of what is behind it.

    What was sent after a visit ended is held by the gate's own form until it can be sent again.
    """
    context: dict[str, Any] = {"link": link, "secret": secret, "next": request.get_full_path()}
    context["w"] = words_of(link)
    if request.method == "POST" and front:
        page = urlsplit(request.headers.get("Referer", ""))
        came = f"{page.path}?{page.query}" if page.query else page.path
        context["to"], context["held"] = context["next"], _typed(request)
        context["next"] = inside(came, secret) or reverse(front, args=[secret])
    return context | more


def inside(where: str, secret: str) -> str:
    """An address below this link's secret as it is, any other as nothing."""
    mine = where.startswith(f"{gate.PREFIX}{secret}/") and where.isprintable()
    return where if mine and url_has_allowed_host_and_scheme(where, None) else ""


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]


def framed(request: HttpRequest) -> bool:
    """The page stands inside another site's, as the browser itself says.

    No cookie of ours may come along there, so nobody can be known and no form can be sent: pages
    then lead to themselves in a tab of their own.
    """
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


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
