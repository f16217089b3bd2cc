"""One change to the records chosen, or to all that match."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError, Refused
from core.typed import without_nul
from core.web import leave_to, toast
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.lists import bulk_jobs, services_bulk
from workspaces.lists.listing import KindList
from workspaces.lists.toolbar import choices_for
from workspaces.lists.views import addresses, readable_at
from workspaces.records.describing import field_of
from workspaces.records.kinds import RecordKind
from workspaces.records.lists import whole_number

IN_A_JOB = 500


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def bulk_value(request: WorkspaceRequest, address: str) -> HttpResponse:
    """The input that fits the chosen action."""
    kind = readable_at(request.actor, address)
    request.actor.require(kind.writes)
    mode, _, name = request.GET.get("action", "").partition(":")
    field = field_of(request.actor, kind, name)
    context = {
        "field": field,
        "mode": mode,
        "choices": choices_for(request.actor, field) if field else None,
        "asks_reason": field is not None and mode == "set" and name in kind.reasons,
    }
    return render(request, "records/bulk_value.html", context)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def bulk(request: WorkspaceRequest, address: str) -> HttpResponse:
    """Carry it out: at once for a few, as a job for many."""
    actor = request.actor
    kind = readable_at(actor, address)
    actor.require(kind.writes)
    back = f"{addresses(actor, kind)['list']}?{request.POST.get('here', '')}"
    action, value = request.POST.get("action", ""), request.POST.get("value", "")
    reason = without_nul(request.POST.get("reason", ""), 500)
    try:
        pks = _chosen(actor, kind, request.POST)
        if len(pks) >= IN_A_JOB:
            job = bulk_jobs.start(actor, kind, pks, action, value, reason)
            url = reverse("workspaces:job", args=[actor.workspace.slug, job.pk])
            return leave_to(request, url)
        act = services_bulk.act_of(actor, kind, action, value, reason)
        outcome = services_bulk.bulk_change(actor, kind, pks, act)
    except ValidationError as wrong:
        toast(request, " ".join(wrong.messages))
        return redirect(back)
    except DomainError as refusal:
        toast(request, str(refusal))
        return redirect(back)
    undo = ""
    if outcome.changed:
        undo = reverse("workspaces:undo_batch", args=[actor.workspace.slug, outcome.batch])
    toast(request, outcome.words(), undo_url=undo)
    return redirect(back)


def _chosen(actor: Actor, kind: RecordKind, posted: QueryDict) -> list[int]:
    """The rows that were ticked, or every row of the list as it was narrowed."""
    if posted.get("all"):
        listing = KindList(kind, actor, QueryDict(posted.get("here", "")), remember=False)
        if listing.asked.problem:
            raise Refused(listing.asked.problem)
        return list(listing.filtered.order_by("pk").values_list("pk", flat=True))
    pks = [pk for text in posted.getlist("pk") if (pk := whole_number(text)) is not None]
    if not pks:
        raise Refused(f"Choose at least one {kind.label.lower()}.")
    return pks
