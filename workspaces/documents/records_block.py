"""The block that shows records of a kind as a table."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.blocks import Answer, BlockKind
from workspaces.lists.cells import reader_of
from workspaces.lists.exporting import file_value
from workspaces.lists.listing import KindList
from workspaces.lists.naming import names_of
from workspaces.records.fields import Field, value_at
from workspaces.records.kinds import listed
from workspaces.records.lists import whole_number
from workspaces.records.refs import Ref

KNOWN = ("kind", "columns", "sort", "limit", "title")
USUAL, MOST = 10, 50


def resolve(actor: Actor, params: Mapping[str, str], about: Ref | None = None) -> Answer:
    """The first rows of a list as it is asked for. Other lines are the list's own filters."""
    address = params.get("kind", "")
    kind = next((one for one in listed() if one.address == address), None)
    if kind is None or not actor.can(kind.reads):
        known = ", ".join(one.address for one in listed() if actor.can(one.reads))
        raise DomainError(f"Say which kind of record: {known}.")
    limit = whole_number(params.get("limit", "")) or USUAL
    listing = KindList(kind, actor, _query(params), remember=False)
    if listing.asked.problem:
        raise DomainError(listing.asked.problem)
    columns = listing.columns
    rows = list(listing.order.of_all(listing.loaded)[: min(limit, MOST)])
    names = names_of(actor, columns, rows)
    readers = [(column, reader_of(column, names)) for column in columns]
    return Answer(
        title=params.get("title") or kind.plural,
        headers=[column.label for column in columns],
        rows=[[_text(column, read(row), row) for column, read in readers] for row in rows],
        numeric=[column.numeric for column in columns],
        perms=sorted({kind.reads.value, *(c.perm.value for c in columns if c.perm)}),
    )


def _query(params: Mapping[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in params.items():
        if name in ("columns", "sort") or name not in KNOWN:
            query[name] = value.replace(" ", "") if name == "columns" else value
    return query


def _text(column: Field, found: Any, row: Any) -> str:
    value = file_value(column, found)
    unit = f" {value_at(row, column.currency)}" if column.currency and value != "" else ""
    return f"{value}{unit}"


RECORDS = BlockKind(
    name="records",
    label="Table of records",
    perm=Perm.WORKSPACE_VIEW,
    sample="```records\nkind: products\ncolumns: name,state\nsort: name\nlimit: 10\n```\n",
    resolve=resolve,
)
