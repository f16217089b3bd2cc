"""Answering a request: a whole page, or for htmx the one region that changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_region(
    request: HttpRequest,
    template: str,
    region: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, or its `partialdef` named `region` when htmx asked for it."""
    wants_region = getattr(request, "htmx", None) and not request.headers.get("HX-Boosted")
    name = f"{template}#{region}" if wants_region else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def toast(request: HttpRequest, text: str, undo_url: str = "") -> None:
    """Say `text` in the corner of the next page; `undo_url` is what its Undo button posts to."""
    messages.success(request, text, extra_tags=undo_url)


def leave_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, whether it or htmx asked."""
    from django.shortcuts import redirect

    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)
