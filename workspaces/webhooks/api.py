"""Webhooks and their deliveries over the API."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import (
    Changes,
    Creates,
    Deletes,
    RecordViewSet,
    ResourceViewSet,
)
from workspaces.webhooks import services
from workspaces.webhooks.models import Act, Delivery, DeliveryState, WebhookEndpoint


class WebhookSerializer(Output):
    """An address that is told what happens. Its secret is in the answer that makes it alone."""

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id",
            "url",
            "kinds",
            "acts",
            "active",
            "failures",
            "disabled_reason",
            "created_by",
            "created_at",
            "updated_at",
            "version",
        ]


class MadeSerializer(WebhookSerializer):
    """A new webhook with its secret, which is not shown again."""

    secret = serializers.CharField(read_only=True)

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class SecretSerializer(serializers.Serializer[Any]):
    """A secret, shown this once."""

    secret = serializers.CharField(read_only=True)


class WebhookInput(serializers.Serializer[Any]):
    """What a webhook wants to hear. Empty lists mean everything."""

    url = serializers.CharField(max_length=500)
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        max_length=100,
        help_text="Such as products.product. workspaces.comment asks for comments too.",
    )
    acts = serializers.ListField(
        child=serializers.ChoiceField(choices=Act.choices), required=False, max_length=4
    )


class WebhookChange(WebhookInput):
    """The same, and whether it is on."""

    active = serializers.BooleanField(required=False)


class WebhookViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Where other systems are told what happens here."""

    reads, writes = Perm.WEBHOOKS_MANAGE, Perm.WEBHOOKS_MANAGE
    output = WebhookSerializer
    input, change_input = WebhookInput, WebhookChange
    orders: ClassVar = {"id": Order(("id",)), "-id": Order(("-id",))}
    made_secret: str

    @extend_schema(request=WebhookInput, responses={201: MadeSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a webhook. The answer holds its secret."""
        response = super().create(request, *args, **kwargs)
        response.data["secret"] = self.made_secret
        return response

    def make(self, values: dict[str, Any]) -> WebhookEndpoint:
        made, self.made_secret = services.create_endpoint(self.actor, services.Wishes(**values))
        return made

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> WebhookEndpoint:
        return services.change_endpoint(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> WebhookEndpoint:
        return services.delete_endpoint(self.actor, pk, seen_version=seen_version)

    @extend_schema(request=None, responses=SecretSerializer)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, **kwargs: str) -> Response:
        """Make a new secret; for a day deliveries are signed with the old one too."""
        _, secret = services.rotate_secret(self.actor, int(kwargs["pk"]))
        return Response({"secret": secret})


class DeliverySerializer(Output):
    """One event on its way to one webhook. `uid` is the id its receiver sees."""

    class Meta:
        model = Delivery
        fields = [
            "id",
            "endpoint",
            "uid",
            "event",
            "verb",
            "state",
            "attempts",
            "created_at",
            "next_at",
            "sent_at",
            "status",
            "answer",
            "error",
            "duration_ms",
            "payload",
        ]


class DeliveryFilters(filters.FilterSet):
    """Narrowing the log."""

    endpoint = IdFilter()
    state = filters.ChoiceFilter(choices=DeliveryState.choices)


class DeliveryViewSet(ResourceViewSet):
    """What was sent to webhooks in the last 30 days, newest first."""

    reads, writes = Perm.WEBHOOKS_MANAGE, Perm.WEBHOOKS_MANAGE
    output = DeliverySerializer
    filterset_class = DeliveryFilters
    orders: ClassVar = {"-id": Order(("-id",)), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.visible_to(self.actor).filter(endpoint__deleted_at=None)

    @extend_schema(request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def redeliver(self, request: Request, **kwargs: str) -> Response:
        """Send it once more, under the same `uid`."""
        return self.one(services.redeliver(self.actor, int(kwargs["pk"])).pk)
