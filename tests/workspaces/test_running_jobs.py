"""A job always has one worker and one outcome."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.jobs import services
from workspaces.jobs.models import MAX_ATTEMPTS, SILENCE, Job, JobState
from workspaces.jobs.registry import KINDS, JobKind
from workspaces.jobs.running import Cancelled, Lost, RunningJob
from workspaces.jobs.tasks import run_job, sweep_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind(monkeypatch):
    """Registers a runner under the name “probe”."""

    def install(run):
        monkeypatch.setitem(KINDS, "probe", JobKind("probe", "Probe", run))

    install(lambda job: None)
    return install


def test_a_job_runs_to_success_with_result_and_log(member, kind):
    def run(job):
        job.log("halfway")
        job.advance(1, 2, "working")
        job.result = {"made": 2}

    kind(run)
    job = services.start(member.actor, "probe", "Try", {})
    run_job(job.pk)
    job.refresh_from_db()

    assert (job.state, job.result, job.phase) == (JobState.SUCCEEDED, {"made": 2}, "working")
    assert [text for _, text in job.log] == ["halfway"]


def test_a_refusal_is_the_error_in_words(member, kind):
    def run(job):
        raise Refused("Row 3 has no SKU.")

    kind(run)
    job = services.start(member.actor, "probe", "Try", {})
    run_job(job.pk)
    job.refresh_from_db()

    assert (job.state, job.error) == (JobState.FAILED, "Row 3 has no SKU.")


def test_only_one_of_two_bells_runs_the_job(member, kind):
    runs = []
    kind(lambda job: runs.append(job.job.pk))
    job = services.start(member.actor, "probe", "Try", {})

    run_job(job.pk)
    run_job(job.pk)

    assert runs == [job.pk]


def test_a_silent_job_is_taken_over_and_its_first_worker_cannot_commit(member, kind):
    job = services.start(member.actor, "probe", "Try", {})
    first = RunningJob(Job.objects.claim(job.pk))
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - 2 * SILENCE)

    second = RunningJob(Job.objects.claim(job.pk))

    assert second.job.attempts == 2
    with transaction.atomic():
        second.confirm()
    with pytest.raises(Lost), transaction.atomic():
        first.confirm()


def test_a_cancelled_job_stops_at_its_next_confirmation(member, kind):
    job = services.start(member.actor, "probe", "Try", {})
    running = RunningJob(Job.objects.claim(job.pk))
    services.cancel(member.actor, job.pk)

    with pytest.raises(Cancelled), transaction.atomic():
        running.confirm()


def test_a_queued_job_is_cancelled_at_once_and_can_be_run_again(member, kind):
    job = services.start(member.actor, "probe", "Try", {})
    services.cancel(member.actor, job.pk)
    assert Job.objects.claim(job.pk) is None

    services.retry(member.actor, job.pk)
    run_job(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED


def test_the_sweep_gives_up_after_the_last_attempt(member, kind):
    job = services.start(member.actor, "probe", "Try", {})
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        attempts=MAX_ATTEMPTS,
        heartbeat_at=timezone.now() - SILENCE - timedelta(seconds=1),
    )

    sweep_jobs()

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "worker was lost" in job.error


def test_a_member_without_jobs_view_cancels_only_their_own(member, viewer, kind):
    theirs = services.start(member.actor, "probe", "Try", {})
    mine = services.start(viewer.actor, "probe", "Try", {})

    with pytest.raises(NotFound):
        services.cancel(viewer.actor, theirs.pk)
    theirs.refresh_from_db()
    assert theirs.state == JobState.QUEUED
    assert services.cancel(viewer.actor, mine.pk).state == JobState.CANCELLED
