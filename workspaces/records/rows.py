"""The rows of a list as HTML: what a column is, is asked once a page instead of once a cell."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from core.templatetags import ui
from core.web import safely
from workspaces.access.actor import Actor
from workspaces.records.lists import ListColumn, RecordList, Shows

Written = Callable[[Any], str]

WRITTEN: dict[Shows, Written] = {
    Shows.COUNT: ui.number,
    Shows.PERCENT: ui.percent,
    Shows.RATING: lambda value: f"{ui.number(value, 1)} ★",
    Shows.DAY: ui.day,
    Shows.AGO: ui.ago,
}


def content(actor: Actor, column: ListColumn) -> Written:
    """What writes a row's cell of this column, safe to put on a page."""
    if column.html:
        own = column.html
        return lambda row: safely(own(actor, row))
    return partial(_value, column, WRITTEN.get(column.shows))


def _value(column: ListColumn, write: Written | None, row: Any) -> str:
    """The value as people read it; what is not there is said, never shown as zero."""
    value = column.value(row)
    if value is None or value == "":
        return ui.UNKNOWN
    if column.shows == Shows.MONEY:
        return safely(ui.money(value, column.currency(row) if column.currency else ""))
    return safely(write(value) if write else value)


class RowWriter:
    """Writes rows of one list for one member: the box to tick, then a cell a column.

    `edits` gives every row a box and every column that can be edited in place its button.
    `chosen` are the columns the address names, which an edited row must come back with.
    """

    def __init__(
        self,
        spec: RecordList,
        actor: Actor,
        columns: Sequence[ListColumn],
        *,
        edits: bool,
        chosen: str = "",
    ) -> None:
        self.spec, self.edits = spec, edits
        query = escape(f"?{urlencode({'columns': chosen})}") if chosen else ""
        pencil = ui.icon("pencil")
        self._cells: list[tuple[str, Written, str, str]] = []
        for column in columns:
            button = edits and column.edit
            css = "num" if column.numeric else "editable" if button else ""
            begins = f'<td class="{css}">' if css else "<td>"
            address = f'/cell/{column.name}/{query}" hx-target="closest td" hx-swap="innerHTML"'
            label = f' aria-label="Edit {escape(column.label)} of '
            self._cells.append(
                (
                    begins,
                    content(actor, column),
                    f"{address}{label}" if button else "",
                    f'">{pencil}</button></td>',
                )
            )

    def write(self, row: Any) -> SafeString:
        """The row as a `<tr>`."""
        parts = [f'<tr id="{self.spec.row_id}-{row.pk}">' if self.spec.row_id else "<tr>"]
        name = escape(str(row)) if self.edits else ""
        if self.edits:
            parts.append(
                '<td class="pick"><input type="checkbox" class="form-check-input" name="pk" '
                f'value="{row.pk}" form="bulk" aria-label="Choose {name}"></td>'
            )
        for begins, written, edit, ends in self._cells:
            parts.append(f"{begins}{written(row)}")
            if edit:
                parts.append(
                    f'<button type="button" class="cell-edit" hx-get="{row.pk}{edit}{name}{ends}'
                )
            else:
                parts.append("</td>")
        return mark_safe("".join([*parts, "</tr>"]))
