"""Who reads the page that is being rendered: their locale and zone, for numbers and dates.

Presentation only. What a person may see or do is decided by the actor, who is always passed.
"""

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

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


def _preference(name: str, default: str) -> str:
    request = _request.get()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return default
    return getattr(user, name, "") or default


def reader_locale() -> str:
    """The reader's locale, such as en-GB."""
    return _preference("locale", "en-GB")


def reader_zone() -> str:
    """The reader's time zone, such as Europe/Berlin."""
    return _preference("timezone", "UTC")
