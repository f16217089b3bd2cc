"""Searching over the API."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.roles import Perm
from workspaces.api.viewsets import WorkspaceViewSet
from workspaces.search.finding import LONGEST_QUESTION, search
from workspaces.search.sources import found_kinds

MOST = 50


class FoundSerializer(serializers.Serializer[Any]):
    """One record that was found."""

    kind = serializers.CharField(help_text="Such as products.product.")
    id = serializers.IntegerField()
    title = serializers.CharField()
    excerpt = serializers.CharField(help_text="HTML: escaped, the words in <mark>.")
    exact = serializers.BooleanField(help_text="One of its ids is what was asked for.")
    url = serializers.CharField(help_text="The path of its page.")


class FoundKindSerializer(serializers.Serializer[Any]):
    """What was found of one kind, best first."""

    kind = serializers.CharField()
    name = serializers.CharField(help_text="The kind in words, plural.")
    count = serializers.IntegerField(help_text="How many there are at least.")
    results = FoundSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    """What was found, the best kinds first."""

    results = FoundKindSerializer(many=True)


class SearchViewSet(WorkspaceViewSet):
    """Every kind of record by id, words, near misses and meaning; only what the caller may read."""

    reads, writes = Perm.WORKSPACE_VIEW, None

    @extend_schema(
        responses=SearchSerializer,
        parameters=[
            OpenApiParameter("q", str, required=True, description="What to look for."),
            OpenApiParameter("kind", str, description="One kind, such as products.product."),
            OpenApiParameter("limit", int, description=f"Of each kind, 1 to {MOST}; default 5."),
        ],
    )
    def list(self, request: Request, **kwargs: str) -> Response:
        """What fits `q`, grouped by kind."""
        self.allow_params("q", "kind", "limit")
        text, kind = request.query_params.get("q", ""), request.query_params.get("kind", "")
        if not text.strip() or len(text) > LONGEST_QUESTION:
            raise ValidationError(
                {"q": [f"Say what to look for: 1 to {LONGEST_QUESTION} letters."]}
            )
        known = [one.name for one in found_kinds(self.actor)]
        if kind and kind not in known:
            raise ValidationError({"kind": [f"Choose one of {', '.join(known)}."]})
        groups = search(self.actor, text, kind=kind, each=_limit(request))
        return Response(
            {
                "results": [
                    {
                        "kind": group.kind.name,
                        "name": group.kind.plural,
                        "count": group.count,
                        "results": [
                            {
                                "kind": group.kind.name,
                                "id": one.record.pk,
                                "title": one.record.label,
                                "excerpt": str(one.excerpt),
                                "exact": one.exact,
                                "url": one.record.url,
                            }
                            for one in group.rows
                        ],
                    }
                    for group in groups
                ]
            }
        )


def _limit(request: Request) -> int:
    asked = request.query_params.get("limit", "5")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= MOST):
        raise ValidationError({"limit": [f"A whole number from 1 to {MOST}."]})
    return int(asked)
