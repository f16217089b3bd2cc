"""Unknown addresses and bugs: pages get a page, the API a problem."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from workspaces.api.problems import plain_problem

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, such as a body larger than is taken."""
    if request.path.startswith(API):
        return plain_problem(request, 400, "This request cannot be read.")
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if request.path.startswith(API):
        return plain_problem(request, 403, "This is not allowed.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if request.path.startswith(API):
        return plain_problem(request, 404, "There is no such address. See /api/v1/docs/.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the cause is in the log, never in the answer."""
    if request.path.startswith(API):
        return plain_problem(request, 500, "This is our mistake. It has been logged.")
    return defaults.server_error(request)
