"""What a reader sees while PostgreSQL is away: a friendly 503, never a stack trace."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 2
WAITED_IN_VAIN = ("55P03", "57014")  # lock_not_available, query_canceled


class OutageMiddleware:
    """Answers 503 with Retry-After when the database cannot be reached, or waited in vain."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as outage:
            return self._answer(request, outage)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A view's lost connection becomes a 503 before Django makes a 500 of it."""
        if isinstance(exception, OperationalError | InterfaceError):
            return self._answer(request, exception)
        return None

    def _answer(self, request: HttpRequest, outage: Exception) -> HttpResponse:
        busy = getattr(outage.__cause__, "pgcode", None) in WAITED_IN_VAIN
        title = "Held by other work" if busy else "Database unavailable"
        log.error("%s: %s", title, str(outage).splitlines()[0] if str(outage) else "")
        response: HttpResponse
        if request.path.startswith("/api/"):
            problem = {"type": "about:blank", "title": title, "status": 503}
            response = JsonResponse(problem, status=503, content_type="application/problem+json")
        else:
            response = HttpResponse(get_template("503.html").render({"busy": busy}), status=503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
