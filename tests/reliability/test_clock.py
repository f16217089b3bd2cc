"""The clock rings one bell, and its task rings for what waits."""

import pytest

from core.tasks import BELLS
from tests.reliability.delivering import deliver, our_tasks
from workspaces.audit.models import ActivityEvent
from workspaces.jobs import tasks as jobs_tasks
from workspaces.staleness.models import StaleMark
from workspaces.staleness.services import mark_stale


@pytest.mark.django_db(transaction=True)
def test_the_clock_rings_for_what_waits_and_for_nothing_else(member, monkeypatch):
    rung = []
    noted = rung.append
    monkeypatch.setattr(
        jobs_tasks, "ring", lambda task, expires: noted(task.name.rpartition(".")[2])
    )
    look = our_tasks()["workspaces.jobs.tasks.look_round"]
    StaleMark.objects.in_workspace(member.workspace.pk).delete()
    ActivityEvent.objects.in_workspace(member.workspace.pk).update(told=True)

    deliver(look, times=2)
    assert rung == []

    mark_stale(member.workspace.pk, "sales", ["variant:1"], "a test")
    deliver(look, times=2)
    assert rung == ["recompute_stale", "recompute_stale"]

    def broken() -> bool:
        raise ValueError

    monkeypatch.setattr(jobs_tasks, "BELLS", [(look, broken), *BELLS])
    deliver(look, times=1)
    assert rung == ["recompute_stale"] * 3
    assert {task.name.rpartition(".")[2] for task, _ in BELLS} == {
        "recompute_stale",
        "relay_events",
        "send_letters",
        "send_replies",
        "send_announcements",
        "deliver_due",
        "poll_mailboxes",
        "sweep_jobs",
    }
