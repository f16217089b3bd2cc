"""Priorities: the ranking, an item's inputs, and moving a dot of the matrix."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, Refused
from core.web import toast
from roadmaps.items.models import Item
from roadmaps.priorities import services
from roadmaps.priorities.forms import number_of, typed_inputs
from roadmaps.priorities.methods import inputs_of
from roadmaps.priorities.models import Score, ScoringModel
from roadmaps.priorities.pages import ITEM, Ranking, input_rows
from roadmaps.priorities.scoring import names_in
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records import refs
from workspaces.records.kinds import KINDS

MODEL = "roadmaps.scoringmodel"


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def priorities(request: WorkspaceRequest) -> HttpResponse:
    """What to do first, by one scoring model, and why."""
    page = Ranking(request.actor, request.GET)
    context = {"page": page, "edits": request.actor.can(Perm.ROADMAP_EDIT)}
    status = 422 if page.listing.asked.problem else 200
    return render(request, "roadmaps/priorities.html", context, status=status)


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def score(request: WorkspaceRequest, model: int, pk: int) -> HttpResponse:
    """An item's inputs for one model, and the scores it has had."""
    return _score_page(request, model, pk)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def inputs(request: WorkspaceRequest, model: int, pk: int) -> HttpResponse:
    """Set an item's inputs; what is refused is said above the form."""
    actor = request.actor
    scoring: ScoringModel = refs.find(actor, MODEL, model)
    refs.find(actor, ITEM, pk)
    taken = inputs_of(scoring.method, names_in(scoring.formula))
    try:
        batch = services.set_inputs(actor, pk, model, typed_inputs(request.POST, taken))
    except ValidationError as wrong:
        return _score_page(request, model, pk, " ".join(wrong.messages), 422)
    except DomainError as refused:
        return _score_page(request, model, pk, str(refused), refused.status)
    undo = reverse("workspaces:undo_batch", args=[actor.workspace.slug, batch])
    toast(request, "Saved. The score is being worked out.", undo_url=undo)
    back = reverse("roadmaps:priorities", args=[actor.workspace.slug])
    return redirect(f"{back}?model={model}&selected={pk}")


def _score_page(
    request: WorkspaceRequest, model: int, pk: int, refusal: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    scoring: ScoringModel = refs.find(actor, MODEL, model)
    item: Item = refs.find(actor, ITEM, pk)
    scores = Score.objects.visible_to(actor).filter(item=item, scoring=scoring)
    context: dict[str, Any] = {
        "scoring": scoring,
        "item": item,
        "rows": input_rows(actor, scoring, item),
        "history": list(scores.select_related("version").order_by("-computed_at", "-pk")[:20]),
        "refusal": refusal,
        "edits": actor.can(Perm.ROADMAP_EDIT),
        "item_url": refs.url_of(actor, KINDS[ITEM], pk),
    }
    return render(request, "roadmaps/score.html", context, status=status)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def dot(request: WorkspaceRequest, model: int, pk: int) -> HttpResponse:
    """Give an item other values of two inputs. A refusal says why."""
    refs.find(request.actor, MODEL, model)
    refs.find(request.actor, ITEM, pk)
    try:
        try:
            asked = json.loads(request.body or b"{}")
            moved = {str(key): number_of(str(key), str(value)) for key, value in asked.items()}
        except (ValueError, AttributeError, RecursionError):
            raise Refused("Values are sent as {“input”: number}.") from None
        known = {key: value for key, value in moved.items() if value is not None}
        batch = services.shift_inputs(request.actor, pk, model, known)
    except ValidationError as wrong:
        return JsonResponse({"refused": " ".join(wrong.messages)})
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        return JsonResponse({"refused": str(refusal)})
    undo = reverse("workspaces:undo_batch", args=[request.actor.workspace.slug, batch])
    return JsonResponse({"words": "Moved. The score is being worked out.", "undo": undo})
