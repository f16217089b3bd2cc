"""Turning pages by place, not by number: the hundredth page costs what the first does."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

from core.typed import is_keepable
from workspaces.records.fields import value_at

PAGE = 50
_NO_PLACE = (
    binascii.Error,
    ValueError,
    ValidationError,
    TypeError,
    OverflowError,
    RecursionError,  # brackets without end
)
Place = list[Any]


@dataclass(frozen=True, slots=True)
class Sorting:
    """The paths a list is ordered by; the id decides between equals.

    Rows whose first value is unknown stand last, whichever way the list runs.
    """

    paths: tuple[str, ...]
    descending: bool = False
    nullable: bool = False
    workspace_id: int = 0

    def ordered(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(*[f"{sign}{path}" for path in (*self.paths, "pk")])

    def known(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that have a first value, joined so that its index can be walked."""
        if not self.nullable:
            return rows
        head, _, _ = self.paths[0].rpartition("__")
        rows = rows.filter(**{f"{self.paths[0]}__isnull": False})
        return rows.filter(**{f"{head}__workspace_id": self.workspace_id}) if head else rows

    def unknown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(**{f"{self.paths[0]}__isnull": True})

    def place_of(self, row: Model) -> Place:
        """Where a row stands in this order."""
        return [*(value_at(row, path) for path in self.paths), row.pk]


def encode(place: Place) -> str:
    """A place as one word of an address."""
    raw = json.dumps([str(v) if isinstance(v, Decimal) else v for v in place], default=str)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(model: type[Model], sorting: Sorting, text: str) -> Place | None:
    """What `encode` was given, typed; None for anything else."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        fields = [_field(model, path) for path in (*sorting.paths, model._meta.pk.name)]
        if not isinstance(raw, list) or len(raw) != len(fields):
            return None
        place = [field.to_python(v) for field, v in zip(fields, raw, strict=True)]
    except _NO_PLACE:
        return None
    if not all(is_keepable(value) for value in place if isinstance(value, str)):
        return None
    missing = [value is None for value in place]
    holes = any(missing[1:]) or (missing[0] and not sorting.nullable)
    return None if holes else place


def _field(model: type[Model], path: str) -> "Field[Any, Any]":
    """The model field at the end of a path."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    found = model._meta.get_field(last)
    if not isinstance(found, Field):
        raise TypeError(f"{path} is no column")
    return found


def _beyond(sorting: Sorting, place: Place, *, backwards: bool, only_id: bool) -> Q:
    """The rows behind (or before) a place, written so that the index is entered there."""
    side = "lt" if sorting.descending != backwards else "gt"
    keys = [("pk", place[-1])]
    if not only_id:
        keys = list(zip((*sorting.paths, "pk"), place, strict=True))
    found, same = Q(), Q()
    for path, value in keys:
        found |= same & Q(**{f"{path}__{side}": value})
        same &= Q(**{path: value})
    first, value = keys[0]
    return Q(**{f"{first}__{side}e": value}) & found


def slice_from(
    rows: QuerySet[Any], sorting: Sorting, place: Place | None, *, backwards: bool, size: int
) -> list[Any]:
    """Up to `size` rows behind a place (before it, when `backwards`), in reading order.

    One statement; a second one only where the known values end and the unknown begin.
    """
    known, unknown = sorting.known(rows), sorting.unknown(rows) if sorting.nullable else None
    parts = [(known, False)] if unknown is None else [(known, False), (unknown, True)]
    if backwards:
        parts.reverse()
    if place is not None and len(parts) == 2:
        in_unknown = place[0] is None
        if in_unknown != parts[0][1]:
            parts = parts[1:]
    found: list[Any] = []
    for index, (part, only_id) in enumerate(parts):
        behind = place if index == 0 else None
        if behind is not None:
            part = part.filter(_beyond(sorting, behind, backwards=backwards, only_id=only_id))
        order = Sorting((), sorting.descending) if only_id else sorting
        found += order.ordered(part, backwards=backwards)[: size - len(found)]
        if len(found) >= size:
            break
    return found[::-1] if backwards else found


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, and the places its neighbours begin at."""

    rows: Sequence[Any]
    previous: str = ""
    next: str = ""


def page_at(
    rows: QuerySet[Any], sorting: Sorting, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """The page behind `after` or before `before`; the first one when neither can be read."""
    model = rows.model
    backwards = bool(before) and not after
    place = decode(model, sorting, before if backwards else after) if before or after else None
    backwards = backwards and place is not None
    found = slice_from(rows, sorting, place, backwards=backwards, size=size + 1)
    more = len(found) > size
    if more:
        found = found[1:] if backwards else found[:size]
    if not found:
        return Page([])
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Page(
        found,
        encode(sorting.place_of(found[0])) if has_previous else "",
        encode(sorting.place_of(found[-1])) if has_next else "",
    )
