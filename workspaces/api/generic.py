"""The resource of a kind of record, made of its registration: nothing is written for it."""

from typing import Any, ClassVar

from rest_framework import serializers

from workspaces.api.inputs import Input, TextField
from workspaces.api.rows import Output
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind
from workspaces.records.services import change_record, create_record, delete_record

REASON = "reason"
BASE = ("id", "version", "created_at", "updated_at")
BESIDE: dict[FieldType, type[serializers.Field[Any, Any, Any, Any]]] = {
    FieldType.NUMBER: serializers.FloatField,
    FieldType.MONEY: serializers.FloatField,
    FieldType.PERCENT: serializers.FloatField,
    FieldType.DAY: serializers.DateField,
    FieldType.MOMENT: serializers.DateTimeField,
    FieldType.YES_NO: serializers.BooleanField,
}


class KindViewSet(Creates, Changes, Deletes, RecordViewSet, abstract=True):
    """Records of one kind, read and written by the verbs of all records."""

    kind: ClassVar[RecordKind]

    def make(self, values: dict[str, Any]) -> Any:
        return create_record(self.actor, self.kind, values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Any:
        return change_record(self.actor, self.kind, pk, seen_version, values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        delete_record(self.actor, self.kind, pk, seen_version)


class ReadOnlyKindViewSet(RecordViewSet, abstract=True):
    """Records of a kind that is only read."""

    kind: ClassVar[RecordKind]


def viewset_of(kind: RecordKind) -> type[RecordViewSet]:
    """The resource of a kind that has none of its own."""
    word = kind.model.__name__
    taken = _input(kind, word)
    attributes = {
        "__doc__": f"{kind.plural}.",
        "__module__": kind.model.__module__,
        "kind": kind,
        "reads": kind.reads,
        "writes": None if kind.read_only else kind.writes,
        "output": _output(kind, word),
        "input": taken,
        "change_input": _with_reason(taken, word) if kind.reasons else taken,
        "get_queryset": lambda self: kind.rows(self.actor),
    }
    base = ReadOnlyKindViewSet if kind.read_only else KindViewSet
    return type(f"{word}ViewSet", (base,), attributes)


def _output(kind: RecordKind, word: str) -> type[Output]:
    beside = {one.name: _beside(one) for one in kind.fields if one.at}
    names = [one.name for one in kind.fields]
    names += [one.currency for one in kind.fields if one.currency and "__" not in one.currency]
    meta = type("Meta", (), {"model": kind.model, "fields": list(dict.fromkeys((*BASE, *names)))})
    perms = {one.name: one.perm for one in kind.fields if one.perm is not None}
    doc = f"{kind.label}."
    return type(
        f"{word}Serializer", (Output,), beside | {"Meta": meta, "perms": perms, "__doc__": doc}
    )


def _beside(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    """A value that stands in a row beside the record."""
    found = BESIDE.get(field.value_type, serializers.CharField)
    return found(source=field.at.replace("__", "."), read_only=True, allow_null=True)


def _input(kind: RecordKind, word: str) -> type[Input]:
    set_here = [one for one in kind.fields if one.editable and not one.at]
    meta = {
        "model": kind.model,
        "fields": [one.name for one in set_here],
        "extra_kwargs": {one.name: {"required": False} for one in set_here if not one.required},
    }
    doc = f"What may be set on a {kind.label.lower()}."
    return type(f"{word}Input", (Input,), {"Meta": type("Meta", (), meta), "__doc__": doc})


def _with_reason(taken: Any, word: str) -> type[Input]:
    """The same, with the reason that some changes ask for."""
    reason = TextField(required=False, allow_blank=True, max_length=1_000)
    meta = type("Meta", (taken.Meta,), {"fields": [*taken.Meta.fields, REASON]})
    return type(f"{word}Change", (taken,), {REASON: reason, "Meta": meta, "__doc__": taken.__doc__})
