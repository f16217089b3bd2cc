"""Custom fields over the API: what a workspace added to its records."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.roles import Perm
from workspaces.api.inputs import Input
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet
from workspaces.fields import services
from workspaces.fields.models import CustomField

SET = [
    "label",
    "type",
    "help",
    "required",
    "unique",
    "default",
    "options",
    "roles",
    "to",
    "unit",
    "currency",
    "formula",
]


class OptionsField(serializers.ListField):
    """Choices: {value, label, tone}; a bare text is both value and label."""

    child = serializers.JSONField()


class CustomFieldSerializer(Output):
    """A field of a kind of record; its values stand in the records' `custom` by `key`."""

    options = OptionsField(read_only=True)
    roles = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = CustomField
        fields = ["id", "version", "kind", "key", *SET, "order", "retired_at"]


class CustomFieldChange(Input):
    """What may be changed of a field."""

    options = OptionsField(required=False)
    roles = serializers.ListField(child=serializers.CharField(), required=False)

    class Meta:
        model = CustomField
        fields = SET


class CustomFieldInput(CustomFieldChange):
    """A new field; without a key it gets one made of its label."""

    class Meta(CustomFieldChange.Meta):
        fields = ["kind", "key", *SET]
        extra_kwargs = {"key": {"required": False}}


class CustomFieldFilters(filters.FilterSet):
    """Narrowing a list of fields."""

    kind = filters.CharFilter(label="Such as products.product.")
    retired = filters.BooleanFilter(field_name="retired_at", lookup_expr="isnull", exclude=True)


class CustomFieldViewSet(Creates, Changes, Deletes, RecordViewSet):
    """The workspace's own fields. Deleting one retires it: its values come back with it."""

    reads, writes = Perm.WORKSPACE_VIEW, Perm.FIELDS_MANAGE
    output, input, change_input = CustomFieldSerializer, CustomFieldInput, CustomFieldChange
    filterset_class = CustomFieldFilters
    orders: ClassVar = {"kind": Order(("kind", "order", "id")), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[CustomField]:
        rows = CustomField.objects.visible_to(self.actor)
        if self.actor.can(Perm.FIELDS_MANAGE):
            return rows
        return rows.filter(Q(roles=[]) | Q(roles__contains=[self.actor.role.value]))

    def make(self, values: dict[str, Any]) -> CustomField:
        return services.create_field(self.actor, values.pop("kind"), **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> CustomField:
        return services.change_field(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services.retire_field(self.actor, pk, seen_version=seen_version)

    @extend_schema(request=None, responses=CustomFieldSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: str) -> Response:
        """Bring a retired field back with its values."""
        return self.one(services.restore_field(self.actor, int(kwargs["pk"])).pk)
