"""Sorting by several values at once, and turning pages by place in that order.

Rows whose value is unknown stand last, whichever way a list runs. Paging costs the same on every
page: a place names the values of the row it stands at, and the next page begins behind them.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from core.typed import is_keepable
from workspaces.records.paging import Page

_NO_PLACE = (
    binascii.Error,
    ValueError,
    ValidationError,
    TypeError,
    OverflowError,
    ArithmeticError,
    RecursionError,  # brackets without end
)
LARGEST = 2**63
Place = list[Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One value a list is ordered by. `read` types what stood in a place of an address."""

    path: str
    value: Callable[[Any], Any]
    read: Callable[[Any], Any]
    descending: bool = False
    nullable: bool = False

    def order(self, *, backwards: bool, plain: bool) -> Any:
        """`plain` leaves out where unknown values stand, for rows that have none."""
        descending = self.descending != backwards
        first = self.nullable and backwards and not plain
        last = self.nullable and not backwards and not plain
        column = F(self.path)
        if descending:
            return column.desc(nulls_first=first or None, nulls_last=last or None)
        return column.asc(nulls_first=first or None, nulls_last=last or None)

    def beyond(self, value: Any, *, backwards: bool, plain: bool) -> Q | None:
        """Behind a value (before it, when `backwards`); None where nothing is."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        side = "lt" if self.descending != backwards else "gt"
        found = Q(**{f"{self.path}__{side}": value})
        if self.nullable and not backwards and not plain:
            found |= Q(**{f"{self.path}__isnull": True})
        return found

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


@dataclass(frozen=True, slots=True)
class Order:
    """The keys of a list; the id decides between equals."""

    keys: tuple[Key, ...]
    workspace_id: int

    @property
    def whole(self) -> tuple[Key, ...]:
        descending = self.keys[0].descending if self.keys else False
        return (*self.keys, Key("pk", lambda row: row.pk, whole_of, descending))

    def of_all(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Every row in this order, for what is read through."""
        return rows.order_by(*[k.order(backwards=False, plain=False) for k in self.whole])

    def place_of(self, row: Any) -> str:
        """Where a row stands, as one word of an address."""
        values = [key.value(row) for key in self.whole]
        return (
            base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")
        )

    def place(self, text: str) -> Place | None:
        """What `place_of` wrote, typed; None for anything else."""
        try:
            raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if not isinstance(raw, list) or len(raw) != len(self.whole):
                return None
            found = [
                None if value is None else key.read(value)
                for key, value in zip(self.whole, raw, strict=True)
            ]
        except _NO_PLACE:
            return None
        holes = any(v is None and not k.nullable for k, v in zip(self.whole, found, strict=True))
        return None if holes else found


def whole_of(value: Any) -> int:
    found = int(value)
    if not 0 <= found < LARGEST:
        raise ValueError("no id")
    return found


def text_of(value: Any) -> str:
    """PostgreSQL knows neither NUL nor half a character."""
    text = str(value)
    if not is_keepable(text):
        raise ValueError("cannot be stored")
    return text


def number_of(value: Any) -> Decimal:
    found = Decimal(str(value))
    if not found.is_finite() or abs(found.adjusted()) > 40:
        raise ValueError("no number")
    return found


def plain_of(value: Any) -> Any:
    """A value of a custom object: a text, a number or a truth."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, bool | int | float):
        return value
    raise ValueError("no value")


def _behind(
    rows: QuerySet[Any],
    keys: Sequence[Key],
    place: Place | None,
    *,
    backwards: bool,
    known: bool,
) -> QuerySet[Any]:
    """Rows behind a place in the order of these keys.

    Where the first key is known in all of them, it is written so that an index over the keys is
    entered at the place.
    """
    if place is not None:
        found, same = Q(pk__in=[]), Q()
        for at, (key, value) in enumerate(zip(keys, place, strict=True)):
            beyond = key.beyond(value, backwards=backwards, plain=known and at == 0)
            if beyond is not None:
                found |= same & beyond
            same &= key.same(value)
        if known:
            side = "lt" if keys[0].descending != backwards else "gt"
            found = Q(**{f"{keys[0].path}__{side}e": place[0]}) & found
        rows = rows.filter(found)
    order = [key.order(backwards=backwards, plain=known and at == 0) for at, key in enumerate(keys)]
    return rows.order_by(*order)


def slice_from(
    rows: QuerySet[Any], order: Order, place: Place | None, *, backwards: bool, size: int
) -> list[Any]:
    """Up to `size` rows behind a place (before it, when `backwards`), in reading order.

    The rows whose first value is unknown are a list of their own behind the others, so that an
    index without them is still walked: one statement, a second only where the one ends.
    """
    keys = order.whole
    parts = [(rows, keys, True)]
    if keys[0].nullable:
        known = rows.filter(**{f"{keys[0].path}__isnull": False})
        head, _, _ = keys[0].path.rpartition("__")
        if head:
            known = known.filter(**{f"{head}__workspace_id": order.workspace_id})
        unknown = rows.filter(**{f"{keys[0].path}__isnull": True})
        parts = [(known, keys, True), (unknown, keys[1:], False)]
    if backwards:
        parts.reverse()
    if place is not None and len(parts) == 2 and (place[0] is not None) != parts[0][2]:
        parts = parts[1:]
    found: list[Any] = []
    for at, (part, own, is_known) in enumerate(parts):
        behind = place[len(keys) - len(own) :] if place is not None and at == 0 else None
        part = _behind(part, own, behind, backwards=backwards, known=is_known)
        found += part[: size - len(found)]
        if len(found) >= size:
            break
    return found[::-1] if backwards else found


def page_at(
    rows: QuerySet[Any], order: Order, *, after: str = "", before: str = "", size: int
) -> Page:
    """The page behind `after` or before `before`; the first one when neither can be read."""
    backwards = bool(before) and not after
    place = order.place(before if backwards else after) if before or after else None
    backwards = backwards and place is not None
    found = slice_from(rows, order, place, backwards=backwards, size=size + 1)
    more = len(found) > size
    if more:
        found = found[1:] if backwards else found[:size]
    if not found:
        return Page([])
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Page(
        found,
        order.place_of(found[0]) if has_previous else "",
        order.place_of(found[-1]) if has_next else "",
    )
