"""Reading a body: types and links are checked here, rules in the service."""

from typing import Any

from django.db import models
from rest_framework import serializers

from core.clock import FIRST_YEAR, LAST_YEAR
from core.typed import is_keepable
from workspaces.access.actor import Actor
from workspaces.api.problems import InvalidBody
from workspaces.members.models import User
from workspaces.records.changes import CUSTOM
from workspaces.records.models import Record


class LinkField(serializers.PrimaryKeyRelatedField[Any]):
    """A row of the same workspace by its id. One of another workspace does not exist."""

    def get_queryset(self) -> models.QuerySet[Any] | None:
        actor: Actor | None = self.context.get("actor")
        rows = super().get_queryset()
        if rows is None or actor is None:
            return rows
        if rows.model is User:
            return rows.filter(
                is_active=True,
                memberships__workspace=actor.workspace,
                memberships__active=True,
            )
        return rows.model._default_manager.visible_to(actor)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text that PostgreSQL can hold."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, int | float) and not isinstance(data, bool):
            self.fail("invalid")
        text = super().to_internal_value(data)
        if not is_keepable(text):
            raise serializers.ValidationError("This text holds characters that no text can.")
        return text


class MomentField(serializers.DateTimeField):
    """A moment that has a day in every time zone."""

    def to_internal_value(self, value: Any) -> Any:
        moment = super().to_internal_value(value)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            words = f"Give a moment between the years {FIRST_YEAR} and {LAST_YEAR}."
            raise serializers.ValidationError(words)
        return moment


class OwnFields(serializers.DictField):
    """Values for the workspace's own fields by their keys; null takes one away."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("child", serializers.JSONField(allow_null=True))
        kwargs.setdefault("help_text", "The workspace's own fields by key; null takes one away.")
        super().__init__(**kwargs)


class _Strict:
    """Refuses names it does not know: a typing mistake must not be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        fields: Any = self.fields  # type: ignore[attr-defined]
        if isinstance(data, dict):
            writable = [name for name, field in fields.items() if not field.read_only]
            if unknown := sorted(str(name) for name in data if name not in writable):
                raise serializers.ValidationError(
                    {
                        name: [f"It cannot be set. Known: {', '.join(writable)}."]
                        for name in unknown[:20]
                    }
                )
        return super().to_internal_value(data)  # type: ignore[misc]


class Body(_Strict, serializers.Serializer[Any]):
    """A body that is no single record."""


class Input(_Strict, serializers.ModelSerializer[Any]):
    """What may be sent to make or change a record: the fields it names and no other."""

    serializer_related_field = LinkField
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: TextField,
        models.TextField: TextField,
        models.DateTimeField: MomentField,
    }

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if issubclass(self.Meta.model, Record):
            fields["custom"] = OwnFields(required=False)
        return fields

    def get_validators(self) -> list[Any]:
        return []  # uniqueness within a workspace is the service's to say


def parse(
    body: type[serializers.BaseSerializer[Any]],
    data: Any,
    actor: Actor,
    *,
    partial: bool = False,
) -> dict[str, Any]:
    """The values in a body. Raises InvalidBody naming every wrong field."""
    if not isinstance(data, dict) and not hasattr(data, "getlist"):
        raise InvalidBody({"body": ["Send a JSON object."]})
    serializer = body(data=data, partial=partial, context={"actor": actor})
    if not serializer.is_valid():
        raise InvalidBody(dict(serializer.errors))
    values: dict[str, Any] = dict(serializer.validated_data)
    if isinstance(serializer, Input):
        values |= {f"{CUSTOM}{key}": value for key, value in values.pop("custom", {}).items()}
    return values
