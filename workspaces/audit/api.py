"""The history of every record, over the API."""

from typing import Any, ClassVar

import django_filters as filters
from rest_framework import serializers

from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter, MomentFilter
from workspaces.api.paging import Order
from workspaces.api.rows import Output, Rows
from workspaces.api.viewsets import ResourceViewSet
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.audit.reports import events_for
from workspaces.fields.providing import hidden_from


class ActivitySerializer(Output):
    """One act on one record; `changes` is {field: [old, new]}."""

    changes = serializers.DictField(child=serializers.ListField(), read_only=True)

    class Meta:
        model = ActivityEvent
        fields = [
            "id",
            "at",
            "actor",
            "channel",
            "verb",
            "model",
            "object_id",
            "label",
            "changes",
            "batch",
        ]


class ActivityFilters(filters.FilterSet):
    """Narrowing the history."""

    model = filters.CharFilter(label="Such as products.product.")
    object_id = filters.NumberFilter(min_value=1, max_value=2**63 - 1)
    actor = IdFilter()
    channel = filters.ChoiceFilter(choices=Channel.choices)
    verb = filters.CharFilter()
    since = MomentFilter(field_name="at", lookup_expr="gte")


class ActivityViewSet(ResourceViewSet):
    """Who changed what, when, how: of the records this role may open."""

    reads, writes = Perm.WORKSPACE_VIEW, None
    output = ActivitySerializer
    also: ClassVar = ["model"]
    filterset_class = ActivityFilters
    orders: ClassVar = {"-id": Order(("-id",)), "id": Order(("id",))}

    def get_queryset(self) -> Any:
        return events_for(self.actor)

    def tidy(self, rows: Rows) -> None:
        """What happened to fields this role may not see is left out."""
        for row in rows:
            if row.get("changes"):
                hidden = hidden_from(self.actor, str(row.get("model", row.get("_model"))))
                row["changes"] = {n: pair for n, pair in row["changes"].items() if n not in hidden}
