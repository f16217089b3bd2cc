"""The page of one record of any kind: its values, its tabs, and what is done to it."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import is_valid_path, reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import EditConflict, NotFound
from core.web import leave_to, toast
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.discussion.rendering import Writer
from workspaces.records import refs, services
from workspaces.records.fields import FieldType
from workspaces.records.history import entries
from workspaces.records.kinds import RecordKind, kind_at
from workspaces.records.lists import whole_number
from workspaces.records.showing import Shown, shown_values
from workspaces.records.tabs import Context, RecordTab, panels_of, tabs_of

PAGE = "records/record.html"
EVENTS = 50


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def record(request: WorkspaceRequest, address: str, pk: int, page: str = "") -> HttpResponse:
    """One record; each tab is an address of its own."""
    kind, row = found(request, address, pk)
    if kind.url is not None:
        own = kind.url(request.actor, pk)
        there = f"{own}{page}/" if page else own
        if not page or is_valid_path(there):  # else the tab has no place on the page of its own
            return redirect(there)
    if kind.moved is not None and not page and (there := kind.moved(request.actor, row)):
        return redirect(there)
    tabs = tabs_of(request.actor, kind)
    chosen = next((each for each in tabs if each.name == page), None)
    if page and chosen is None:
        raise NotFound("This record has no such tab.")
    template, inner = chosen.render(request, kind, row) if chosen else overview(request, kind, row)
    context = head(request, kind, row, tabs, page) | {"tab_template": template, **inner}
    return render(request, PAGE, context)


def found(request: WorkspaceRequest, address: str, pk: int) -> tuple[RecordKind, Any]:
    """The kind and the record behind an address. Raises NotFound."""
    kind = kind_at(address)
    return kind, refs.find(request.actor, kind.name, pk)


def overview(request: WorkspaceRequest, kind: RecordKind, row: Any) -> tuple[str, Context]:
    """The record's values: long texts as cards, everything else as a list."""
    values = shown_values(request.actor, kind, row)
    long = [one for one in values if one.field.type is FieldType.LONG_TEXT and one.html]
    return "records/overview.html", {
        "values": [one for one in values if one.field.type is not FieldType.LONG_TEXT],
        "texts": _texts(request.actor, kind, row, long),
    }


def _texts(actor: Actor, kind: RecordKind, row: Any, long: list[Shown]) -> list[Shown]:
    """Long texts; those in Markdown as HTML for this reader."""
    typed = {one.field.name: one.field.value_of(row) or "" for one in long if one.field.markdown}
    write = Writer(actor, kind.name, row.pk, typed.values())
    return [
        replace(one, html=write.html(typed[one.field.name])) if typed.get(one.field.name) else one
        for one in long
    ]


def head(
    request: WorkspaceRequest, kind: RecordKind, row: Any, tabs: list[RecordTab], open_tab: str
) -> dict[str, Any]:
    """What stands around the open tab."""
    slug = request.actor.workspace.slug
    here = refs.url_of(request.actor, kind, row.pk)
    links = [{"label": "Overview", "url": here, "active": not open_tab}] + [
        {
            "label": tab.label,
            "url": reverse("workspaces:record_tab", args=[slug, kind.address, row.pk, tab.name]),
            "count": tab.how_much(request.actor, kind, row),
            "active": tab.name == open_tab,
            "key": tab.name,
        }
        for tab in tabs
    ]
    return {
        "kind": kind,
        "row": row,
        "tabs": links,
        "edits": request.actor.can(kind.writes) and kind.changes,
        "crumbs": [(kind.plural, reverse("workspaces:records", args=[slug, kind.address]))],
        "heads": panels_of(request, kind, row, "head"),
        "sides": panels_of(request, kind, row, "side"),
    }


def activity_tab(
    request: WorkspaceRequest, kind: RecordKind, row: Any
) -> tuple[str, dict[str, Any]]:
    """Everything that happened to the record, newest first."""
    events = ActivityEvent.objects.visible_to(request.actor).of(row).select_related("actor")
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        events = events.filter(pk__lt=before)
    newest = list(events[: EVENTS + 1])
    pager = {"label": "Newest first", "first_url": "?" if before else ""}
    if len(newest) > EVENTS:
        pager["next_url"] = f"?before={newest[EVENTS - 1].pk}"
    shown = entries(request.actor, newest[:EVENTS])
    return "records/history.html", {"entries": shown, "pager": pager}


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def delete(request: WorkspaceRequest, address: str, pk: int) -> HttpResponse:
    """Put a record into the trash, with Undo."""
    kind, slug = kind_at(address), request.actor.workspace.slug
    version = whole_number(request.POST.get("seen_version", "")) or 0
    try:
        gone = services.delete_record(request.actor, kind, pk, version)
    except EditConflict as conflict:
        toast(request, str(conflict))
        return redirect(refs.url_of(request.actor, kind, pk))
    undo = reverse("workspaces:restore_record", args=[slug, kind.name, pk])
    toast(request, f"{gone} is in the trash.", undo_url=undo)
    return leave_to(request, reverse("workspaces:records", args=[slug, kind.address]))
