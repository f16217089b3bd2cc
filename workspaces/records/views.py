"""The history of a workspace, its trash, and taking things back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core.errors import DomainError
from core.web import render_region, toast
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.audit.reports import events_for
from workspaces.members.models import User
from workspaces.records import trash as rubbish
from workspaces.records import undo as undoing
from workspaces.records import undo_jobs, undo_many
from workspaces.records.history import entries
from workspaces.records.kinds import KINDS
from workspaces.records.lists import whole_number

PAGE = 50
IN_A_JOB = 500


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def activity(request: WorkspaceRequest) -> HttpResponse:
    """Who changed what, when and how, newest first."""
    asked = request.GET
    events = events_for(request.actor).select_related("actor").order_by("-pk")
    if (kind := asked.get("kind", "")) in KINDS:
        events = events.filter(model=kind)
    if (channel := asked.get("channel", "")) in Channel.values:
        events = events.filter(channel=channel)
    if (person := whole_number(asked.get("by", ""))) is not None:
        events = events.filter(actor_id=person)
    if (before := whole_number(asked.get("before", ""))) is not None:
        events = events.filter(pk__lt=before)
    found = list(events[: PAGE + 1])
    people = User.objects.filter(memberships__workspace=request.actor.workspace)
    context = {
        "entries": entries(request.actor, found[:PAGE]),
        "pager": _pager(request, found),
        "kinds": [(k.name, k.plural) for k in KINDS.values() if request.actor.can(k.reads)],
        "channels": Channel.choices,
        "asked": asked,
    }
    if request.actor.can(Perm.MEMBERS_VIEW):
        context["people"] = [(str(user.pk), str(user)) for user in people.order_by("name")]
    return render_region(request, "records/activity.html", "rows", context)


def _pager(request: WorkspaceRequest, found: list[ActivityEvent]) -> dict[str, str]:
    kept = request.GET.copy()
    first = ""
    if kept.pop("before", None):
        first = f"?{kept.urlencode()}"
    following = ""
    if len(found) > PAGE:
        kept["before"] = str(found[PAGE - 1].pk)
        following = f"?{kept.urlencode()}"
    return {"label": "Newest first", "first_url": first, "next_url": following}


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def trash(request: WorkspaceRequest) -> HttpResponse:
    """What can still be brought back."""
    only = request.GET.get("kind", "")
    context = {
        "rows": rubbish.trash_of(request.actor, only),
        "kinds": [(k.name, k.plural) for k in KINDS.values() if request.actor.can(k.reads)],
        "only": only,
    }
    return render_region(request, "records/trash.html", "rows", context)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def restore(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """Bring one record out of the trash."""
    found = rubbish.restore(request.actor, kind, pk)
    toast(request, f"The {found.label.lower()} is back.")
    return _back(request, "workspaces:trash")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def undo(request: WorkspaceRequest, event: int) -> HttpResponse:
    """Take one act back."""
    try:
        taken = undoing.undo_event(request.actor, event)
        toast(request, f"Undone: {taken.label}.")
    except DomainError as refusal:
        toast(request, str(refusal))
    return _back(request, "workspaces:activity")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def undo_batch(request: WorkspaceRequest, batch: UUID) -> HttpResponse:
    """Take back what one act did to many records: at once for a few, as a job for many."""
    events = undo_many.batch_events(request.actor, batch)
    if len(events) >= IN_A_JOB:
        job = undo_jobs.start(request.actor, batch, len(events))
        slug = request.actor.workspace.slug
        return redirect(reverse("workspaces:job", args=[slug, job.pk]))
    found = undo_many.undo_batch(request.actor, batch, events)
    left = found.left.total()
    words = f"{found.count} undone." + (f" {left} had changed since and are left." if left else "")
    toast(request, words)
    return _back(request, "workspaces:activity")


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def restore_value(request: WorkspaceRequest, event: int, field: str) -> HttpResponse:
    """Give a field its old value back."""
    try:
        undoing.restore_value(request.actor, event, field)
        toast(request, "The old value is back.")
    except DomainError as refusal:
        toast(request, str(refusal))
    return _back(request, "workspaces:activity")


def _back(request: WorkspaceRequest, otherwise: str) -> HttpResponse:
    """To the page the button was on; only addresses of our own count."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    if ours and asked.startswith("/"):  # a bare word would be taken for the name of a page
        return redirect(asked)
    return redirect(reverse(otherwise, args=[request.actor.workspace.slug]))
