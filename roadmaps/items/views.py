"""What is done beside an item: moving it, its products, estimates, and what it waits for."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.errors import DomainError, Refused
from core.web import toast
from roadmaps.items import services
from roadmaps.items.forms import EstimateForm, WaitForm, product_called, words_of
from roadmaps.items.ideas import IDEA, plan_idea
from roadmaps.items.models import Item, ItemProduct
from roadmaps.items.records import DEPENDENCY, ESTIMATE, ITEM
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.lists import whole_number
from workspaces.records.services import change_record, create_record, delete_record


def _act(request: WorkspaceRequest, pk: int, act: Callable[[Item], Any]) -> HttpResponse:
    """Do it and go back to the item, saying why not where it was refused."""
    item = refs.find(request.actor, ITEM.name, pk)
    try:
        act(item)
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        toast(request, str(refusal))
    return redirect(refs.url_of(request.actor, ITEM, pk))


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def plan(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put an idea on the roadmap and open the item, or say on the idea why not."""
    slug = request.actor.workspace.slug
    try:
        item, batch = plan_idea(request.actor, pk)
    except Refused as refusal:
        toast(request, str(refusal))
        return redirect(refs.url_of(request.actor, KINDS[IDEA], pk))
    undo = reverse("workspaces:undo_batch", args=[slug, batch])
    toast(request, f"“{item}” is on the roadmap.", undo_url=undo)
    return redirect(refs.url_of(request.actor, ITEM, item.pk))


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take an item to another state that asks for no reason."""
    state = {"state": request.POST.get("state", "")}
    return _act(
        request, pk, lambda item: change_record(request.actor, ITEM, pk, item.version, state)
    )


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def products(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say that an item is about one more product, or about one no longer."""
    actor, remove = request.actor, whole_number(request.POST.get("remove", ""))

    def act(item: Item) -> None:
        rows = ItemProduct.objects.visible_to(actor).filter(item=item)
        known = set(rows.values_list("product", flat=True))
        if remove is not None:
            known.discard(remove)
        else:
            known.add(product_called(actor, request.POST.get("product", "")).pk)
        services.set_products(actor, pk, sorted(known))

    return _act(request, pk, act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def estimates(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Add a team's estimate, or take one away."""
    actor, remove = request.actor, whole_number(request.POST.get("remove", ""))

    def act(item: Item) -> None:
        if remove is not None:
            row = refs.find(actor, ESTIMATE.name, remove)
            delete_record(actor, ESTIMATE, row.pk, row.version)
            return
        form = EstimateForm(request.POST, actor=actor)
        if not form.is_valid():
            raise Refused(words_of(form))
        create_record(actor, ESTIMATE, {"item": item, **form.cleaned_data})

    return _act(request, pk, act)


@require_POST
@workspace_view(Perm.ROADMAP_EDIT)
def waits(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let an item wait for another one, or no longer."""
    actor, remove = request.actor, whole_number(request.POST.get("remove", ""))

    def act(item: Item) -> None:
        if remove is not None:
            row = refs.find(actor, DEPENDENCY.name, remove)
            delete_record(actor, DEPENDENCY, row.pk, row.version)
            return
        form = WaitForm(request.POST)
        if not form.is_valid():
            raise Refused(words_of(form))
        create_record(actor, DEPENDENCY, {"after": item, **form.values(actor)})

    return _act(request, pk, act)
