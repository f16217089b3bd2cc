"""Visitors' comments for members: beside an idea, on a portal's page, and deciding what shows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.web import toast
from feedback.ideas.records import IDEA
from feedback.portal import services_comments
from feedback.portal.models import CommentState, Portal, VisitorComment
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.discussion.heard import Heard, register_heard
from workspaces.discussion.tab import place_of
from workspaces.records import refs

TONES = {"waiting": "amber", "shown": "green", "dropped": "grey"}
MOST = 100


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def decide(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Show what a visitor said, or drop it; back to where it was read."""
    state = {"show": CommentState.SHOWN, "drop": CommentState.DROPPED}
    row = services_comments.decide(request.actor, pk, state.get(request.POST.get("do", ""), ""))
    shown = row.state == CommentState.SHOWN
    toast(request, "Visitors of the portal read it." if shown else "Visitors do not read it.")
    if request.POST.get("on") == "portal":
        return redirect("feedback:portal", request.actor.workspace.slug, row.portal_id)
    return redirect(place_of(request.actor, IDEA, row.idea_id))


def heard(actor: Actor, pk: int) -> list[Heard]:
    """What visitors of any portal said about an idea."""
    rows = VisitorComment.objects.visible_to(actor).filter(idea=pk).select_related("portal")
    return _dressed(actor, list(rows.order_by("-pk")[:MOST]))


def waiting(actor: Actor, portal: Portal) -> list[tuple[str, str, Heard]]:
    """What nobody has decided on yet: the idea, its address, the words."""
    rows = VisitorComment.objects.visible_to(actor).filter(
        portal=portal, state=CommentState.WAITING
    )
    found = list(rows.select_related("portal", "idea").order_by("-pk")[:MOST])
    places = [(str(one.idea), refs.url_of(actor, IDEA, one.idea_id)) for one in found]
    return [(*place, one) for place, one in zip(places, _dressed(actor, found), strict=True)]


def _dressed(actor: Actor, rows: list[VisitorComment]) -> list[Heard]:
    return [
        Heard(
            one.name or "Somebody",
            one.at,
            one.body,
            str(one.portal),
            str(CommentState(one.state).label),
            TONES[one.state],
            _acts(actor, one),
        )
        for one in rows
    ]


def _acts(actor: Actor, row: VisitorComment) -> list[tuple[str, str, str]]:
    if not actor.can(Perm.FEEDBACK_EDIT):
        return []
    url = reverse("feedback:visitor_comment", args=[actor.workspace.slug, row.pk])
    every: list[tuple[str, str, Any]] = [
        ("Show it", "show", CommentState.SHOWN),
        ("Hide it", "drop", CommentState.DROPPED),
    ]
    return [(label, url, do) for label, do, state in every if state != row.state]


def register() -> None:
    """Called from the app's ready()."""
    register_heard(IDEA.name, heard)
