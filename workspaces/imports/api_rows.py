"""Which records an import made and changed, over the API."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.imports import services, touched
from workspaces.records import refs

AT_ONCE = 1_000


class TouchedSerializer(serializers.Serializer[Any]):
    """Ids of records in their order; `next` is the `after` that goes on, null at the end."""

    kind = serializers.CharField()
    results = serializers.ListField(child=serializers.IntegerField())
    next = serializers.IntegerField(allow_null=True)


class TouchedRows:
    """For a set of imports: the records that one of them touched."""

    @extend_schema(
        responses=TouchedSerializer,
        parameters=[
            OpenApiParameter("kind", str, required=True, description="Such as products.product."),
            OpenApiParameter("done", str, enum=touched.DONE, default=touched.DONE[1]),
            OpenApiParameter("after", {"type": "integer", "minimum": 0, "default": 0}),
        ],
    )
    @action(detail=True, methods=["get"])
    def rows(self, request: Request, **kwargs: str) -> Response:
        """The records of a kind that it created or updated, a thousand at a time."""
        view = cast(Any, self)
        view.allow_params("kind", "done", "after")
        asked, actor = request.query_params, cast(Actor, view.actor)
        run = services.reconcile(actor, int(kwargs["pk"]))
        kind, done = refs.readable(actor, asked.get("kind", "")), asked.get("done", "updated")
        if kind.name not in touched.kinds_of(run):
            raise NotFound("This import touched no such records.")
        after = asked.get("after", "0")
        if done not in touched.DONE:
            raise ValidationError({"done": [f"Choose from {', '.join(touched.DONE)}."]})
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise ValidationError({"after": ["Give the number that `next` held."]})
        found = touched.created if done == "created" else touched.updated
        rows = found(actor, run, kind).filter(pk__gt=int(after)).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[: AT_ONCE + 1])
        following = pks[AT_ONCE - 1] if len(pks) > AT_ONCE else None
        return Response({"kind": kind.name, "results": pks[:AT_ONCE], "next": following})
