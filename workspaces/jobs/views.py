"""The jobs of a workspace: how far they are, how they ended, and stopping or repeating them."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from core.errors import NotFound, Refused
from core.web import leave_to, render_region, toast
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest, workspace_view
from workspaces.access.roles import Perm
from workspaces.audit.reports import stands
from workspaces.jobs import services
from workspaces.jobs.models import Job, JobState
from workspaces.jobs.registry import KINDS

PAGE = 50
TONES = {
    JobState.QUEUED: "grey",
    JobState.RUNNING: "indigo",
    JobState.SUCCEEDED: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "amber",
}


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def jobs(request: WorkspaceRequest) -> HttpResponse:
    """Newest first; members without the permission to see all jobs see those they started."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    found = _seen_by(request.actor).select_related("created_by").defer("log", "params")
    if state in JobState.values:
        found = found.filter(state=state)
    if kind in KINDS:
        found = found.filter(kind=kind)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    following = {"state": state, "kind": kind, "before": str(shown[-1].pk)} if rows[PAGE:] else {}
    context = {
        "jobs": [_dressed(request.actor, job) for job in shown],
        "states": JobState.choices,
        "kinds": sorted((known.name, known.label) for known in KINDS.values()),
        "state": state,
        "kind": kind,
        "older": urlencode(following),
        "is_first": not before,
        "active": any(not job.is_over for job in shown),
        "sees_all": request.actor.can(Perm.JOBS_VIEW),
    }
    return render_region(request, "workspaces/jobs/jobs.html", "rows", context)


@require_GET
@workspace_view(Perm.WORKSPACE_VIEW)
def job(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One job, refreshing itself until it is over."""
    found = _seen_by(request.actor).select_related("created_by").filter(pk=pk).first()
    if found is None:
        raise NotFound("That job does not exist.")
    kind = KINDS.get(found.kind)
    undoable = kind is not None and kind.undoable and found.is_over and found.done
    batch = found.params["batch"] if undoable else ""
    undo = {"undo": batch if batch and stands(request.actor, batch) else ""}
    context = {"job": _dressed(request.actor, found) | undo}
    return render_region(request, "workspaces/jobs/job.html", "state", context)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def cancel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    try:
        stopped = services.cancel(request.actor, pk)
        toast(request, "Cancelled." if stopped.is_over else "It stops as soon as it can.")
    except Refused as refusal:
        toast(request, str(refusal))
    return _to_job(request, pk)


@require_POST
@workspace_view(Perm.WORKSPACE_VIEW)
def retry(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Run a failed or cancelled job once more."""
    try:
        services.retry(request.actor, pk)
        toast(request, "It is queued again.")
    except Refused as refusal:
        toast(request, str(refusal))
    return _to_job(request, pk)


def _seen_by(actor: Actor) -> QuerySet[Job]:
    found = Job.objects.visible_to(actor)
    return found if actor.can(Perm.JOBS_VIEW) else found.filter(created_by=actor.user)


def _dressed(actor: Actor, job: Job) -> dict[str, object]:
    """A job as the page shows it."""
    kind = KINDS.get(job.kind)
    state = JobState(job.state)
    return {
        "row": job,
        "kind": kind.label if kind else job.kind,
        "state": state.label,
        "tone": TONES[state],
        "stopping": job.cancel_requested and not job.is_over,
        "can_cancel": not job.is_over and not job.cancel_requested,
        "can_retry": state in (JobState.FAILED, JobState.CANCELLED)
        and services.may_retry(actor, job),
        "seconds": _seconds(job),
    }


def _seconds(job: Job) -> float | None:
    """How long it ran; None until it is over."""
    if job.started_at is None or job.finished_at is None:
        return None
    return round((job.finished_at - job.started_at).total_seconds(), 1)


def _to_job(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return leave_to(request, reverse("workspaces:job", args=[request.actor.workspace.slug, pk]))
