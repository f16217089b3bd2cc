"""Reading rows for the wire: one query of plain values, in the shape an output declares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields.providing import custom_fields, wire
from workspaces.records.fields import Field
from workspaces.records.kinds import KINDS
from workspaces.records.models import Record

Rows = list[dict[str, Any]]
Fill = Callable[[Actor, Rows, frozenset[str]], None]


class MaskedField(serializers.ListField):
    """Names of the fields that are null because the role may not see them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("child", serializers.CharField())
        kwargs.setdefault("read_only", True)
        kwargs.setdefault("help_text", "Fields that are null because your role may not see them.")
        super().__init__(**kwargs)


class CustomValues(serializers.DictField):
    """The workspace's own fields by their keys; what has no value is null."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("child", serializers.JSONField(allow_null=True))
        kwargs.setdefault(
            "help_text",
            "The workspace's own fields by key, but for those your role may not see.",
        )
        super().__init__(**kwargs)


class Output(serializers.ModelSerializer[Any]):
    """The shape of a row on the wire; it documents, and names the columns that are read.

    A field's `source` is a path of columns. Fields named in `filled` come from the resource's own
    second query. Fields named in `money` are null, and named in `masked`, for whoever may not see
    money; every output with such fields carries `masked`. Every record carries `custom`, the
    values of the workspace's own fields. `perms` names fields that are masked for want of another
    permission.
    """

    filled: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    perms: Mapping[str, Perm] = {}

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if issubclass(self.Meta.model, Record):
            fields["custom"] = CustomValues(read_only=True)
        if self.money or self.perms:
            fields["masked"] = MaskedField()
        return fields


@dataclass(frozen=True, slots=True)
class Shape:
    """What to read: names on the wire, the column path behind each, and what is filled later."""

    paths: dict[str, str]
    filled: frozenset[str]
    perms: Mapping[str, Perm]
    names: tuple[str, ...] = field(default=())

    @staticmethod
    @cache
    def of(output: type[Output]) -> "Shape":
        """The shape of an output, worked out once a process: building its fields is slow."""
        fields = output().fields
        filled = (frozenset(output.filled) | {"masked"}) & set(fields)
        paths = {
            name: str(one.source).replace(".", "__")
            for name, one in fields.items()
            if name not in filled
        }
        perms = {**dict.fromkeys(output.money, Perm.MONEY_VIEW), **output.perms}
        return Shape(paths, filled, perms, tuple(fields))

    def wanted(self, request: Request) -> tuple[str, ...]:
        """The names asked for by `fields=`, all by default. `id` always comes along."""
        asked = request.query_params.get("fields", "")
        if not asked:
            return self.names
        names = [name.strip() for name in asked.split(",") if name.strip()]
        if unknown := [name for name in names if name not in self.names]:
            raise ValidationError(
                {"fields": [f"There is no “{unknown[0][:60]}”. Known: {', '.join(self.names)}."]}
            )
        chosen = {*names, "id"} if "id" in self.names else set(names)
        return tuple(name for name in self.names if name in chosen)


def extend(
    output: type[Output],
    fields: Mapping[str, serializers.Field[Any, Any, Any, Any]],
    money: Sequence[str] = (),
) -> None:
    """Add what a higher app knows to a lower app's output, such as revenue to a product.

    Called from an AppConfig's ready(). A field's `source` is a path from the output's own model.
    """
    output._declared_fields |= fields
    output.Meta.fields = [*output.Meta.fields, *fields]
    output.money = (*output.money, *money)
    Shape.of.cache_clear()


def read(
    actor: Actor,
    rows: QuerySet[Any],
    shape: Shape,
    names: Sequence[str],
    fill: Fill | None,
    also: Sequence[str] = (),
) -> Rows:
    """`rows` as dictionaries with `names`, masked for this actor, and with the columns `also`.

    What is masked is not even read from the database.
    """
    hidden = {name for name, perm in shape.perms.items() if not actor.can(perm)}
    columns = {n: shape.paths[n] for n in names if n in shape.paths and n not in hidden}
    own = _own_fields(actor, rows) if "custom" in columns else []
    made_of = {path for one in own for path in one.made_of}
    helpers = [path for path in ("pk", *also, *made_of) if path not in columns.values()]
    helpers = list(dict.fromkeys(helpers))
    keys = [*columns, *(f"_{path}" for path in helpers)]
    wanted = frozenset(names)
    blank: dict[str, Any] = dict.fromkeys((*names, *keys))  # the order in which names stand
    if "masked" in wanted:
        blank["masked"] = sorted(hidden & wanted)
    found = [
        blank | dict(zip(keys, row, strict=True))
        for row in rows.values_list(*columns.values(), *helpers)
    ]
    if "custom" in columns:
        places = {path: name for name, path in columns.items()}
        inputs = {path: places.get(path, f"_{path}") for path in ("custom", *made_of)}
        for row in found:
            row["custom"] = wire(own, {path: row[key] for path, key in inputs.items()})
    if fill is not None and (shape.filled & wanted) - {"masked"}:
        fill(actor, found, wanted)
    return found


def _own_fields(actor: Actor, rows: QuerySet[Any]) -> Sequence[Field]:
    kind = KINDS.get(rows.model._meta.label_lower)
    return custom_fields(actor, kind) if kind is not None else ()


def public(rows: Rows) -> Rows:
    """The same rows, without the columns that were read for our own use."""
    own = [name for name in rows[0] if name.startswith("_")] if rows else []
    for row in rows:
        for name in own:
            del row[name]
    return rows


def by_pk(rows: Rows) -> dict[int, dict[str, Any]]:
    """Rows by their key, for filling."""
    return {row["_pk"] if "_pk" in row else row["id"]: row for row in rows}
