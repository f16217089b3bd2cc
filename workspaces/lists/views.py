"""The list of any kind of record: as a table or a board, and taken away as a file."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.web import render_region
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.asking import Asked, listed_fields
from workspaces.lists.board import Board
from workspaces.lists.building import Row, rows_of
from workspaces.lists.exporting import as_file
from workspaces.lists.listing import KindList
from workspaces.lists.toolbar import builder_of, bulk_actions, toolbar_of
from workspaces.records.choices import remember_columns
from workspaces.records.kinds import RecordKind, kind_at
from workspaces.views.bar import ViewBar
from workspaces.views.opening import open_list

LIST = "records/list.html"


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def records(request: WorkspaceRequest, address: str) -> HttpResponse:
    """The records of a kind; turning a page renders only the rows."""
    kind = readable_at(request.actor, address)
    if kind.list_url is not None:
        query = request.GET.urlencode()
        return redirect(kind.list_url(request.actor) + (f"?{query}" if query else ""))
    return list_page(request, kind)


def list_page(
    request: WorkspaceRequest, kind: RecordKind, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The list's page, for kinds at an address of their own as well.

    `more` is what the kind's `list_head` needs besides.
    """
    opened = open_list(request.actor, kind, request.GET)
    listing = KindList(kind, request.actor, opened.query, chosen=opened.columns)
    asked = listing.asked
    if asked.layout in kind.layouts:
        return redirect(f"{kind.layouts[asked.layout](request.actor)}?{request.GET.urlencode()}")
    if any(name.startswith("w-") for name in request.GET) and not asked.problem:
        return redirect(f"{request.path}?{asked.address()}")
    context: dict[str, Any] = {
        "kind": kind,
        "listing": listing,
        "edits": listing.edits,
        "toolbar": toolbar_of(listing),
        "filtering": "filters" in request.GET or bool(asked.problem),
        "urls": addresses(request.actor, kind),
        "views": ViewBar(request.actor, listing, opened),
        **(more or {}),
    }
    if asked.layout == "board" and asked.group is not None:
        context["board"] = Board(listing, asked.group)
    if listing.edits:
        context["actions"] = bulk_actions(request.actor, kind)
    if context["filtering"]:
        context["builder"] = builder_of(request.actor, asked)
    status = 422 if asked.problem else 200
    return render_region(request, LIST, "rows", context, status=status)


def readable_at(actor: Actor, address: str) -> RecordKind:
    """The kind behind an address, for those who may read it. Raises NotFound or Denied."""
    kind = kind_at(address)
    actor.require(kind.reads)
    return kind


def addresses(actor: Actor, kind: RecordKind) -> dict[str, str]:
    """Where the parts of a kind's list are."""
    found = dict(_addresses(actor.workspace.slug, kind.address))
    if kind.list_url is not None:
        found["list"] = kind.list_url(actor)
    if kind.new_url is not None:
        found["new"] = kind.new_url(actor)
    return found if kind.pasted else found | {"paste": ""}


@lru_cache(maxsize=4_096)
def _addresses(slug: str, address: str) -> Mapping[str, str]:
    def of(name: str, *more: str) -> str:
        return reverse(f"workspaces:{name}", args=[slug, address, *more])

    return {
        "list": of("records"),
        "new": of("record_new"),
        "paste": of("record_paste"),
        "filter": of("filter_row"),
        "columns": of("list_columns"),
        "column": of("list_column"),
        "cells": of("list_cells"),
        "options": of("list_options"),
        "bulk": of("list_bulk"),
        "bulk_value": of("list_bulk_value"),
        "csv": of("list_export", "csv"),
        "xlsx": of("list_export", "xlsx"),
        "json": of("list_export", "json"),
    }


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def filter_row(request: WorkspaceRequest, address: str) -> HttpResponse:
    """One row of the filter builder, for the field and the operator that were chosen."""
    kind = readable_at(request.actor, address)
    asked = Asked(request.actor, kind, QueryDict())
    rows = rows_of(asked.filterable, request.GET) or [Row(0)]
    builder = builder_of(request.actor, asked)
    context = {"row": builder.row(rows[0]), "builder": builder}
    context |= {"urls": addresses(request.actor, kind)}
    return render(request, "records/filter_row.html", context)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def columns(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Remember which columns this member wants to see, in which order."""
    kind = readable_at(request.actor, address)
    names = request.POST.getlist("columns")
    moved, step = request.POST.get("up", ""), -1
    if not moved:
        moved, step = request.POST.get("down", ""), 1
    if moved in names:
        at = names.index(moved)
        names.insert(max(0, at + step), names.pop(at))
    fields = listed_fields(request.actor, kind)
    chosen = [name for name in names if name in fields]
    remember_columns(request.actor, kind.address, chosen)
    kept = QueryDict(request.POST.get("here", ""), mutable=True)
    kept.pop("columns", None)
    url = addresses(request.actor, kind)["list"]
    return redirect(f"{url}?{kept.urlencode()}" if kept else url)


@require_GET
@workspace_view(Perm.DATA_EXPORT)
def export(request: WorkspaceRequest, address: str, extension: str) -> HttpResponse:
    """The list as it stands, with the columns on the screen, as CSV or XLSX."""
    kind = readable_at(request.actor, address)
    return as_file(KindList(kind, request.actor, request.GET), extension)
