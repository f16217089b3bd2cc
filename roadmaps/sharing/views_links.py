"""The links there are: who came by them, closing and opening them, and what guests said."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import EditConflict, NotFound, Refused
from core.web import toast
from roadmaps.sharing import services, services_comments
from roadmaps.sharing.models import GuestComment, RoadmapShare
from roadmaps.sharing.views import SHOWN_ONCE
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.guests import services as guests
from workspaces.guests.forms import GateFields
from workspaces.guests.models import GuestVisit
from workspaces.records.lists import whole_number

TONES = {"open": "green", "expired": "amber", "revoked": "grey"}
LOGGED = 100


@require_GET
@workspace_view(Perm.SHARE_OUTSIDE)
def links(request: WorkspaceRequest) -> HttpResponse:
    """Every link to the roadmap, newest first."""
    rows = RoadmapShare.objects.visible_to(request.actor)
    found = rows.select_related("link", "audience", "view").order_by("-link__made_at", "-pk")
    context = {"rows": [(one, TONES[one.link.state]) for one in found]}
    return render(request, "roadmaps/sharing/links.html", context)


@workspace_view(Perm.SHARE_OUTSIDE)
def link(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One link: its address while it is new, who comes in, its log, and what guests said."""
    actor = request.actor
    actor.require(Perm.ROADMAP_EDIT)
    share = services.find_share(actor, pk)
    share.link.workspace = actor.workspace
    zone = actor.workspace.timezone
    form = GateFields(request.POST or None, zone=zone, link=share.link)
    if request.method == "POST" and form.is_valid() and _changed(request, form, share):
        return redirect("roadmaps:share_link", slug=actor.workspace.slug, pk=pk)
    made = request.session.get(SHOWN_ONCE)
    secret = request.session.pop(SHOWN_ONCE)[1] if made and made[0] == pk else ""
    visits = GuestVisit.objects.visible_to(actor).filter(link=share.link)
    context = {
        "share": share,
        "tone": TONES[share.link.state],
        "form": form,
        "address": _address(request, share, secret) if secret else "",
        "visits": list(visits.order_by("-pk")[:LOGGED]),
        "waiting": services_comments.waiting(actor, share),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roadmaps/sharing/link.html", context, status=status)


def _changed(request: WorkspaceRequest, form: GateFields, share: RoadmapShare) -> bool:
    seen = whole_number(request.POST.get("seen_version", "")) or 0
    try:
        guests.change_link(request.actor, share.link_id, form.gate, seen_version=seen)
    except ValidationError as wrong:
        for name, words in wrong.message_dict.items():
            form.add_error("last_day" if name == "expires_at" else name, words)
        return False
    except EditConflict as conflict:
        form.add_error(None, str(conflict))
        return False
    toast(request, "The link is changed.")
    return True


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def revoke(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Close a link at once, with Undo."""
    share = services.find_share(request.actor, pk)
    guests.revoke_link(request.actor, share.link_id)
    undo = reverse("roadmaps:share_reopen", args=[request.actor.workspace.slug, pk])
    toast(request, f"“{share.link}” opens nothing any more.", undo_url=undo)
    return redirect("roadmaps:share_links", slug=request.actor.workspace.slug)


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Open a closed link again."""
    share = services.find_share(request.actor, pk)
    guests.reopen_link(request.actor, share.link_id)
    toast(request, f"“{share.link}” is open again.")
    return redirect("roadmaps:share_links", slug=request.actor.workspace.slug)


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def renew(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Another address; the old one opens nothing any more."""
    share = services.find_share(request.actor, pk)
    _, secret = guests.renew_secret(request.actor, share.link_id)
    request.session[SHOWN_ONCE] = [pk, secret]
    return redirect("roadmaps:share_link", slug=request.actor.workspace.slug, pk=pk)


@require_POST
@workspace_view(Perm.SHARE_OUTSIDE)
def delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Delete a link with its log."""
    gone = services.delete_share(request.actor, pk)
    toast(request, f"The link to “{gone}” is deleted.")
    return redirect("roadmaps:share_links", slug=request.actor.workspace.slug)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def read_comment(request: WorkspaceRequest, pk: int, act: str) -> HttpResponse:
    """Publish what a guest said, or drop it."""
    acts: dict[str, tuple[Callable[..., GuestComment], str]] = {
        "publish": (services_comments.publish, "It stands on the shared page and beside the item."),
        "drop": (services_comments.drop, "It is dropped."),
    }
    if act not in acts:
        raise NotFound("There is no such act.")
    carry_out, words = acts[act]
    try:
        row = carry_out(request.actor, pk)
    except Refused as refusal:
        toast(request, str(refusal))
        return redirect("roadmaps:share_links", slug=request.actor.workspace.slug)
    toast(request, words)
    return redirect("roadmaps:share_link", slug=request.actor.workspace.slug, pk=row.share_id)


def _address(request: WorkspaceRequest, share: RoadmapShare, secret: str) -> Any:
    what = "launch" if share.launch_id else "roadmap"
    return request.build_absolute_uri(reverse(f"shared:{what}", args=[secret]))
