"""Idempotency-Key: a POST that is sent twice is done once, and answered alike."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.api.models import ANSWERS_KEPT, Answer
from workspaces.api.problems import Conflict, InvalidBody
from workspaces.api.rendering import to_json

LONGEST_KEY = 200
HEADER = "Idempotency-Key"
KEPT_HEADERS = ("ETag", "Location")
Handler = Callable[..., Response]


def fingerprint(request: Request) -> str:
    """A hash of what was asked: method, address and body; of files their content."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type.startswith("multipart/"):
        parts: Any = request.data
        for name in sorted(parts):
            for value in parts.getlist(name):
                digest.update(name.encode())
                if hasattr(value, "chunks"):
                    for chunk in value.chunks():
                        digest.update(chunk)
                    value.seek(0)
                else:
                    digest.update(str(value).encode())
    else:
        digest.update(request.body)
    return digest.hexdigest()


def once(
    workspace_id: int, owner: str, handle: Handler, refuse: Callable[[Exception], Response]
) -> Handler:
    """`handle`, done at most once per key in a day. Work and answer are one transaction."""

    def handled(request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers[HEADER]
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise ValidationError({HEADER: [f"At most {LONGEST_KEY} printable characters."]})
        request_hash = fingerprint(request)
        with transaction.atomic():
            _hold(f"answer:{workspace_id}:{owner}:{key}")
            answers = Answer.objects.in_workspace(workspace_id).filter(owner=owner, key=key)
            earlier = answers.filter(created_at__gt=timezone.now() - ANSWERS_KEPT).first()
            if earlier is not None:
                return _again(earlier, request_hash)
            answers.delete()
            response = _try(handle, refuse, request, *args, **kwargs)
            _keep(workspace_id, owner, key, request_hash, response)
        return response

    return handled


def _hold(name: str) -> None:
    """Be the only one with this key until the transaction ends, or raise Conflict at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise Conflict("A request with this Idempotency-Key is still running. Try again soon.")


def _try(
    handle: Handler, refuse: Callable[[Exception], Response], *args: Any, **kwargs: Any
) -> Response:
    """The answer, refusals included: what was refused leaves no trace but its answer."""
    try:
        with transaction.atomic():
            return handle(*args, **kwargs)
    except Exception as refusal:  # noqa: BLE001 -- what is no refusal is raised again by `refuse`
        return refuse(refusal)


def _keep(workspace_id: int, owner: str, key: str, request_hash: str, response: Response) -> None:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    if response.content_type:
        headers["Content-Type"] = response.content_type
    Answer.objects.create(
        workspace_id=workspace_id,
        owner=owner,
        key=key,
        request_hash=request_hash,
        status=response.status_code,
        body=to_json(response.data),
        headers=headers,
    )


def _again(earlier: Answer, request_hash: str) -> Response:
    if earlier.request_hash != request_hash:
        raise InvalidBody(
            {HEADER: ["It was used for another request."]},
            "This Idempotency-Key was used for a different request. Use a new key.",
        )
    headers = dict(earlier.headers)
    content_type = headers.pop("Content-Type", None)
    data = orjson.loads(bytes(earlier.body))
    response = Response(data, status=earlier.status, content_type=content_type, headers=headers)
    response["Idempotency-Replayed"] = "true"
    return response
