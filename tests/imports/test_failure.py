"""Killed, doubled or overtaken: an import happens once and whole, or not at all."""

import os
import random
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from products.models import Supplier
from tests.imports.conftest import finish
from tests.imports.test_size import many_rows
from workspaces.imports import services, staging
from workspaces.imports.models import ImportRun, ImportState
from workspaces.jobs.models import SILENCE, Job
from workspaces.jobs.tasks import run_job

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 20_000
KILLS = 3


@pytest.fixture
def worker(media):
    """Starts workers that stand ready for a job."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.imports.worker", connection.settings_dict["NAME"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "pm_workspace.settings", "MEDIA_ROOT": str(media)},
        )
        started.append(process)
        assert process.stdout.readline().strip() == "ready"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def kill_in_the_middle(process: subprocess.Popen[str], job_id: int, after: float) -> None:
    process.stdin.write(f"{job_id}\n")
    process.stdin.flush()
    time.sleep(after)
    process.kill()
    process.wait()
    lost = Job.objects.filter(pk=job_id, state="running")
    past = Job.objects.get(pk=job_id).created_at - 2 * SILENCE - timedelta(hours=1)
    lost.update(heartbeat_at=past, attempts=1)


def test_a_killed_worker_leaves_nothing_or_all_and_the_next_one_finishes(member, upload, worker):
    run = services.check(member.actor, upload(many_rows(ROWS)).pk)
    moments = random.Random(7)
    for _ in range(KILLS):
        kill_in_the_middle(worker(), run.job_id, moments.uniform(0.05, 0.8))
        assert Supplier.objects.count() == 0
    run = finish(run) if not Job.objects.get(pk=run.job_id).is_over else _read(run)
    assert (run.state, run.counts["ok"]) == (ImportState.CHECKED, ROWS)

    run = services.start(member.actor, run.pk)
    for _ in range(KILLS):
        kill_in_the_middle(worker(), run.job_id, moments.uniform(0.05, 0.8))
        assert Supplier.objects.count() in (0, ROWS)
    run = finish(run) if not Job.objects.get(pk=run.job_id).is_over else _read(run)

    assert run.state == ImportState.DONE
    assert Supplier.objects.filter(import_run=run).count() == ROWS
    assert run.counts["created"] == {"suppliers": ROWS}


def _read(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def test_the_same_job_after_its_commit_does_nothing_more(member, checked):
    run = finish(services.start(member.actor, checked("name\nAcme\n").pk))
    Job.objects.filter(pk=run.job_id).update(state="queued", attempts=0)

    again = finish(run)

    assert (again.state, again.counts) == (run.state, run.counts)
    assert Supplier.objects.count() == 1


def test_two_imports_of_a_kind_at_once_follow_one_another(member, checked):
    text = "name\n" + "".join(f"S{number}\n" for number in range(2_000))
    runs = [services.start(member.actor, checked(text).pk) for _ in range(2)]

    def work(job_id: int) -> None:
        try:
            run_job(job_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[run.job_id]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    runs = [_read(run) for run in runs]
    assert [run.state for run in runs] == [ImportState.DONE] * 2
    assert Supplier.objects.count() == 2_000
    assert sorted(run.counts["created"]["suppliers"] for run in runs) == [0, 2_000]


def test_a_failing_merge_leaves_nothing_and_says_why(member, checked, kind, monkeypatch):
    from dataclasses import replace

    from workspaces.imports.kinds import KINDS

    def breaks(stage):
        kind.merge(stage)
        raise RuntimeError("the disk is full")

    run = checked("name\nAcme\n")
    monkeypatch.setitem(KINDS, "suppliers", replace(kind, merge=breaks))
    run = finish(services.start(member.actor, run.pk))

    assert run.state == ImportState.FAILED
    assert "the disk is full" in Job.objects.get(pk=run.job_id).error
    assert not Supplier.objects.exists()


def test_data_that_changed_since_the_check_is_checked_again(member, checked, kind, monkeypatch):
    run = services.start(member.actor, checked("name,country\nAcme,DE\n").pk)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {staging.table_of(run.pk)} SET country = 'XX'")

    run = finish(run)

    assert run.state == ImportState.FAILED
    assert "Check the file again" in Job.objects.get(pk=run.job_id).error
    assert not Supplier.objects.exists()


def test_an_import_whose_worker_was_lost_for_good_says_so(member, checked):
    run = services.start(member.actor, checked("name\nAcme\n").pk)
    Job.objects.filter(pk=run.job_id).update(state="failed", error="Its worker was lost 3 times.")

    assert services.reconcile(member.actor, run.pk).state == ImportState.FAILED

    run = finish(services.start(member.actor, run.pk))
    assert run.state == ImportState.DONE
