"""Starting, stopping and repeating long work."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import Denied, NotFound, Refused
from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs.models import Job, JobState
from workspaces.jobs.registry import KINDS


@transaction.atomic
def start(actor: Actor, kind: str, title: str, params: dict[str, Any], total: int = 0) -> Job:
    """Queue a job for `actor`. The caller has required the permission of the work itself."""
    actor.require(Perm.WORKSPACE_VIEW)
    job = Job.objects.create(
        workspace=actor.workspace,
        kind=KINDS[kind].name,
        title=title[:200],
        params=params,
        total=total,
        created_by=actor.user,
    )
    _ring(job)
    return job


@transaction.atomic
def cancel(actor: Actor, job_id: int) -> Job:
    """Stop a job: at once while it waits, at its next report of progress while it runs."""
    actor.require(Perm.WORKSPACE_VIEW)
    job = _own(actor, job_id)
    if job.is_over:
        raise Refused("This job is already over.")
    if job.state == JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    job.cancel_requested = True
    job.save(update_fields=["state", "finished_at", "cancel_requested"])
    return job


@transaction.atomic
def retry(actor: Actor, job_id: int) -> Job:
    """Queue a failed or cancelled job once more.

    It runs in the name of whoever started it: others need to manage the workspace, so that nobody
    has done through a colleague what their own role does not allow.
    """
    actor.require(Perm.WORKSPACE_VIEW)
    job = _own(actor, job_id)
    if not may_retry(actor, job):
        raise Denied("Only whoever started this job, or an admin, can run it again.")
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Refused("Only a failed or cancelled job can be run again.")
    job.state, job.attempts, job.cancel_requested = JobState.QUEUED, 0, False
    job.error, job.finished_at, job.rung_at = "", None, timezone.now()
    job.save()
    _ring(job)
    return job


def may_retry(actor: Actor, job: Job) -> bool:
    """Whether the actor may repeat this job once it has failed."""
    return job.created_by_id == actor.user.pk or actor.can(Perm.WORKSPACE_MANAGE)


def _own(actor: Actor, job_id: int) -> Job:
    """The job, locked, if the actor started it or may see all jobs."""
    jobs = Job.objects.visible_to(actor).select_for_update(no_key=True)
    if not actor.can(Perm.JOBS_VIEW):
        jobs = jobs.filter(created_by=actor.user)
    job = jobs.filter(pk=job_id).first()
    if job is None:
        raise NotFound("That job does not exist.")
    return job


def _ring(job: Job) -> None:
    from workspaces.jobs.tasks import run_bulk_job, run_job

    after_commit(run_bulk_job if KINDS[job.kind].bulk else run_job, job.pk)
