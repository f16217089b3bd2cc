"""What a second click, a colleague's button or a late job may do: nothing more than the first."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.workspaces import UserFactory
from tests.workspaces.test_invitations import invited  # noqa: F401
from workspaces.access.roles import Role
from workspaces.jobs.models import Job, JobState
from workspaces.members.models import Membership

pytestmark = pytest.mark.django_db


def test_a_second_click_on_join_leads_into_the_workspace(invited, client):  # noqa: F811
    invitation, token = invited
    client.force_login(ada := UserFactory(email="ada@example.com"))
    client.get(f"/invitations/{token}/")

    answers = [client.post("/invitation/"), client.post("/invitation/"), client.get("/invitation/")]

    home = reverse("home:home", args=[invitation.workspace.slug])
    assert [answer["Location"] for answer in answers] == [home, home, home]
    assert Membership.objects.filter(user=ada).count() == 1


def test_a_used_link_tells_strangers_nothing(invited, client):  # noqa: F811
    _, token = invited
    client.force_login(UserFactory(email="ada@example.com"))
    client.get(f"/invitations/{token}/")
    client.post("/invitation/")
    Membership.objects.filter(user__email="ada@example.com").update(active=False)
    assert client.get("/invitation/").status_code == 404

    client.force_login(UserFactory(email="eve@example.com"))
    client.get(f"/invitations/{token}/")
    assert client.post("/invitation/").status_code == 404


def test_nobody_has_done_through_a_colleagues_job_what_their_role_forbids(
    member, finance_member, admin_member, client_of
):
    job = Job.objects.create(
        workspace=member.workspace,
        kind="bulk_edit",
        title="Delete products",
        state=JobState.CANCELLED,
        created_by=member.user,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )
    slug = member.workspace.slug
    page, retry = (
        reverse(f"workspaces:{name}", args=[slug, job.pk]) for name in ("job", "job_retry")
    )

    assert b"Run again" not in client_of(finance_member).get(page).content
    assert client_of(finance_member).post(retry).status_code == 403
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED

    assert b"Run again" in client_of(admin_member).get(page).content
    client_of(admin_member).post(retry)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert finance_member.membership.role == Role.FINANCE
