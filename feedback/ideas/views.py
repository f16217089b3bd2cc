"""The list of ideas, voting for them, and merging those that ask for the same."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, NotFound
from core.typed import trimmed
from core.web import toast
from feedback.ideas import services
from feedback.ideas.models import USUAL_IMPORTANCE, Idea
from feedback.ideas.records import IDEA
from finance.ledger.models import Customer
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.lists.views import list_page
from workspaces.records import refs
from workspaces.records.lists import whole_number


@require_GET
@workspace_view(Perm.FEEDBACK_VIEW)
def ideas(request: WorkspaceRequest) -> HttpResponse:
    """The ideas."""
    return list_page(request, IDEA)


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def vote(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask for an idea oneself, or on behalf of the customer that is named."""
    words = trimmed(request.POST.get("customer", ""))
    much = whole_number(request.POST.get("importance", ""))
    try:
        customer = _customer(request, words) if words else None
        importance = USUAL_IMPORTANCE if much is None else much
        made = services.vote(request.actor, pk, customer=customer, importance=importance)
        said = f"The vote of {customer} is in." if customer else "Your vote is in."
        toast(request, said, undo_url=_undo(request, made))
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect(refs.url_of(request.actor, IDEA, pk))


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def merge(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let another idea stand for this one, found by its number or its whole title."""
    try:
        target = _idea(request, request.POST.get("into", ""))
        idea = services.merge(request.actor, pk, target)
        into = f"“{idea}” is merged into “{idea.merged_into}”."
        toast(request, into, undo_url=_undo(request, idea))
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect(refs.url_of(request.actor, IDEA, pk))


@require_POST
@workspace_view(Perm.FEEDBACK_EDIT)
def unmerge(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a merged idea apart again."""
    try:
        idea = services.unmerge(request.actor, pk)
        toast(request, f"“{idea}” stands for itself again.", undo_url=_undo(request, idea))
    except DomainError as refusal:
        toast(request, str(refusal))
    return redirect(refs.url_of(request.actor, IDEA, pk))


def _customer(request: WorkspaceRequest, words: str) -> Customer:
    request.actor.require(Perm.CUSTOMERS_VIEW)
    rows = Customer.objects.visible_to(request.actor)
    found = rows.filter(Q(external_id=words) | Q(email__iexact=words)).order_by("pk").first()
    if found is None:
        raise NotFound(f"No customer has the key or e-mail “{words[:80]}”.")
    return found


def _idea(request: WorkspaceRequest, words: str) -> int:
    words = trimmed(words)
    number = whole_number(words.removeprefix("#"))
    rows = Idea.objects.visible_to(request.actor)
    known = rows.filter(title__iexact=words) if number is None else rows.filter(pk=number)
    found = known.order_by("-pk").values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(f"No idea is called “{words[:80]}”.")
    return found


def _undo(request: WorkspaceRequest, row: Any) -> str:
    last = ActivityEvent.objects.visible_to(request.actor).of(row).first()
    return reverse("workspaces:undo", args=[request.actor.workspace.slug, last.pk]) if last else ""
