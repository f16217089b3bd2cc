"""Who reads the page that is being rendered: their locale and zone, for numbers and dates.

Presentation only. What a person may see or do is decided by the actor, who is always passed.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

DEFAULTS = ("en-GB", "UTC")
_request: ContextVar[HttpRequest | None] = ContextVar("reader", default=None)


class ReaderMiddleware:
    """Remembers the request while it is answered; the person is looked up only when asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def _preferences() -> tuple[str, str]:
    """(locale, zone) of the reader; asked hundreds of times a page, so kept beside the request."""
    request = _request.get()
    user = getattr(request, "user", None)
    if user is None:
        return DEFAULTS
    kept: tuple[Any, tuple[str, str]] | None = getattr(request, "_reader", None)
    if kept is not None and kept[0] is user:
        return kept[1]
    found = DEFAULTS
    if user.is_authenticated:
        found = (user.locale or DEFAULTS[0], user.timezone or DEFAULTS[1])
    request._reader = (user, found)  # type: ignore[union-attr]
    return found


def reader_locale() -> str:
    """The reader's locale, such as en-GB."""
    return _preferences()[0]


def reader_zone() -> str:
    """The reader's time zone, such as Europe/Berlin."""
    return _preferences()[1]
