"""The block that shows records of a kind as a table."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.blocks import Answer, BlockKind
from workspaces.records.exporting import plain_value
from workspaces.records.kinds import listed
from workspaces.records.listed import list_of
from workspaces.records.listing import Listing
from workspaces.records.lists import whole_number

KNOWN = ("kind", "columns", "sort", "limit", "title")
USUAL, MOST = 10, 50


def resolve(actor: Actor, params: Mapping[str, str]) -> Answer:
    """The first rows of a list as it is asked for. Other lines are the list's own filters."""
    address = params.get("kind", "")
    kind = next((one for one in listed() if one.address == address), None)
    if kind is None or not actor.can(kind.reads):
        known = ", ".join(one.address for one in listed() if actor.can(one.reads))
        raise DomainError(f"Say which kind of record: {known}.")
    limit = whole_number(params.get("limit", "")) or USUAL
    listing = Listing(list_of(kind), actor, _query(params), remember=False)
    columns = listing.columns
    rows = listing.sorting.ordered(listing.loaded)[: min(limit, MOST)]
    return Answer(
        title=params.get("title") or kind.plural,
        headers=[column.label for column in columns],
        rows=[[_text(column, row) for column in columns] for row in rows],
        numeric=[column.numeric for column in columns],
        perms=sorted({kind.reads.value, *(c.perm.value for c in columns if c.perm)}),
    )


def _query(params: Mapping[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in params.items():
        if name in ("columns", "sort") or name not in KNOWN:
            query[name] = value.replace(" ", "") if name == "columns" else value
    return query


def _text(column: Any, row: Any) -> str:
    value = plain_value(column, column.value(row))
    unit = f" {column.currency(row)}" if column.currency and value != "" else ""
    return f"{value}{unit}"


RECORDS = BlockKind(
    name="records",
    label="Table of records",
    perm=Perm.WORKSPACE_VIEW,
    sample="```records\nkind: products\ncolumns: name,state\nsort: name\nlimit: 10\n```\n",
    resolve=resolve,
)
