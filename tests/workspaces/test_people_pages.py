"""The pages of people, settings and oneself: what they show, and that they do what they say."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories.workspaces import MembershipFactory, UserFactory
from workspaces.access.roles import Role
from workspaces.members import invitations
from workspaces.members.models import Invitation, Membership, Workspace
from workspaces.members.tasks import send_invitation

pytestmark = pytest.mark.django_db


def url(name, someone, *args):
    return reverse(f"workspaces:{name}", args=[someone.workspace.slug, *args])


def text_of(answer):
    return answer.content.decode()


def test_a_manager_invites_and_a_viewer_sees_no_form(admin_member, viewer, client_of):
    admin, form = client_of(admin_member), {"email": "new@example.com", "role": "viewer"}
    assert admin.post(url("invite", admin_member), form).status_code == 302
    page = text_of(admin.get(url("members", admin_member)))
    assert "new@example.com" in page
    assert "Invitation to new@example.com" in page

    seen = text_of(client_of(viewer).get(url("members", viewer)))
    assert admin_member.user.email in seen
    assert "new@example.com" not in seen
    assert "Invite somebody" not in seen


def test_a_wrong_address_is_said_on_the_form_and_nothing_is_sent(admin_member, client_of):
    form = {"email": admin_member.user.email, "role": "viewer"}
    answer = client_of(admin_member).post(url("invite", admin_member), form)
    assert answer.status_code == 422
    assert "is a member already" in text_of(answer)
    assert not Invitation.objects.exists()


def test_only_an_owner_is_offered_the_role_of_owner(owner, admin_member, client_of):
    offer = '<option value="owner"'
    assert offer in text_of(client_of(owner).get(url("members", owner)))
    assert offer not in text_of(client_of(admin_member).get(url("members", admin_member)))


def test_removing_a_member_offers_undo_and_undo_works(admin_member, viewer, client_of):
    client = client_of(admin_member)
    page = client.post(url("member_remove", viewer, viewer.membership.pk), follow=True)
    undo = url("member_restore", viewer, viewer.membership.pk)
    assert undo in text_of(page)
    assert not Membership.objects.get(pk=viewer.membership.pk).active

    client.post(undo)
    assert Membership.objects.get(pk=viewer.membership.pk).active


def test_the_last_owner_is_told_why_not(owner, client_of):
    form = {"role": "viewer", "seen_version": "1"}
    answer = client_of(owner).post(
        url("member_role", owner, owner.membership.pk), form, follow=True
    )
    assert "needs an owner" in text_of(answer)
    assert Membership.objects.get(pk=owner.membership.pk).role == Role.OWNER


def test_settings_are_saved_once_and_a_late_second_person_is_told(admin_member, client_of):
    client = client_of(admin_member)
    form = {"name": "Fjord", "timezone": "Europe/Oslo", "currency": "EUR", "seen_version": "1"}
    assert client.post(url("settings", admin_member), form).status_code == 302
    late = client.post(url("settings", admin_member), form | {"name": "Late"})

    assert late.status_code == 422
    assert "while you had them open" in text_of(late)
    admin_member.workspace.refresh_from_db()
    assert (admin_member.workspace.name, admin_member.workspace.timezone) == (
        "Fjord",
        "Europe/Oslo",
    )


def test_an_admin_is_not_shown_how_to_delete(owner, admin_member, client_of):
    assert "Delete this workspace" in text_of(client_of(owner).get(url("settings", owner)))
    shown = text_of(client_of(admin_member).get(url("settings", admin_member)))
    assert "Delete this workspace" not in shown


def test_a_deleted_workspace_is_gone_for_all_and_back_for_its_owner(owner, viewer, client_of):
    client = client_of(owner)
    wrong = client.post(url("delete", owner), {"typed_name": "no"})
    assert wrong.status_code == 422
    page = client.post(url("delete", owner), {"typed_name": owner.workspace.name}, follow=True)
    assert "Bring back" in text_of(page)
    assert client_of(viewer).get(url("members", viewer)).status_code == 404

    client.post(reverse("workspaces:restore", args=[owner.workspace.slug]))
    assert client_of(viewer).get(url("members", viewer)).status_code == 200


def test_a_new_workspace_is_made_by_form_and_a_taken_address_is_said(client_of, outsider):
    client = client_of(outsider)
    form = {"name": "Second shop", "timezone": "Europe/Paris", "currency": "EUR"}
    taken = client.post("/new/", form | {"slug": outsider.workspace.slug})
    assert taken.status_code == 422
    assert client.post("/new/", form | {"slug": "api"}).status_code == 422
    assert client.post("/new/", form).status_code == 302
    assert Workspace.objects.get(slug="second-shop").memberships.get().user == outsider.user


def test_one_keeps_ones_name_and_formats_and_can_leave(viewer, owner, client_of):
    client = client_of(viewer)
    form = {"name": "Ida Moe", "locale": "de-DE", "timezone": "Europe/Berlin"}
    assert client.post(url("account", viewer), form).status_code == 302
    viewer.user.refresh_from_db()
    assert (viewer.user.name, viewer.user.locale) == ("Ida Moe", "de-DE")
    assert client.post(url("account", viewer), form | {"timezone": "Mars"}).status_code == 422

    client.post(url("leave", viewer))
    assert client.get(url("members", viewer)).status_code == 404


def test_the_workspace_opened_last_is_the_one_that_opens_next(viewer, client_of):
    second = MembershipFactory(user=viewer.user, role=Role.VIEWER)
    client = client_of(viewer)
    client.get(url("members", viewer))
    client.get(reverse("workspaces:members", args=[second.workspace.slug]))
    assert second.workspace.slug in client.get("/")["Location"]

    client.get(url("members", viewer))
    assert viewer.workspace.slug in client.get("/")["Location"]


@pytest.fixture
def link(admin_member):
    """The path in a letter that invites ada@example.com."""
    invitation = invitations.invite(admin_member.actor, "ada@example.com", Role.FINANCE)
    send_invitation(invitation.pk)
    return f"/invitations/{mail.outbox[-1].body.split('/invitations/')[1].split('/')[0]}/"


def test_an_existing_account_joins_by_link(link, admin_member):
    ada, client = UserFactory(email="ada@example.com"), Client()
    page = client.get(link, follow=True)
    assert "Sign in to join" in text_of(page)
    client.force_login(ada)
    client.get(link)
    assert client.post("/invitation/").status_code == 302
    assert client.get(url("members", admin_member)).status_code == 200
    again = client.get(link, follow=True)  # a second click finds the workspace
    assert (again.status_code, again.redirect_chain[-1][0]) == (
        200,
        reverse("home:home", args=[admin_member.workspace.slug]),
    )
    assert Client().get(link, follow=True).status_code == 404


def test_a_new_account_joins_by_link(link, admin_member):
    client, password = Client(), "a long enough secret"
    client.get(link)
    form = {"name": "Ada", "email": "ada@example.com", "password1": password, "password2": password}
    back = client.post("/accounts/signup/", form | {"next": "/invitation/"})
    assert back["Location"] == "/invitation/"
    assert "Join" in text_of(client.get("/invitation/"))
    client.post("/invitation/")

    joined = Membership.objects.get(user__email="ada@example.com")
    assert (joined.workspace, joined.role) == (admin_member.workspace, Role.FINANCE)


def test_the_page_of_a_link_is_the_same_whether_or_not_there_is_an_account(link):
    before = text_of(Client().get(link, follow=True))
    UserFactory(email="ada@example.com")
    assert text_of(Client().get(link, follow=True)) == before


def test_somebody_else_who_has_the_link_is_sent_away(link, outsider, client_of):
    client = client_of(outsider)
    client.get(link)
    answer = client.post("/invitation/")
    assert answer.status_code == 422
    assert "another address" in text_of(answer)
    assert (
        not Membership.objects.filter(user=outsider.user)
        .exclude(workspace=outsider.workspace)
        .exists()
    )


def test_a_guessed_link_opens_nothing(link):
    for guess in ("0" * 64, link.split("/")[2][:-1] + "x", "x"):
        assert Client().get(f"/invitations/{guess}/", follow=True).status_code == 404
