"""The rows of a list as HTML: what a column is, is asked once a page instead of once a cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from core.templatetags import ui
from core.web import safely
from workspaces.access.actor import Actor
from workspaces.lists.cells import Names, Written, text_of, writer_of
from workspaces.lists.grouping import Gathered, total_text
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind

ARROWS = {"ascending": "chevron-up", "descending": "chevron-down"}
# What is shown of these is not what is typed; a cell then carries the text it is edited as.
DIFFERS = (
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.PERCENT,
    FieldType.DAY,
    FieldType.MOMENT,
    FieldType.LONG_TEXT,
    FieldType.CHOICES,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head, `width` pixels wide: `url` sorts by it; `order` is ascending, descending
    or none."""

    field: Field
    width: int | None
    url: str = ""
    order: str = ""


def heads_of(headings: Sequence[Heading]) -> SafeString:
    """The `<th>` of every column."""
    parts = []
    for at, head in enumerate(headings):
        label, url = escape(head.field.label), escape(head.url)
        said = escape(head.field.help) if not head.field.editable else ""
        tip = f' data-tip="{said}" aria-description="{said}"' if said else ""
        css = " ".join(filter(None, ("num" if head.field.numeric else "", "" if at else "lead")))
        order = f' aria-sort="{head.order}"' if head.order in ARROWS else ""
        parts.append(
            f'<th scope="col" data-column="{escape(head.field.name)}" class="{css}"{order}>'
        )
        if url:
            arrow = f" {ui.icon(ARROWS[head.order])}" if order else ""
            follows = f'hx-get="{url}" hx-target="#rows" hx-swap="outerHTML" hx-push-url="true"'
            parts.append(f'<a href="{url}" {follows}{tip}>{label}{arrow}</a></th>')
        else:
            parts.append(f"{label}</th>")
    return mark_safe("".join(parts))


class RowWriter:
    """Writes rows of one kind for one member: the box to tick, then a cell a column.

    With `edits`, a row carries its version and its editable cells the text they are edited as.
    """

    def __init__(
        self,
        actor: Actor,
        kind: RecordKind,
        columns: Sequence[Field],
        names: Names,
        *,
        edits: bool,
    ) -> None:
        self.actor, self.columns, self.edits = actor, columns, edits
        self._cells: list[tuple[str, Written, Written | None]] = []
        for at, field in enumerate(columns):
            css = " ".join(filter(None, ("num" if field.numeric else "", "lead" if not at else "")))
            begins = f'<td class="{css}"' if css else "<td"
            editable = edits and field.editable
            text = text_of(actor, field, names) if editable and field.type in DIFFERS else None
            self._cells.append((begins, writer_of(actor, kind, field, names), text))

    def write(self, row: Any) -> SafeString:
        """The row as a `<tr>`."""
        parts = [f'<tr id="row-{row.pk}" data-pk="{row.pk}" data-version="{row.version}">']
        if self.edits:
            parts.append(
                '<td class="pick"><input type="checkbox" class="form-check-input" name="pk" '
                f'value="{row.pk}" form="bulk" aria-label="Choose {escape(str(row))}"></td>'
            )
        for begins, written, text in self._cells:
            if text is None:
                parts.append(f"{begins}>{written(row)}</td>")
            else:
                parts.append(f'{begins} data-text="{escape(text(row))}">{written(row)}</td>')
        parts.append("</tr>")
        return mark_safe("".join(parts))

    def group(self, group: Gathered) -> SafeString:
        """The row a group begins with: what it is called, how many, and its totals."""
        tag = f'<span class="tag tag-{group.tone}">' if group.tone else "<span>"
        name = f"{tag}{escape(group.label)}</span>"
        many = f'<span class="group-count">{ui.number(group.count)}</span>'
        cells = [f'<th scope="rowgroup" class="lead">{name}{many}</th>']
        for field in self.columns[1:]:
            text = total_text(self.actor, field, group) if field.numeric else ""
            cells.append(f'<td class="num">{safely(text)}</td>' if text else "<td></td>")
        pick = '<td class="pick"></td>' if self.edits else ""
        return mark_safe(f'<tr class="group-row">{pick}{"".join(cells)}</tr>')
