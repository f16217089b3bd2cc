"""A list as a board: a column for each value of a field, cards in the order of the list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from core.templatetags import ui
from workspaces.lists.cells import Names, Written, reader_of, writer_of
from workspaces.lists.grouping import Gathered, gathered
from workspaces.lists.listing import KindList
from workspaces.lists.naming import names_of
from workspaces.lists.ordering import Order, page_at
from workspaces.lists.paths import lookup_path
from workspaces.lists.sorting import order_of
from workspaces.records.fields import Field, FieldType

CARDS, MORE, MOST_COLUMNS, SHOWN = 25, 50, 60, 3
_ANY = 1_234_567_890_123


@dataclass(slots=True)
class Column:
    """One column: the value its cards have, how many there are, and those that are loaded.

    `text` is the value as it is typed into a cell.
    """

    value: Any
    label: str
    tone: str
    count: int
    text: str
    closed: bool = False
    cards: list[SafeString] = field(default_factory=list)
    more: str = ""

    @property
    def key(self) -> str:
        """The value as an address holds it; nothing for the cards without one."""
        return "" if self.value is None else str(self.value)


class Board:
    """The columns of a list; cards beyond the first are loaded column by column."""

    def __init__(self, listing: KindList, group: Field, opened: Sequence[str] = ()) -> None:
        self.listing, self.group, self.opened = listing, group, opened

    @cached_property
    def order(self) -> Order:
        """The list's order, within each column."""
        workspace_id = self.listing.actor.workspace.pk
        return order_of(self.listing.kind, self.listing.asked.sorting, workspace_id)

    @cached_property
    def columns(self) -> list[Column]:
        """All of them with their counts; the open ones with their first cards: two statements."""
        groups = {one.value: one for one in self._gathered}
        columns = [self._column(value, groups) for value in self._values(groups)]
        columns = columns[:MOST_COLUMNS]
        loaded = self._first_cards([one.value for one in columns if not one.closed])
        rows = [row for rows in loaded.values() for row in rows]
        writer = CardWriter(self.listing, self.group, rows)
        for column in columns:
            own = loaded.get(column.value, [])
            column.cards = [writer.write(row, column.key) for row in own[:CARDS]]
            if len(own) > CARDS:
                column.more = self.order.place_of(own[CARDS - 1])
        return columns

    @cached_property
    def _gathered(self) -> list[Gathered]:
        listing = self.listing
        return gathered(listing.actor, listing.kind, listing.filtered, self.group, [])

    def _values(self, groups: dict[Any, Gathered]) -> list[Any]:
        if self.group.type is FieldType.CHOICE:
            known = [one.value for one in self.group.choices]
            nothing = [value for value in groups if value not in known]
            return [*known, *nothing]
        if self.group.type is FieldType.YES_NO:
            return [True, False, *(value for value in groups if value is None)]
        return list(groups)

    def _column(self, value: Any, groups: dict[Any, Gathered]) -> Column:
        known = groups.get(value)
        label, tone = (known.label, known.tone) if known else self._words(value)
        kind = self.listing.kind
        closes = self.group.name == kind.board and str(value) in kind.closed
        count = known.count if known else 0
        text = column_text(self.group, "" if value is None else str(value))
        return Column(value, label, tone, count, text, closes and str(value) not in self.opened)

    def _words(self, value: Any) -> tuple[str, str]:
        choice = next((one for one in self.group.choices if one.value == value), None)
        if choice is not None:
            return choice.label, choice.tone
        return ("Yes" if value else "No"), ""

    def _first_cards(self, values: Sequence[Any]) -> dict[Any, list[Any]]:
        """One more than are shown of each column, read in one statement."""
        path = lookup_path(self.group)
        order = [key.order(backwards=False, plain=False) for key in self.order.whole]
        place = Window(RowNumber(), partition_by=[F(path)], order_by=order)
        rows = self.listing.loaded.filter(self._has(values)).order_by()
        found: dict[Any, list[Any]] = {value: [] for value in values}
        ranked = rows.annotate(card_place=place).filter(card_place__lte=CARDS + 1)
        for row in sorted(ranked, key=lambda row: row.card_place):
            found.setdefault(self.group.value_of(row), []).append(row)
        return found

    def _has(self, values: Sequence[Any]) -> Q:
        path = lookup_path(self.group)
        known = [value for value in values if value is not None]
        asked = Q(**{f"{path}__in": known})
        return asked | Q(**{f"{path}__isnull": True}) if None in values else asked

    def value_of(self, key: str) -> Any:
        """The value an address names."""
        if key == "":
            return None
        if self.group.type is FieldType.YES_NO:
            return key == "True"
        if self.group.type in (FieldType.LINK, FieldType.PERSON):
            return int(key) if key.isdecimal() and len(key) < 19 else -1
        return key

    def more_of(self, key: str, after: str) -> tuple[list[SafeString], str]:
        """Further cards of one column, and the place where the next begin."""
        rows = self.listing.loaded.filter(self._has([self.value_of(key)]))
        page = page_at(rows, self.order, after=after, size=MORE)
        writer = CardWriter(self.listing, self.group, page.rows)
        return [writer.write(row, key) for row in page.rows], page.next


class CardWriter:
    """Writes cards: the record's name as a link, and the first few of the list's columns."""

    def __init__(self, listing: KindList, group: Field, rows: Sequence[Any]) -> None:
        actor, kind = listing.actor, listing.kind
        lead = kind.fields[0].name
        self._edits = listing.edits and group.editable
        args = [actor.workspace.slug, kind.address, _ANY]
        before, _, after = reverse("workspaces:record_move", args=args).partition(str(_ANY))
        here = escape(urlencode({"here": listing.here}))
        self._icon = ui.icon("arrows-exchange")
        self._move = before, f"{after}?{here}"
        shown = [one for one in listing.columns if one.name not in (lead, group.name)][:SHOWN]
        names: Names = names_of(actor, shown, rows)
        self._name = writer_of(actor, kind, kind.fields[0], names)
        self._values: list[tuple[str, Written, Any]] = [
            (escape(one.label), writer_of(actor, kind, one, names), reader_of(one, names))
            for one in shown
        ]

    def write(self, row: Any, key: str) -> SafeString:
        name = escape(str(row))
        parts = [
            f'<li class="board-card" tabindex="-1" data-pk="{row.pk}" '
            f'data-version="{row.version}" data-value="{escape(key)}" data-name="{name}">'
            f'<div class="board-card-name">{self._name(row)}</div>'
        ]
        facts = [
            f'<span title="{label}"><span class="visually-hidden">{label}: </span>'
            f"{write(row)}</span>"
            for label, write, read in self._values
            if read(row) not in (None, "", [])
        ]
        if facts:
            parts.append(f'<div class="board-card-facts">{"".join(facts)}</div>')
        if self._edits:
            parts.append(
                f'<a class="button button-quiet button-bare button-small board-move" data-move '
                f'href="{self._move[0]}{row.pk}{self._move[1]}" '
                f'aria-label="Move {name} to…">{self._icon}</a>'
            )
        parts.append("</li>")
        return mark_safe("".join(parts))


def column_text(group: Field, key: str) -> str:
    """A column's value as it is typed into a cell."""
    if group.type in (FieldType.LINK, FieldType.PERSON):
        return f"#{key}" if key else ""
    if group.type is FieldType.YES_NO:
        return {"True": "Yes", "False": "No"}.get(key, "")
    return key
