"""Approvals: the page of them, asking, and deciding."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import DomainError, NotFound
from core.typed import without_nul
from core.web import leave_to, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.approvals import services
from workspaces.approvals.forms import AskForm
from workspaces.approvals.models import ApprovalState, Verdict
from workspaces.approvals.pages import SHOWN, page
from workspaces.approvals.records import APPROVAL, find
from workspaces.records import refs
from workspaces.records.lists import whole_number

REFUSED = 422


@require_GET
@workspace_view(Perm.WORK_VIEW)
def approvals(request: WorkspaceRequest) -> HttpResponse:
    """Waiting for me, asked by me, all."""
    context = page(request.actor, request.GET.get("show", ""))
    context["tabs"] = [
        {"label": label, "url": f"?show={name}", "active": name == context["shown"]}
        for name, label in SHOWN.items()
    ]
    return render(request, "approvals/list.html", context)


@require_http_methods(["GET", "POST"])
@workspace_view(Perm.WORK_EDIT)
def ask(request: WorkspaceRequest) -> HttpResponse:
    """Ask for an approval of the record named in the address."""
    actor, asked = request.actor, request.GET
    about = (asked.get("kind", ""), whole_number(asked.get("object_id", "")) or 0)
    kind = refs.readable(actor, about[0])
    row = refs.find(actor, *about)
    initial = {"gate": asked.get("gate", ""), "title": f"May “{row}” go on?"[:200]}
    form = AskForm(request.POST or None, actor=actor, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            approval = services.request_approval(
                actor,
                about,
                values["title"],
                form.steps,
                asked=values["asked"],
                due_on=values["due_on"],
                gate=form.gate,
            )
        except ValidationError as wrong:
            form.add_error(None, wrong)
        except NotFound:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, "They are asked.")
            return leave_to(request, refs.url_of(actor, APPROVAL, approval.pk))
    context = {"form": form, "record": row, "back": refs.url_of(actor, kind, row.pk)}
    return render(request, "approvals/ask.html", context, status=REFUSED if form.is_bound else 200)


def _act(request: WorkspaceRequest, pk: int, act: Callable[[], Any], said: str) -> HttpResponse:
    """Do it and go back to the approval, saying what was done or why not."""
    url = refs.url_of(request.actor, APPROVAL, find(request.actor, pk).pk)
    try:
        act()
    except (ValidationError, DomainError) as refusal:
        if getattr(refusal, "status", 422) in (403, 404):
            raise
        words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        toast(request, " ".join(words))
        return redirect(url)
    toast(request, said)
    return redirect(url)


@require_POST
@workspace_view(Perm.WORK_VIEW)
def decide(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Approve, approve with conditions, or reject with a reason."""
    sent = request.POST
    verdict = sent.get("verdict", "")
    said: dict[str, str] = {
        Verdict.APPROVE: "Approved.",
        Verdict.CONDITIONS: "Approved; each condition is a task.",
        Verdict.REJECT: "Rejected.",
    }

    def act() -> None:
        services.decide(
            request.actor,
            pk,
            verdict,
            reason=without_nul(sent.get("reason", ""), 5_000),
            conditions=without_nul(sent.get("conditions", "")).splitlines(),
        )

    return _act(request, pk, act, said.get(verdict, ""))


@require_POST
@workspace_view(Perm.WORK_VIEW)
def withdraw(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take the question back."""
    said = f"It is {ApprovalState.WITHDRAWN.label.lower()}."
    return _act(request, pk, lambda: services.withdraw(request.actor, pk), said)


@require_POST
@workspace_view(Perm.WORK_VIEW)
def delegate(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let somebody else decide in my stead."""
    to = whole_number(request.POST.get("to", "")) or 0
    return _act(request, pk, lambda: services.delegate(request.actor, pk, to), "Passed on.")


@require_POST
@workspace_view(Perm.WORKSPACE_MANAGE)
def reassign(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask somebody in the stead of an approver who is gone."""
    approver = whole_number(request.POST.get("approver", "")) or 0
    to = whole_number(request.POST.get("to", "")) or 0
    return _act(
        request, pk, lambda: services.reassign(request.actor, pk, approver, to), "They are asked."
    )
