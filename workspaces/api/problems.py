"""Every refusal of the API in one shape: application/problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from core.db import refusal_in
from core.errors import DomainError, EditConflict

CONTENT_TYPE = "application/problem+json"
CLASH = "This clashes with something that was just written. Read, then retry."
OUT_OF_RANGE = "A value is larger, or further away, than can be kept."
CODES = {
    400: "bad-request",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    412: "changed-meanwhile",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "if-match-required",
    429: "too-many-requests",
    500: "server-error",
    503: "unavailable",
}


class InvalidBody(exceptions.APIException):
    """The body could be read, and says something that is not allowed. `errors` by field."""

    status_code = 422

    def __init__(self, errors: Mapping[str, Any], detail: str = "Some fields are wrong.") -> None:
        super().__init__(detail)
        self.errors = errors


class Conflict(exceptions.APIException):
    """The same thing is being done by another request right now."""

    status_code = 409


class Stale(exceptions.APIException):
    """If-Match names an older version than the stored one."""

    status_code = 412
    default_detail = "Somebody changed this record since you read it. Read it again, then change."


class IfMatchRequired(exceptions.APIException):
    """A change without If-Match could overwrite somebody's work unseen."""

    status_code = 428
    default_detail = "Send If-Match with the ETag you read, or If-Match: * to change it whatever."


def problem(
    status: int, detail: str, errors: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """The body of a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:pm-workspace:problem:{CODES.get(status, 'error')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return body | more


def as_problem(failure: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None leaves a bug to Django, which logs it and answers 500."""
    view = context.get("view")
    answer = _translate(failure)
    if answer is None:
        return None
    status, detail, errors = answer
    more = {"theirs": failure.theirs} if isinstance(failure, EditConflict) else {}
    response = Response(
        problem(status, detail, errors, **more), status=status, content_type=CONTENT_TYPE
    )
    response.exception = True
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.METHOD_NOT_ALLOWED and view is not None:
        response["Allow"] = ", ".join(view.allowed_methods)
    if wait := getattr(failure, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def _translate(failure: Exception) -> tuple[int, str, Mapping[str, Any] | None] | None:
    match failure:
        case EditConflict():
            return 412, str(failure), None
        case DomainError():
            return failure.status, str(failure), None
        case ModelError():
            return 422, "Some fields are wrong.", model_errors(failure)
        case InvalidBody():
            return 422, str(failure.detail), failure.errors
        case exceptions.ValidationError():
            return 400, "Some parameters are wrong.", _named(failure.detail)
        case exceptions.APIException():
            return failure.status_code, str(failure.detail), None
        case Http404() | PermissionDenied():
            status = 404 if isinstance(failure, Http404) else 403
            return status, str(failure) or HTTPStatus(status).phrase, None
        case RequestDataTooBig():
            return 413, str(failure), None
        case IntegrityError() | DataError():
            return _by_the_database(failure)
        case _:
            return None


def _by_the_database(failure: Exception) -> tuple[int, str, None]:
    if not isinstance(failure, IntegrityError):
        return 422, OUT_OF_RANGE, None
    rule = refusal_in(failure)
    return (422, rule, None) if rule else (409, CLASH, None)


def model_errors(failure: ModelError) -> dict[str, list[str]]:
    """A model's complaints by field; those about the whole stand under `record`."""
    if not hasattr(failure, "error_dict"):
        return {"record": failure.messages}
    return {
        "record" if field == NON_FIELD_ERRORS else field: messages
        for field, messages in failure.message_dict.items()
    }


def _named(detail: Any) -> Mapping[str, Any]:
    return detail if isinstance(detail, Mapping) else {"request": detail}


def plain_problem(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """The same shape where DRF has not been reached: unknown addresses and bugs."""
    return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)
