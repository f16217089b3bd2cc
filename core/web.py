"""Answering a request: a whole page, or for htmx the one region that changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

TOASTS = "layouts/toasts.html"


def render_region(
    request: HttpRequest,
    template: str,
    region: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, or its `partialdef` named `region` when htmx asked for it.

    A region carries the waiting toasts along, out of band.
    """
    wants_region = getattr(request, "htmx", None) and not request.headers.get("HX-Boosted")
    name = f"{template}#{region}" if wants_region else template
    response = render(request, name, context, status=status)
    if wants_region and (waiting := _waiting_toasts(request)):
        response.write(waiting)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _waiting_toasts(request: HttpRequest) -> str:
    """The toasts nobody has seen yet, for htmx to add to the page."""
    waiting = messages.get_messages(request)
    if not len(waiting):
        return ""
    return render_to_string(TOASTS, {"messages": list(waiting), "out_of_band": True}, request)


def toast(
    request: HttpRequest, text: str, undo_url: str = "", *, level: int = messages.SUCCESS
) -> None:
    """Say what was done, on this answer or the next page. `undo_url` is POSTed by its Undo."""
    messages.add_message(request, level, text, extra_tags=undo_url)


def leave_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, whether it or htmx asked."""
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)
