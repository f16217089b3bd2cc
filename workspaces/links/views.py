"""What a record comes from and leads to, and the links people draw."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotFound
from core.web import render_region, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.links import services
from workspaces.links.models import RecordLink, Relation
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.suggesting import suggested
from workspaces.records.tabs import Context
from workspaces.records.tracing import chain

LINK, TRACE = "links/link.html", "links/trace.html"


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def trace(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """The chain of a record: a page of its own, and the panel beside the record."""
    actor = request.actor
    found, row = refs.readable(actor, kind), refs.find(actor, kind, pk)
    groups = chain(actor, found, pk)
    sides = [
        (label, [group for group in groups if group.leads_on is leads_on])
        for leads_on, label in ((False, "Comes from"), (True, "Leads to"), (None, "Beside it"))
    ]
    context = {"sides": [side for side in sides if side[1]], **_about(request, found, row)}
    return render_region(request, TRACE, "trace", context)


def panel(request: WorkspaceRequest, kind: RecordKind, row: Any) -> Context | None:
    """The panel beside every record; its content comes a moment after the page."""
    slug = request.actor.workspace.slug
    return {"url": reverse("workspaces:trace", args=[slug, kind.name, row.pk])}


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORKSPACE_VIEW)
def link(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """Find a record by a few letters, and link to it."""
    actor = request.actor
    found, row = refs.readable(actor, kind), refs.find(actor, kind, pk)
    if request.method == "POST":
        what, _, number = request.POST.get("to", "").partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NotFound("Choose the record to link to.")
        relation = request.POST.get("relation", "")
        drawn = services.add_link(actor, (kind, pk), relation, (what, int(number)))
        undo = reverse("workspaces:link_remove", args=[actor.workspace.slug, drawn.pk])
        toast(request, "The records are linked.", undo_url=undo)
        return redirect(refs.url_of(actor, found, pk))
    text = request.GET.get("q", "")
    context = _about(request, found, row) | {
        "q": text,
        "options": suggested(actor, text, without=[(kind, pk)]),
        "chosen": request.GET.get("relation", ""),
    }
    return render_region(request, LINK, "options", context)


def _about(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any]:
    actor = request.actor
    here = refs.url_of(actor, kind, row.pk)
    return {
        "kind": kind,
        "row": row,
        "crumbs": [(f"{kind.label} {row}", here)],
        "edits": actor.can(kind.writes),
        "relations": Relation.choices,
        "link_url": reverse("workspaces:link", args=[actor.workspace.slug, kind.name, row.pk]),
    }


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def remove(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a link away, with Undo."""
    gone = services.remove_link(request.actor, pk)
    undo = reverse("workspaces:link_restore", args=[request.actor.workspace.slug, pk])
    toast(request, "The link is gone.", undo_url=undo)
    return redirect(_record_of(request, gone))


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring a link back."""
    back = services.restore_link(request.actor, pk)
    toast(request, "The link is back.")
    return redirect(_record_of(request, back))


def _record_of(request: WorkspaceRequest, link: RecordLink) -> str:
    """The page the button was on when it is one of the two, else the first of them."""
    ends = [refs.url_of(request.actor, KINDS[k], pk) for k, pk in (link.ref, link.to)]
    asked = request.POST.get("next", "")
    return asked if asked in ends else ends[0]
