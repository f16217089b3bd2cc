"""People's pages in a real browser: signing in, inviting, undoing, and reading them aloud."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories.workspaces import PASSWORD, MembershipFactory, UserFactory
from workspaces.access.roles import Role
from workspaces.jobs.models import Job
from workspaces.members.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)
OUTSIDE = ["account_login", "account_signup", "account_reset_password"]
OWN = ["mfa_index", "usersessions_list", "account_email", "workspaces:create"]
INSIDE = ["members", "settings", "account", "jobs"]


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_the_pages_around_signing_in_read_well(at, dark, owner, tab_of, axe, keep, fits):
    stranger, known = tab_of(at=at, dark=dark), tab_of(owner, at=at, dark=dark)
    visits = [(stranger, name) for name in OUTSIDE] + [(known, name) for name in OWN]
    for tab, name in visits:
        tab.goto(reverse(name))
        keep(tab, f"{name.replace(':', '-')}-{at}", whole=True)
        fits(tab)
        axe(tab)


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_the_pages_of_people_and_jobs_read_well(at, dark, owner, viewer, tab_of, axe, keep, fits):
    Job.objects.create(
        workspace=owner.workspace,
        kind="recompute",
        title="Recompute figures in USD",
        state="failed",
        error="It stopped.",
        created_by=owner.user,
        finished_at=timezone.now(),
    )
    tab = tab_of(owner, at=at, dark=dark)
    for name in INSIDE:
        tab.goto(reverse(f"workspaces:{name}", args=[owner.workspace.slug]))
        keep(tab, f"{name}-{at}", whole=True)
        fits(tab)
        axe(tab)


def test_a_person_signs_in_by_keyboard(tab_of):
    ada = UserFactory(email="ada@example.com", password=PASSWORD)
    membership = MembershipFactory(user=ada, role=Role.VIEWER)
    tab = tab_of()
    members = reverse("workspaces:members", args=[membership.workspace.slug])
    tab.goto(members)
    expect(tab).to_have_url(re.compile("/accounts/login/"))

    tab.get_by_label("Email").fill(ada.email)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.keyboard.press("Enter")

    expect(tab).to_have_url(re.compile(re.escape(members)))
    expect(tab.get_by_role("heading", name="Members", level=1)).to_be_visible()


def test_removing_a_member_can_be_undone_from_the_toast(owner, viewer, tab_of):
    tab = tab_of(owner)
    tab.goto(reverse("workspaces:members", args=[owner.workspace.slug]))

    tab.get_by_role("button", name=f"Remove {viewer.user}").click()
    expect(tab.get_by_text("no longer has access")).to_be_visible()
    assert not Membership.objects.get(pk=viewer.membership.pk).active
    tab.get_by_role("button", name="Undo").click()

    expect(tab.get_by_text("is a member again")).to_be_visible()
    assert Membership.objects.get(pk=viewer.membership.pk).active


def test_an_invitation_is_sent_by_form_and_taken_back(owner, tab_of):
    tab = tab_of(owner)
    tab.goto(reverse("workspaces:members", args=[owner.workspace.slug]))
    tab.get_by_label("E-mail address").fill("new@example.com")
    tab.get_by_label("Role", exact=True).select_option("finance")
    tab.get_by_role("button", name="Invite").click()

    asked = tab.get_by_role("row", name=re.compile("new@example.com"))
    expect(asked).to_contain_text("Finance")
    tab.get_by_role("button", name="Take back from new@example.com").click()
    expect(asked).to_have_count(0)
