"""The roadmap: its timeline, the same items as lists and boards, and moving bars."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, EditConflict, Refused
from roadmaps.items.models import Item
from roadmaps.items.planning import effect_words, planned
from roadmaps.items.records import ITEM
from roadmaps.strategy.figures import measured
from roadmaps.strategy.models import KeyResult
from roadmaps.timeline.drawing import days_words
from roadmaps.timeline.page import Timeline
from roadmaps.timeline.services import Move, Moved, effect_of, move_bars
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists.views import addresses, list_page
from workspaces.records.lists import whole_number

MOST_AIMS = 40


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def roadmap(request: WorkspaceRequest) -> HttpResponse:
    """The items of a list's filters as bars over time, grouped."""
    page = Timeline(request.actor, request.GET)
    if page.is_elsewhere:
        items_url = reverse("roadmaps:items", args=[request.actor.workspace.slug])
        return redirect(f"{items_url}?{request.GET.urlencode()}")
    context: dict[str, Any] = {"page": page, "kind": ITEM, "urls": addresses(request.actor, ITEM)}
    context["views"] = page.views
    if "filters" in request.GET or page.asked.problem:
        context |= page.builder
    status = 422 if page.asked.problem else 200
    return render(request, "roadmaps/timeline.html", context, status=status)


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def items(request: WorkspaceRequest) -> HttpResponse:
    """The same items as a table, or as columns by any of their fields."""
    return list_page(request, ITEM)


@require_GET
@workspace_view(Perm.METRICS_VIEW)
def figures(request: WorkspaceRequest) -> HttpResponse:
    """What the first figures of these objectives are now, for the heads of their groups."""
    request.actor.require(Perm.ROADMAP_VIEW)
    asked = [whole_number(one) for one in request.GET.getlist("objective")]
    ids = [one for one in asked if one is not None][:MOST_AIMS]
    rows = KeyResult.objects.visible_to(request.actor).filter(objective__in=ids)
    firsts = rows.order_by("objective", "due_on", "pk").distinct("objective")
    return render(request, "roadmaps/figures.html", {"found": measured(request.actor, firsts)})


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def effect(request: WorkspaceRequest) -> HttpResponse:
    """What would have to move if an item had these days, in words, before it is dropped."""
    try:
        move = _move(request.GET.dict())
    except Refused as refusal:
        return JsonResponse({"words": str(refusal), "moves": {}}, status=refusal.status)
    found = planned(request.actor)
    shifts = effect_of(request.actor, [move], found)
    return JsonResponse({"words": effect_words(found, shifts), "moves": shifts})


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def move(request: WorkspaceRequest) -> HttpResponse:
    """Give items new days. A refusal says why, and what the item is by now."""
    try:
        asked = _asked(request.body)
        moves = [_move(one) for one in asked["changes"]]
        done = move_bars(request.actor, moves, followers=asked.get("followers") is True)
    except EditConflict as conflict:
        return _clashed(request, asked, moves, str(conflict))
    except ValidationError as wrong:
        return JsonResponse({"refused": " ".join(wrong.messages)})
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        return JsonResponse({"refused": str(refusal)})
    return JsonResponse(_done(request, asked, moves, done))


def _done(
    request: WorkspaceRequest, asked: dict[str, Any], moves: list[Move], done: Moved
) -> dict[str, Any]:
    """The rows as they are now, their order, and the way back."""
    page = Timeline(request.actor, QueryDict(str(asked.get("here", ""))))
    touched = {one.pk for one in moves} | set(done.followers)
    rows = {one.item.pk: one.html for lane in page.lanes for one in lane.rows}
    slug = request.actor.workspace.slug
    words = "Moved." if len(touched) == 1 else f"{len(touched)} items moved."
    return {
        "words": words,
        "undo": reverse("workspaces:undo_batch", args=[slug, done.batch]),
        "rows": {pk: rows[pk] for pk in touched if pk in rows},
        "order": page.ordered,
        "arrows": page.arrows if page.look.arrows else "",
    }


def _clashed(
    request: WorkspaceRequest, asked: dict[str, Any], moves: list[Move], words: str
) -> HttpResponse:
    """Both versions: what somebody else saved, and what was asked for here."""
    page = Timeline(request.actor, QueryDict(str(asked.get("here", ""))))
    rows = Item.objects.visible_to(request.actor).filter(pk__in=[one.pk for one in moves])
    known = {one.pk: one for one in rows}
    mine = moves[0]
    theirs = next((known[one.pk] for one in moves if one.pk in known), None)
    if theirs is None:
        return JsonResponse({"refused": words})
    own = Item(pk=mine.pk, start_on=mine.start_on, end_on=mine.end_on)
    return JsonResponse(
        {
            "refused": words,
            "theirs": {
                "pk": theirs.pk,
                "version": theirs.version,
                "words": days_words(theirs),
                "yours": days_words(own),
                "row": page.writer.row(theirs),
            },
        }
    )


def _asked(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refused("Moves are sent as JSON.") from None
    if not isinstance(found, dict) or not isinstance(found.get("changes"), list):
        raise Refused("Moves are sent as {“changes”: […]}.")
    return found


def _move(one: Any) -> Move:
    """Raises Refused for what is not shaped as a move."""
    try:
        pk, version = int(one["pk"]), int(one.get("version", 0))
        start_on, end_on = (date.fromisoformat(one[name]) for name in ("start_on", "end_on"))
        if not 0 < pk < 2**63 or not 0 <= version < 2**31:
            raise ValueError
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        raise Refused("A move is {“pk”, “version”, “start_on”, “end_on”}.") from None
    return Move(pk, version, start_on, end_on)
