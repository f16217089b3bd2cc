"""Tasks, approvals and meetings over the API: the same rules, and no way past an approver."""

import pytest

from tests.approvals.asking import ask, step
from tests.factories.work import MeetingFactory, TaskFactory
from workspaces.approvals.models import Approval
from workspaces.meetings.models import Meeting
from workspaces.todo.models import Task


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch):
    monkeypatch.setattr("workspaces.api.limits.count", lambda caller: None)


def url(workspace, path):
    return f"/api/v1/workspaces/{workspace.slug}/{path}"


def call(client, method, to, body=None, **headers):
    send = getattr(client, method)
    return send(to, body, content_type="application/json", headers={"If-Match": "*"} | headers)


def test_a_task_through_its_life(workspace, member, viewer, client_of):
    client, to = client_of(member), url(workspace, "tasks/")
    sent = {"title": "Weigh it", "due_on": "2026-12-02"}
    assert call(client_of(viewer), "post", to, sent).status_code == 403
    made = call(client, "post", to, sent).json()
    assert (made["state"], made["due_on"]) == ("open", "2026-12-02")
    one = f"{to}{made['id']}/"
    assert call(client, "patch", one, {"state": "blocked"}).json()["state"] == "blocked"
    refused = call(client, "patch", one, {"state": "done"})
    assert refused.status_code == 422
    assert "From here it goes to" in refused.json()["detail"]
    assert call(client, "delete", one).status_code == 204
    assert not Task.objects.visible_to(member.actor).exists()


def test_asking_and_deciding(workspace, member, viewer, owner, client_of):
    task = TaskFactory(workspace=workspace)
    to = url(workspace, "approvals/")
    sent = {
        "kind": "workspaces.task",
        "object_id": task.pk,
        "title": "May it?",
        "steps": [{"place": 1, "needed": 1, "people": [viewer.user.pk]}],
    }
    made = call(client_of(member), "post", to, sent).json()
    one = f"{to}{made['id']}/"
    assert call(client_of(member), "patch", one, {"state": "approved"}).status_code == 405
    assert (
        call(client_of(owner), "post", f"{one}decide/", {"verdict": "approve"}).status_code == 403
    )
    assert Approval.objects.get().state == "pending"
    answer = call(client_of(viewer), "post", f"{one}decide/", {"verdict": "reject"})
    assert answer.status_code == 422
    said = {"verdict": "conditions", "conditions": ["Weigh it"]}
    assert call(client_of(viewer), "post", f"{one}decide/", said).json()["state"] == "conditional"


def test_strangers_and_nobody_are_no_approvers(workspace, member, outsider, client_of):
    sent = {
        "kind": "workspaces.task",
        "object_id": TaskFactory(workspace=workspace).pk,
        "title": "May it?",
        "steps": [{"place": 1, "needed": 1, "people": [outsider.user.pk]}],
    }
    to = url(workspace, "approvals/")
    assert call(client_of(member), "post", to, sent).status_code == 422
    assert call(client_of(member), "post", to, sent | {"steps": []}).status_code == 422
    assert not Approval.objects.exists()


def test_withdrawing(workspace, member, owner, viewer, client_of):
    approval = ask(member, TaskFactory(workspace=workspace), step(owner))
    to = url(workspace, f"approvals/{approval.pk}/withdraw/")
    assert call(client_of(viewer), "post", to).status_code == 403
    assert call(client_of(member), "post", to).json()["state"] == "withdrawn"


def test_a_meeting_through_its_life(workspace, member, client_of):
    client, to = client_of(member), url(workspace, "meetings/")
    sent = {"title": "Review", "starts_at": "2026-12-01T10:00:00+01:00"}
    made = call(client, "post", to, sent).json()
    assert made["starts_at"] == "2026-12-01T09:00:00Z"
    one = f"{to}{made['id']}/"
    assert call(client, "patch", one, {"state": "followed_up"}).status_code == 422
    assert call(client, "patch", one, {"state": "closed"}).json()["state"] == "closed"
    MeetingFactory(workspace=workspace, title="Later")
    listed = client.get(to, {"state": "open"}).json()["results"]
    assert [row["title"] for row in listed] == ["Later"]
    assert Meeting.objects.count() == 2
