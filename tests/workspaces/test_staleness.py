"""What is stale is recomputed, once more or once less does not matter, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.factories.workspaces import WorkspaceFactory
from workspaces.staleness import registry
from workspaces.staleness.models import Refresh, StaleMark
from workspaces.staleness.recompute import recompute_next
from workspaces.staleness.registry import Topic
from workspaces.staleness.services import BULK, mark_stale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen(monkeypatch):
    """A topic that remembers what it was asked to recompute."""
    calls = []

    def recompute(workspace_id, keys):
        if "poison" in keys:
            raise ValueError("cannot")
        calls.append((workspace_id, list(keys)))

    topic = Topic("probe", "Probe", recompute, lambda workspace_id: calls.append("all"))
    monkeypatch.setattr(registry, "TOPICS", {"probe": topic})
    monkeypatch.setattr("workspaces.staleness.recompute.TOPICS", {"probe": topic})
    return calls


def drain():
    rounds = 0
    while recompute_next() and rounds < 20:
        rounds += 1
    return rounds


def test_marks_of_one_key_are_recomputed_once_and_cleared(seen):
    workspace = WorkspaceFactory()
    mark_stale(workspace.pk, "probe", ["a", "b", "a"], "edit")
    mark_stale(workspace.pk, "probe", ["a"], "edit")

    drain()

    assert seen == [(workspace.pk, ["a", "b"])]
    assert not StaleMark.objects.in_workspace(workspace.pk).exists()
    assert Refresh.objects.in_workspace(workspace.pk).get(topic="probe").keys == 2


def test_a_mark_of_a_rolled_back_change_does_not_exist(seen):
    workspace = WorkspaceFactory()
    with transaction.atomic():
        mark_stale(workspace.pk, "probe", ["a"], "edit")
        transaction.set_rollback(True)

    assert drain() == 0
    assert seen == []


def test_a_failing_recompute_keeps_its_marks_and_lets_others_through(seen):
    sick, well = WorkspaceFactory(), WorkspaceFactory()
    mark_stale(sick.pk, "probe", ["poison"], "edit")
    mark_stale(well.pk, "probe", ["a"], "edit")

    recompute_next()
    recompute_next()

    assert seen == [(well.pk, ["a"])]
    assert StaleMark.objects.in_workspace(sick.pk).get().urgency == 1


def test_while_one_works_a_bulk_load_off_another_is_free_for_a_person(seen, monkeypatch):
    workspace = WorkspaceFactory()
    besides = []

    def recompute(workspace_id, keys):
        seen.append((workspace_id, list(keys)))
        if keys == ["load 0"]:
            with ThreadPoolExecutor(1) as other:
                besides.extend(other.submit(_work_off).result())

    topic = Topic("probe", "Probe", recompute, lambda workspace_id: None, batch=1)
    monkeypatch.setattr("workspaces.staleness.recompute.TOPICS", {"probe": topic})
    mark_stale(workspace.pk, "probe", ["load 0", "load 1"], "import", urgency=BULK)

    def _work_off():
        mark_stale(workspace.pk, "probe", ["edit"], "edit")
        try:
            return [recompute_next(), recompute_next()]
        finally:
            connection.close()

    drain()

    assert besides == [True, False]
    assert [keys for _, keys in seen] == [["load 0"], ["edit"], ["load 1"]]
