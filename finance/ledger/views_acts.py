"""What acts on the ledger's pages have in common: a form carried out or refused, a row thrown away.

Both answer with Undo.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.web import leave_to, toast
from finance.ledger.models import Order, OrderLine
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.audit.models import ActivityEvent
from workspaces.records.lists import whole_number
from workspaces.records.models import Record

Act = Callable[[], Record | OrderLine]
FORM = "finance/act.html"


def carry_out(
    request: WorkspaceRequest, form: forms.BaseForm, act: Act, said: str, *, undo: bool = True
) -> bool:
    """Do what a valid form asks and say so with Undo; False leaves the refusal in the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    since = timezone.now()
    try:
        row = act()
    except (DomainError, ValidationError) as refusal:
        _tell(form, refusal)
        return False
    toast(request, said, undo_url=undo_of(request.actor, row, since) if undo else "")
    return True


def _tell(form: forms.BaseForm, refusal: DomainError | ValidationError) -> None:
    if isinstance(refusal, DomainError):
        form.add_error(None, str(refusal))
        return
    for field, texts in getattr(refusal, "message_dict", {"": refusal.messages}).items():
        form.add_error(field if field in form.fields else None, list(texts))


def undo_of(actor: Actor, row: Record | OrderLine, since: datetime) -> str:
    """Where the newest act on this row is taken back; nothing when there was none since."""
    events = ActivityEvent.objects.visible_to(actor).of(row).filter(at__gte=since)
    event = events.first()
    return reverse("workspaces:undo", args=[actor.workspace.slug, event.pk]) if event else ""


def form_page(
    request: WorkspaceRequest, form: forms.BaseForm, url: str, **words: Any
) -> HttpResponse:
    """The page of one form. `words` are title, eyebrow and button; Cancel goes to `url`."""
    context = {"form": form, "url": url, **words}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


def throw_away(
    request: WorkspaceRequest, verb: Callable[..., Record], pk: int, url: str, refused: str = ""
) -> HttpResponse:
    """Put a row into the trash and go to `url`; what was refused stays, at `refused`."""
    seen = whole_number(request.POST.get("seen_version", "")) or 0
    try:
        row = verb(request.actor, pk, seen_version=seen)
    except DomainError as refusal:
        toast(request, str(refusal))
        return leave_to(request, refused or url)
    label, slug = row._meta.label_lower, request.actor.workspace.slug
    undo = reverse("workspaces:restore_record", args=[slug, label, pk])
    name = str(row) if isinstance(row, Order) else row._meta.verbose_name
    toast(request, f"{str(name).capitalize()} is in the trash.", undo_url=undo)
    return leave_to(request, url)
