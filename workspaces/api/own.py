"""Narrowing a list by the workspace's own fields: `?custom.stage=won`."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as Wrong
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from workspaces.access.actor import Actor
from workspaces.fields import known
from workspaces.fields.models import CustomField
from workspaces.fields.queries import holds
from workspaces.fields.storing import as_stored
from workspaces.fields.values import sees
from workspaces.records.fields import FieldType
from workspaces.records.models import Record


def own_filters(actor: Actor, model: Any) -> dict[str, CustomField]:
    """The parameters that narrow rows of this model by a custom field, for this member."""
    if not issubclass(model, Record):
        return {}
    fields = known.fields_of_kind(actor.workspace, model._meta.label_lower)
    return {one.name: one for one in fields if sees(actor, one) and one.type != FieldType.FORMULA}


def narrowed(
    rows: QuerySet[Any], own: Mapping[str, CustomField], asked: Mapping[str, str]
) -> QuerySet[Any]:
    """The rows that hold the values asked for. Raises ValidationError naming a wrong one."""
    for name, field in own.items():
        if name not in asked:
            continue
        try:
            value = as_stored(field, asked[name], field.workspace.timezone)
        except Wrong as wrong:
            raise ValidationError({name: wrong.messages}) from wrong
        rows = rows.filter(holds(field.key, value))
    return rows
