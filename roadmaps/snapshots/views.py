"""What changed: between any two snapshots, or since this member last looked."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from core.errors import Refused
from core.templatetags.ui import day
from core.web import toast
from roadmaps.items.planning import days
from roadmaps.items.records import ITEM
from roadmaps.snapshots import services
from roadmaps.snapshots.comparing import Difference, Said, differences
from roadmaps.snapshots.models import RoadmapLook, RoadmapSnapshot
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.naming import PEOPLE, called
from workspaces.records import refs
from workspaces.records.lists import whole_number

NOW, LOOK = "now", "look"
SHOWN = 300
LINKS = {"owner": PEOPLE, "objective": "roadmaps.objective"}


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def changes(request: WorkspaceRequest) -> HttpResponse:
    """What differs between two moments; without a choice, since this member last looked."""
    actor = request.actor
    rows = RoadmapSnapshot.objects.visible_to(actor).select_related("published_by")
    kept = list(rows.order_by("-published_at", "-pk"))
    look = RoadmapLook.objects.visible_to(actor).filter(user=actor.user).first()
    chosen = {name: request.GET.get(name, "") for name in ("since", "until")}
    before = _said(actor, kept, look, chosen["since"] or LOOK)
    after = _said(actor, kept, look, chosen["until"] or NOW)
    found = differences(before, after) if before is not None and after is not None else []
    moments = [(str(one.pk), f"{one.name} · {day(one.published_at)}") for one in kept]
    context = {
        "snapshots": kept,
        "look": look,
        "since": [*([(LOOK, "when I last looked")] if look else []), *moments],
        "until": [(NOW, "now"), *moments],
        "chosen": {"since": chosen["since"] or LOOK, "until": chosen["until"] or NOW},
        "found": _written(actor, found[:SHOWN]),
        "many": len(found),
        "asked": before is not None,
        "edits": actor.can(Perm.ROADMAP_EDIT),
        "shares": actor.can(Perm.SHARE_OUTSIDE),
    }
    return render(request, "roadmaps/changes.html", context)


def _said(
    actor: Actor, kept: list[RoadmapSnapshot], look: RoadmapLook | None, wanted: str
) -> Mapping[str, Said] | None:
    if wanted == NOW:
        return services.said_now(actor)
    if wanted == LOOK:
        return look.items if look else None
    pk = whole_number(wanted)
    return next((one.items for one in kept if one.pk == pk), None)


def _written(actor: Actor, found: list[Difference]) -> list[dict[str, Any]]:
    """Differences in words; people and objectives by name, one statement a kind."""
    asked = [
        (LINKS[name], value)
        for one in found
        for name, pair in one.fields.items()
        if name in LINKS
        for value in pair
        if value
    ]
    names = called(actor, asked)
    lines = []
    for one in found:
        fields = []
        for name, (before, after) in one.fields.items():
            described = ITEM.field(name)
            label = described.label if described else name
            ends = [_words(name, value, names) for value in (before, after)]
            fields.append((label, *ends))
        moved = one.days or 0
        later = f"{days(abs(moved))} {'later' if moved > 0 else 'earlier'}" if moved else ""
        url = refs.url_of(actor, ITEM, one.pk) if one.what != "removed" else ""
        lines.append({"one": one, "url": url, "fields": fields, "later": later})
    return lines


def _words(name: str, value: Any, names: Mapping[Any, str]) -> str:
    if value in (None, ""):
        return "—"
    if name in LINKS:
        return names.get((LINKS[name], value), "—")
    if name in ("start_on", "end_on"):
        return day(parse_date(value))
    described = ITEM.field(name)
    return described.words(value) if described and described.choices else str(value)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def publish(request: WorkspaceRequest) -> HttpResponse:
    """Keep the roadmap as it is."""
    try:
        made = services.publish_snapshot(request.actor, request.POST.get("name", ""))
        toast(request, f"“{made}” is published.")
    except Refused as refusal:
        toast(request, str(refusal))
    return redirect(_page(request))


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def unpublish(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a snapshot back."""
    gone = services.delete_snapshot(request.actor, pk)
    toast(request, f"“{gone}” is deleted.")
    return redirect(_page(request))


@require_POST
@workspace_view(Perm.ROADMAP_VIEW)
def seen(request: WorkspaceRequest) -> HttpResponse:
    """This member has seen what changed."""
    services.note_look(request.actor)
    toast(request, "From here on you see what changes.")
    return redirect(_page(request))


def _page(request: WorkspaceRequest) -> str:
    return reverse("roadmaps:changes", args=[request.actor.workspace.slug])
