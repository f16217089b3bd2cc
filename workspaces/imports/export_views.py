"""All rows of a kind as a download that imports back unchanged."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.imports.kinds import Kind
from workspaces.imports.matching import kind_for
from workspaces.imports.registered import known
from workspaces.records.exporting import file_of


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def export(request: WorkspaceRequest, kind: str, extension: str) -> HttpResponse:
    """The file of one kind. Raises NotFound for an unknown kind, Denied without its permission."""
    headers, rows = table(request.actor, kind)
    return file_of(f"{request.actor.workspace.slug}-{kind}.{extension}", extension, headers, rows)


def table(actor: Actor, name: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Headers and rows of all there is of a kind, in the columns its import knows."""
    kind = kind_for(actor, name) if name in known() else None
    if kind is None or kind.export is None:
        raise NotFound("There is nothing of this name to take away.")
    actor.require(kind.export.reads)
    labels = {**kind.export.labels, **{column.name: column.label for column in kind.columns}}
    headers = [labels[name] for name in kind.export.names(actor)]
    return headers, _rows(actor, kind)


def _rows(actor: Actor, kind: Kind) -> Iterator[list[Any]]:
    if kind.export is None:
        return
    for row in kind.export.rows(actor):
        yield [_cell(value) for value in row]


def _cell(value: object) -> object:
    """Moments in UTC and said so, to the microsecond: the way back must not move them."""
    if value is None:
        return ""
    return value.astimezone(UTC).isoformat(sep=" ") if isinstance(value, datetime) else value
