"""Answering a request: a whole page, or for htmx the one region that changed."""

from functools import lru_cache
from html import escape
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

TOASTS = "layouts/toasts.html"
_ANY_ROW = 1_234_567_890_123


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
    htmx: Any = getattr(request, "htmx", None)
    whole = htmx and (htmx.boosted or htmx.history_restore_request)
    wants_region = htmx and not whole
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


def row_url(url_name: str, slug: str, pk: int) -> str:
    """The address of one row's page: what `reverse` says, without asking it for every row."""
    before, after = _around_the_row(url_name, slug)
    return f"{before}{pk}{after}"


@lru_cache(maxsize=4_096)
def _around_the_row(url_name: str, slug: str) -> tuple[str, str]:
    before, _, after = reverse(url_name, args=[slug, _ANY_ROW]).rpartition(str(_ANY_ROW))
    return before, after


def safely(value: Any) -> str:
    """What `conditional_escape` gives, at a third of its price for plain text."""
    if type(value) is SafeString:
        return value
    return escape(value) if type(value) is str else conditional_escape(value)
