"""Pages of blind rounds: the list, a new one, and one of them with its verbs."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, NotFound
from core.web import toast
from roadmaps.items.models import Item
from roadmaps.priorities.models import ScoringModel
from roadmaps.priorities.pages import Ranking
from roadmaps.priorities.services import MODEL
from roadmaps.rounds import services
from roadmaps.rounds.forms import RoundForm, typed_numbers, typed_ratings
from roadmaps.rounds.models import Rater, Round
from roadmaps.rounds.pages import RoundPage
from roadmaps.rounds.reports import items_of
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records import refs

LISTED, OFFERED = 100, 100


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def rounds(request: WorkspaceRequest) -> HttpResponse:
    """Every round, the newest first, and which of them wait for this member."""
    rows = Round.objects.visible_to(request.actor).select_related("scoring", "facilitator")
    found = list(rows.order_by("-created_at", "-pk")[:LISTED])
    asked = Rater.objects.visible_to(request.actor).filter(user=request.actor.user)
    mine = dict(asked.filter(round__in=found).values_list("round", "done_turn"))
    waiting = {one.pk for one in found if one.state == "open" and mine.get(one.pk, 99) < one.turn}
    context = {"rounds": found, "waiting": waiting, "edits": request.actor.can(Perm.ROADMAP_EDIT)}
    return render(request, "roadmaps/rounds/list.html", context)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.ROADMAP_EDIT)
def new(request: WorkspaceRequest, model: int) -> HttpResponse:
    """Ask people to rate some of the items a ranking shows."""
    actor = request.actor
    scoring: ScoringModel = refs.find(actor, MODEL, model)
    sent = request.GET.copy()
    sent["model"] = str(model)
    ranking = Ranking(actor, sent)
    items = [one.item for one in ranking.scores[:OFFERED]]
    items = items or list(Item.objects.visible_to(actor).order_by("-pk")[:OFFERED])
    form = RoundForm(actor, scoring, items, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                values = form.cleaned_data
                made = services.start_round(
                    actor,
                    model,
                    values["name"],
                    keys=values["keys"],
                    items=[int(pk) for pk in values["items"]],
                    people=[int(pk) for pk in values["people"]],
                    due_on=values["due_on"],
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                toast(
                    request,
                    "They are asked. Nobody sees the numbers of another before you show them.",
                )
                return redirect("roadmaps:round", actor.workspace.slug, made.pk)
    context = {"form": form, "scoring": scoring}
    return render(request, "roadmaps/rounds/new.html", context, status=status)


@require_GET
@workspace_view(Perm.ROADMAP_VIEW)
def one(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A round: one's own numbers while it is blind, everybody's once they are shown."""
    return _page(request, pk)


@require_POST
@workspace_view(Perm.ROADMAP_VIEW)
def rate(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Keep one's numbers, some or all."""
    actor = request.actor
    row = _found(request, pk)
    try:
        items = [each.pk for each in items_of(actor, row)]
        done = services.rate(actor, pk, typed_ratings(request.POST, row, items))
    except DomainError as refusal:
        return _page(request, pk, str(refusal), refusal.status)
    toast(request, "All are given. You can change them until they are shown." if done else "Saved.")
    return _to(request, pk)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def settle(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take the final numbers over into the scoring model."""
    actor = request.actor
    row = _found(request, pk)
    try:
        items = [each.pk for each in items_of(actor, row)]
        batch = services.settle(actor, pk, typed_numbers(request.POST, row, items))
    except ValidationError as wrong:
        return _page(request, pk, " ".join(wrong.messages), 422)
    except DomainError as refusal:
        return _page(request, pk, str(refusal), refusal.status)
    undo = reverse("workspaces:undo_batch", args=[actor.workspace.slug, batch])
    toast(request, "Taken over. The scores are being worked out.", undo_url=undo)
    return _to(request, pk)


def _verb(act: Callable[..., Round], words: str) -> Callable[..., HttpResponse]:
    @require_POST
    @workspace_view(Perm.ROADMAP_EDIT)
    def view(request: WorkspaceRequest, pk: int) -> HttpResponse:
        try:
            act(request.actor, pk)
        except DomainError as refusal:
            return _page(request, pk, str(refusal), refusal.status)
        toast(request, words)
        return _to(request, pk)

    view.__doc__ = act.__doc__
    return view


show = _verb(services.show, "Everybody sees the numbers now.")
again = _verb(services.again, "Everybody is asked again, blind.")
withdraw = _verb(services.withdraw, "Nobody is asked any longer.")


def _found(request: WorkspaceRequest, pk: int) -> Round:
    rows = Round.objects.visible_to(request.actor).select_related("scoring", "facilitator")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("That round no longer exists.")
    return row


def _page(request: WorkspaceRequest, pk: int, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"page": RoundPage(request.actor, _found(request, pk)), "refusal": refusal}
    context["sent"] = request.POST
    return render(request, "roadmaps/rounds/round.html", context, status=status)


def _to(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return redirect("roadmaps:round", request.actor.workspace.slug, pk)
