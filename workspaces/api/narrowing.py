"""Narrowing and sorting a resource as its list's page does: `where`, `q`, `sort`, short filters.

The fields are the kind's; a kind that names none is asked by the columns of its output.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.paging import BAD_CURSOR, decode, encode
from workspaces.api.rows import Output
from workspaces.lists.asking import STAMPS, Asked
from workspaces.lists.narrowing import Unclear, narrowed
from workspaces.lists.ordering import slice_from
from workspaces.lists.paths import asked as can_ask
from workspaces.lists.paths import with_values
from workspaces.lists.quick import QUICK, quick_filters
from workspaces.lists.sorting import order_of, sortable
from workspaces.records.fields import Field, FieldType, described
from workspaces.records.kinds import KINDS, RecordKind

WORDS = {
    "where": 'A filter as lists have it: {"and": [{"field": "name", "op": "is", "value": "x"}]}.',
    "q": "Every word in one of the searched fields.",
    "sort": "Fields separated by commas, “-” descends; custom fields as custom.<key>.",
}
OWN_WORDS = ("limit", "cursor", "fields", "order")


@cache
def asked_kind(output: type[Output]) -> RecordKind | None:
    """The kind of a resource's rows, with the fields they are asked by; None for no record."""
    model: Any = output.Meta.model
    kind = KINDS.get(model._meta.label_lower)
    if kind is None or kind.fields:
        return kind
    shown = (_described(output, name) for name in output.Meta.fields)
    return replace(kind, fields=tuple(one for one in shown if one is not None))


def _described(output: type[Output], name: str) -> Field | None:
    model: Any = output.Meta.model
    try:
        column: Any = model._meta.get_field(name)
        field = described(column) if column.concrete else None
    except (FieldDoesNotExist, TypeError):
        return None
    if field is None:
        return None
    if (field.to and field.to not in KINDS) or name in {one.name for one in STAMPS}:
        return None
    return replace(field, perm=Perm.MONEY_VIEW if name in output.money else None)


def parameters(output: type[Output], taken: Collection[str] = ()) -> dict[str, str]:
    """The parameters that narrow and sort these rows, in words, but for those that are `taken`."""
    kind = asked_kind(output)
    if kind is None:
        return {}
    found = {name: words for name, words in WORDS.items() if name != "q" or _searches(kind)}
    for name, one in QUICK.get(kind.name, {}).items():
        found[name] = one.label
    for field in (*kind.fields, *STAMPS):
        if can_ask(field):
            found.setdefault(field.name, f"{field.label}; none is empty.")
    return {n: words for n, words in found.items() if n not in taken and n not in OWN_WORDS}


def _searches(kind: RecordKind) -> bool:
    return kind.found is not None or bool(kind.searched or kind.naming)


class Narrowing:
    """What one member asks of a resource by these parameters."""

    def __init__(
        self, actor: Actor, output: type[Output], query: Mapping[str, str], names: Collection[str]
    ) -> None:
        kind = asked_kind(output)
        if kind is None:
            raise LookupError("These rows are no records.")
        asked = QueryDict(mutable=True)
        for name in names:
            if name in query:
                asked[name] = query[name]
        self._asked = Asked(actor, kind, asked)
        usable = {
            *WORDS,
            *self._asked.filterable,
            *(q.name for q in quick_filters(actor, kind.name)),
        }
        if hidden := sorted(set(asked) - usable):
            raise ValidationError({hidden[0]: ["You cannot narrow by this."]})
        self.sort = query.get("sort", "")
        if self.sort:
            self._check_sort()

    def _check_sort(self) -> None:
        fields = self._asked.fields
        known = [name for name, one in fields.items() if _sorts(one)]
        for part in self.sort.split(","):
            if part.strip().removeprefix("-") not in known:
                words = f"“{part.strip()[:40]}” does not sort. Known: {', '.join(known)}."
                raise ValidationError({"sort": [words]})

    def rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those among these rows that are asked for. Raises ValidationError naming a parameter."""
        try:
            return narrowed(self._asked, rows)
        except Unclear as refusal:
            raise ValidationError({refusal.name: [str(refusal)]}) from refusal

    def page(self, rows: QuerySet[Any], cursor: str, size: int) -> tuple[list[int], str | None]:
        """The ids of a page in the order of `sort`, and the cursor of the next one."""
        asked, place = self._asked, None
        order = order_of(asked.kind, asked.sorting, asked.actor.workspace.pk)
        if cursor:
            text = decode(cursor, self.sort)
            place = order.place(text[0]) if len(text) == 1 and isinstance(text[0], str) else None
            if place is None:
                raise ValidationError({"cursor": [BAD_CURSOR]})
        rows = with_values(rows, *(field for field, _ in asked.sorting))
        found = slice_from(rows, order, place, backwards=False, size=size + 1)
        more = len(found) > size
        following = encode(self.sort, [order.place_of(found[size - 1])]) if more else None
        return [row.pk for row in found[:size]], following


def _sorts(field: Field) -> bool:
    if field.type is FieldType.LINK and not field.is_custom and not field.sort:
        target = KINDS.get(field.to)
        if target is None or not target.naming:
            return False
    return sortable(field)
