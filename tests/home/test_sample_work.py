"""What the sample shop's members are at: believable, small, and theirs alone."""

import pytest
from django.urls import reverse

from pm_workspace.demo.logins import LOGINS
from pm_workspace.demo.work import add_work
from tests.factories.catalog import ProductFactory
from workspaces.approvals.models import Approval
from workspaces.audit.relay import relay_next
from workspaces.documents.models import Document, DocumentVersion
from workspaces.meetings.models import Meeting
from workspaces.members.models import User
from workspaces.todo.models import Task

pytestmark = pytest.mark.django_db
NAMED = ("Trail Jacket", "Kids Puffer", "Trail Jacket 2.0", "Softshell Classic")


@pytest.fixture
def sample(workspace, member_as):
    """A workspace with one member for each role and the products that are spoken of."""
    members = [member_as(login.role) for login in LOGINS]
    for name in NAMED:
        handle = name.lower().replace(" ", "-").replace(".", "-")
        ProductFactory(workspace=workspace, name=name, handle=handle)
    add_work(workspace)
    return members


def test_there_is_a_little_of_everything_and_nobody_new(sample, workspace):
    assert 6 <= Task.objects.count() <= 15
    assert Task.objects.exclude(repeats="").count() == 1
    assert 2 <= Meeting.objects.count() <= 5
    assert Document.objects.count() == 4
    assert set(Approval.objects.values_list("state", flat=True)) == {"pending", "conditional"}
    assert User.objects.count() == len(LOGINS)


def test_the_documents_blocks_have_answers(sample):
    versions = DocumentVersion.objects.all()

    assert len(versions) == 2
    for version in versions:
        assert len(version.blocks) >= 2
        assert not any(block.get("problem") for block in version.blocks)


def test_its_pages_open_to_each_role(sample, client_of, workspace):
    while relay_next():
        pass
    for someone in sample:
        for name in ("tasks", "meetings", "approvals", "documents", "calendar", "notifications"):
            url = reverse(f"workspaces:{name}", args=[workspace.slug])
            assert client_of(someone).get(url, follow=True).status_code == 200
