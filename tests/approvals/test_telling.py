"""Whose turn it is hears of it; whoever asked hears how it went."""

from datetime import timedelta

from core.clock import today
from tests.approvals.asking import ask, step
from tests.factories.work import TaskFactory
from tests.following.conftest import heard, told
from workspaces.approvals import services
from workspaces.approvals.tasks import remind_approvers
from workspaces.following.models import Reason


def of(someone):
    """(kind, why) of what they were told."""
    heard()
    return [(one.kind, one.reason) for one in told(someone)]


ASKED = ("workspaces.approval", Reason.APPROVAL)


def test_only_those_whose_turn_it_is_are_told(workspace, member, owner, viewer):
    approval = ask(member, TaskFactory(workspace=workspace), step(owner), step(viewer, place=2))
    assert of(owner) == [ASKED]
    assert of(viewer) == []
    services.decide(owner.actor, approval.pk, "approve")
    assert of(viewer) == [ASKED]
    assert [kind for kind, _ in of(member)] == ["workspaces.approval"]


def test_whoever_it_is_passed_on_to_is_told(workspace, member, owner, viewer):
    approval = ask(member, TaskFactory(workspace=workspace), step(owner))
    services.delegate(owner.actor, approval.pk, viewer.user.pk)
    assert of(viewer) == [ASKED]


def test_a_reminder_is_told_to_those_who_are_late(workspace, member, owner, viewer):
    due = today(workspace.timezone) + timedelta(days=1)
    task = TaskFactory(workspace=workspace)
    approval = ask(member, task, step(owner, viewer), due_on=due)
    services.decide(viewer.actor, approval.pk, "approve")
    heard()
    for one in (*told(owner), *told(viewer)):
        one.delete()
    remind_approvers()
    assert of(owner) == [ASKED]
    assert of(viewer) == []
