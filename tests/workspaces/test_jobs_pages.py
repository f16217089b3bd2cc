"""The jobs page: one's own workspace, one's own jobs, and what can be done about them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from workspaces.jobs.models import Job, JobState
from workspaces.jobs.views import PAGE

pytestmark = pytest.mark.django_db


def job_of(someone, state=JobState.RUNNING, **fields):
    started = {"started_at": timezone.now(), "heartbeat_at": timezone.now()}
    return Job.objects.create(
        workspace=someone.workspace,
        kind="recompute",
        state=state,
        created_by=someone.user,
        **({"title": f"{state} job"} | started | fields),
    )


def url(name, someone, *args):
    return reverse(f"workspaces:{name}", args=[someone.workspace.slug, *args])


def test_members_see_their_own_jobs_and_those_with_the_permission_see_all(
    member, viewer, outsider, client_of
):
    job_of(member, title="of the manager")
    job_of(viewer, title="of the viewer")
    job_of(outsider, title="of another shop")

    all_of_them = client_of(member).get(url("jobs", member)).content.decode()
    own = client_of(viewer).get(url("jobs", viewer)).content.decode()

    assert "of the manager" in all_of_them
    assert "of the viewer" in all_of_them
    assert "of another shop" not in all_of_them
    assert "of the viewer" in own
    assert "of the manager" not in own


def test_a_running_job_shows_its_progress_and_refreshes_itself(member, client_of):
    job = job_of(
        member, done=300, total=1000, phase="merging rows", log=[["2026-01-01T10:11:12", "go"]]
    )
    page = client_of(member).get(url("job", member, job.pk)).content.decode()
    region = client_of(member).get(url("job", member, job.pk), headers={"HX-Request": "true"})

    assert "merging rows" in page
    assert "10:11:12" in page
    assert 'hx-trigger="every 1s"' in page
    assert "<html" in page
    assert "<html" not in region.content.decode()


def test_a_job_that_is_over_stops_refreshing_and_says_why_it_failed(member, client_of):
    job = job_of(member, JobState.FAILED, error="Row 3 has no SKU.", finished_at=timezone.now())
    page = client_of(member).get(url("job", member, job.pk)).content.decode()
    assert "Row 3 has no SKU." in page
    assert "hx-trigger" not in page.split('id="state"')[1].split(">")[0]
    assert "Run again" in page


def test_cancel_and_retry_by_button(member, client_of):
    client = client_of(member)
    waiting = job_of(member, JobState.QUEUED)
    client.post(url("job_cancel", member, waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == JobState.CANCELLED

    client.post(url("job_retry", member, waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == JobState.QUEUED


def test_what_cannot_be_done_is_said_and_changes_nothing(member, client_of):
    done = job_of(member, JobState.SUCCEEDED, finished_at=timezone.now())
    for act in ("job_cancel", "job_retry"):
        answer = client_of(member).post(url(act, member, done.pk), follow=True)
        assert answer.status_code == 200
    done.refresh_from_db()
    assert done.state == JobState.SUCCEEDED


def test_filters_narrow_and_nonsense_in_the_address_is_ignored(member, client_of):
    job_of(member, title="running one")
    job_of(member, JobState.FAILED, title="failed one", finished_at=timezone.now())
    client = client_of(member)

    failed = client.get(url("jobs", member), {"state": "failed"}).content.decode()
    assert "failed one" in failed
    assert "running one" not in failed
    odd = {"state": "x", "kind": "\x00", "before": "9" * 40}
    assert client.get(url("jobs", member), odd).status_code == 200


def test_many_jobs_are_paged_and_cost_no_more_queries_than_few(member, client_of, queries):
    client, page = client_of(member), url("jobs", member)
    over = {"state": JobState.SUCCEEDED, "finished_at": timezone.now()}
    for _ in range(3):
        job_of(member, **over)
    client.get(page)
    few = queries(lambda: client.get(page))
    for number in range(PAGE):
        job_of(member, **over, title=f"job {number}")

    assert queries(lambda: client.get(page)) == few
    first = client.get(page).content.decode()
    assert f"job {PAGE - 1}<" in first
    assert "Older" in first
