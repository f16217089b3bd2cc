"""A link works once, for one address, for a week; and it tells nobody who has an account."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from core.errors import Denied, NotFound, Refused
from tests.factories.workspaces import UserFactory
from workspaces.access.doors import actor_for
from workspaces.access.roles import Role
from workspaces.members import invitations
from workspaces.members.models import Invitation, Membership
from workspaces.members.tasks import ring_for_unsent, send_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(admin_member):
    """An invitation to ada@example.com whose letter has gone out, and its token."""
    invitation = invitations.invite(admin_member.actor, "Ada@Example.com", Role.FINANCE)
    send_invitation(invitation.pk)
    invitation.refresh_from_db()
    return invitation, mail.outbox[-1].body.split("/invitations/")[1].split("/")[0]


def test_the_letter_goes_out_once_and_only_the_hash_is_kept(invited):
    invitation, token = invited
    send_invitation(invitation.pk)

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["ada@example.com"]
    assert invitation.token_hash == invitations.hash_of(token) != token
    assert len(token) == 64


def test_joining_gives_the_role_once(invited):
    invitation, token = invited
    ada = UserFactory(email="ada@example.com")

    invitations.accept(ada, invitations.hash_of(token))

    assert actor_for(ada, invitation.workspace.slug).role == Role.FINANCE
    Membership.objects.filter(user=ada).update(active=False)
    with pytest.raises(NotFound):
        invitations.accept(ada, invitations.hash_of(token))
    with pytest.raises(NotFound):
        actor_for(ada, invitation.workspace.slug)


def test_another_account_cannot_use_it(invited):
    _, token = invited
    eve = UserFactory(email="eve@example.com")
    with pytest.raises(Refused):
        invitations.accept(eve, invitations.hash_of(token))
    assert not Membership.objects.filter(user=eve).exists()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("spoilt", ["expired", "revoked", "resent", "workspace deleted"])
def test_a_spoilt_link_opens_nothing(invited, admin_member, owner, spoilt):
    invitation, token = invited
    if spoilt == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoilt == "revoked":
        invitations.revoke(admin_member.actor, invitation.pk)
    elif spoilt == "resent":
        invitations.resend(admin_member.actor, invitation.pk)
    else:
        from workspaces.members.services import delete_workspace

        delete_workspace(owner.actor, owner.workspace.name)
    ada = UserFactory(email="ada@example.com")

    with pytest.raises(NotFound, match="no longer valid"):
        invitations.accept(ada, invitations.hash_of(token))
    assert not Membership.objects.filter(user=ada).exists()


def test_a_resent_link_works(invited, admin_member):
    invitation, _ = invited
    invitations.resend(admin_member.actor, invitation.pk)
    send_invitation(invitation.pk)
    token = mail.outbox[-1].body.split("/invitations/")[1].split("/")[0]

    ada = UserFactory(email="ada@example.com")
    assert invitations.accept(ada, invitations.hash_of(token)).role == Role.FINANCE


def test_only_those_who_manage_members_invite_and_only_owners_invite_owners(
    admin_member, member, owner
):
    with pytest.raises(Denied):
        invitations.invite(member.actor, "a@example.com", Role.VIEWER)
    with pytest.raises(Denied):
        invitations.invite(admin_member.actor, "a@example.com", Role.OWNER)
    assert not Invitation.objects.exists()
    assert invitations.invite(owner.actor, "a@example.com", Role.OWNER)


def test_the_answer_to_an_invitation_is_the_same_with_and_without_account(admin_member):
    UserFactory(email="known@example.com")
    known = invitations.invite(admin_member.actor, "known@example.com", Role.VIEWER)
    unknown = invitations.invite(admin_member.actor, "unknown@example.com", Role.VIEWER)
    for invitation in (known, unknown):
        send_invitation(invitation.pk)

    one, other = (letter.body.splitlines()[0] for letter in mail.outbox)
    assert one == other


def test_an_address_is_asked_once_and_not_too_many_at_a_time(admin_member, monkeypatch):
    monkeypatch.setattr(invitations, "MAX_PER_HOUR", 2)
    invitations.invite(admin_member.actor, "a@example.com", Role.VIEWER)
    with pytest.raises(Refused, match="open invitation"):
        invitations.invite(admin_member.actor, "A@example.com", Role.VIEWER)
    with pytest.raises(Refused, match="is a member"):
        invitations.invite(admin_member.actor, admin_member.user.email, Role.VIEWER)
    with pytest.raises(Refused, match="not an e-mail"):
        invitations.invite(admin_member.actor, "nobody", Role.VIEWER)
    invitations.invite(admin_member.actor, "b@example.com", Role.VIEWER)
    with pytest.raises(Refused, match="an hour"):
        invitations.invite(admin_member.actor, "c@example.com", Role.VIEWER)
    assert Invitation.objects.count() == 2


def test_another_workspaces_invitations_are_out_of_reach(invited, outsider):
    invitation, _ = invited
    for act in (invitations.revoke, invitations.resend):
        with pytest.raises(NotFound):
            act(outsider.actor, invitation.pk)
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_a_letter_that_got_lost_is_rung_for_again(admin_member, monkeypatch):
    rung = []
    monkeypatch.setattr("workspaces.members.tasks.ring", lambda task, *args: rung.append(args))
    invitation = invitations.invite(admin_member.actor, "a@example.com", Role.VIEWER)

    ring_for_unsent()
    assert rung == [(invitation.pk,)]
    send_invitation(invitation.pk)
    ring_for_unsent()
    assert len(rung) == 1


def test_letters_that_are_only_printed_are_not_called_sent(owner, client_of, settings):
    page = reverse("workspaces:members", args=[owner.workspace.slug])
    asked = invitations.invite(owner.actor, "a@example.com", Role.VIEWER)
    Invitation.objects.in_workspace(owner.workspace.pk).update(sent_at=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    body = client_of(owner).get(page).content.decode()
    assert asked.email in body
    assert "Letters do not leave this site yet." in body
    assert "Printed <time" in body
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    body = client_of(owner).get(page).content.decode()
    assert "Letters do not leave" not in body
    assert "Sent <time" in body
