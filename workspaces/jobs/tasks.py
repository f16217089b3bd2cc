"""The bells of the jobs, and the sweep that rings again for what nobody heard."""

import logging

from celery import shared_task
from django.utils import timezone

from core.tasks import BELLS, ring, rung_while
from workspaces.jobs.models import MAX_ATTEMPTS, Job, JobState
from workspaces.jobs.registry import CLEANERS, KINDS
from workspaces.jobs.running import RunningJob

log = logging.getLogger(__name__)
LATE_SECONDS = 60  # then a bell is forgotten: the next round rings again
GIVEN_UP = f"Its worker was lost {MAX_ATTEMPTS} times. Look at the log, then run it again."


@shared_task
def run_job(job_id: int) -> None:
    """Run a job that is waiting; a second bell for the same job finds it taken."""
    job = Job.objects.claim(job_id)
    if job is not None:
        RunningJob(job).run()


@shared_task
def run_bulk_job(job_id: int) -> None:
    """The same on the workers for bulk loads, so that a million rows delay nobody's click."""
    run_job(job_id)


@rung_while(lambda: Job.objects.silent().exists())
@shared_task
def sweep_jobs() -> None:
    """Ring again for jobs that fell silent; give up after the last attempt, in words."""
    silent = Job.objects.silent()
    spent = silent.filter(attempts__gte=MAX_ATTEMPTS)
    spent.update(state=JobState.FAILED, error=GIVEN_UP, finished_at=timezone.now())
    for job in silent.filter(attempts__lt=MAX_ATTEMPTS).only("pk", "kind"):
        Job.objects.filter(pk=job.pk).update(rung_at=timezone.now())
        ring(run_bulk_job if KINDS[job.kind].bulk else run_job, job.pk)


@shared_task
def look_round() -> None:
    """Ring what waits: the only bell the clock rings every few seconds.

    So no worker is woken, or even there, for what has nothing to do.
    """
    for task, waits in BELLS:
        try:
            waiting = waits()
        except Exception:  # one that cannot be asked must not silence the others
            log.exception("nobody knows whether %s has something to do", task.name)
            continue
        if waiting:
            ring(task, expires=LATE_SECONDS)


@shared_task
def clean_up() -> None:
    """Run every registered cleaner."""
    for clean in CLEANERS.values():
        clean()
