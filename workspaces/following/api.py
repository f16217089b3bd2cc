"""What one is told, over the API: each person reads their own."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.filters import LARGEST_ID, IdFilter
from workspaces.api.inputs import Body
from workspaces.api.paging import Order
from workspaces.api.rows import Output, Rows
from workspaces.api.viewsets import ResourceViewSet
from workspaces.following import services
from workspaces.following.models import Notification, Reason

REASONS = {one.value: one.name.lower() for one in Reason}


class NotificationSerializer(Output):
    """What happened to one record, or with `object_id` 0 by one act to `count` of a kind."""

    reason = serializers.ChoiceField(choices=list(REASONS.values()), read_only=True)
    events = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, help_text="Ids of the activity."
    )
    filled = ("reason",)

    class Meta:
        model = Notification
        fields = [
            "id",
            "kind",
            "object_id",
            "label",
            "reason",
            "count",
            "events",
            "last_event",
            "at",
            "read_at",
        ]


class ThroughBody(Body):
    """Up to which event of the history all counts as read."""

    through = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)


class ReadSerializer(serializers.Serializer[Any]):
    """How many notifications were read by it."""

    read = serializers.IntegerField()


class NotificationFilters(filters.FilterSet):
    """Narrowing a list of notifications."""

    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")
    kind = filters.CharFilter(label="Such as products.product.")
    object_id = IdFilter()


class NotificationViewSet(ResourceViewSet):
    """One's own notifications, newest first."""

    reads, writes = Perm.WORKSPACE_VIEW, Perm.WORKSPACE_VIEW
    output = NotificationSerializer
    filterset_class = NotificationFilters
    orders: ClassVar = {"-last_event": Order(("-last_event", "-id")), "id": Order(("id",))}
    also: ClassVar = ["reason"]

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.visible_to(self.actor).mine(self.actor)

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        for row in rows:
            row["reason"] = REASONS[row["_reason"]]

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, **kwargs: Any) -> Response:
        """Take one as read."""
        return self.one(services.mark_read(self.actor, int(kwargs["pk"])).pk)

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def unread(self, request: Request, **kwargs: Any) -> Response:
        """Keep one for later."""
        return self.one(services.mark_unread(self.actor, int(kwargs["pk"])).pk)

    @extend_schema(
        request=ThroughBody, responses=ReadSerializer, operation_id="notifications_read_all"
    )
    @action(detail=False, methods=["post"], url_path="read")
    def read_all(self, request: Request, **kwargs: Any) -> Response:
        """Take all as read that one could have seen: those up to the event `through`."""
        through = self.body(ThroughBody)["through"]
        return Response({"read": services.mark_all_read(self.actor, through)})
