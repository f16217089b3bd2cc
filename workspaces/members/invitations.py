"""Asking people in by e-mail.

A token is the proof that a letter reached its address. It is worked out from the secret key and the
invitation's own row, so that it never passes through the broker, and only its hash is stored.
"""

from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.errors import NotFound, Refused
from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.audit import services as audit
from workspaces.members.models import Invitation, Membership, User
from workspaces.members.services import hold_workspace

VALID_FOR = timedelta(days=7)
MAX_PER_HOUR = 50
GONE = "This invitation is no longer valid. Ask for a new one."


def token_of(invitation: Invitation) -> str:
    """The secret of this invitation's letter. Resending it changes the date, and so the token."""
    said = f"{invitation.pk}:{invitation.expires_at.isoformat()}"
    return salted_hmac("workspaces.invitation", said, algorithm="sha256").hexdigest()


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(actor: Actor, email: str, role: Role) -> Invitation:
    """Offer `role` to an address and mail it. The answer never says whether it has an account."""
    actor.require(Perm.MEMBERS_MANAGE)
    if role == Role.OWNER:
        actor.require(Perm.WORKSPACE_OWN)
    email = _address(email)
    hold_workspace(actor)
    _mind_limits(actor, email)
    now = timezone.now()
    invitation = Invitation.objects.create(
        workspace=actor.workspace,
        email=email,
        role=role,
        invited_by=actor.user,
        expires_at=now + VALID_FOR,
        token_hash=hash_of(f"{actor.workspace.pk}:{email}:{now.isoformat()}"),
    )
    audit.record(actor, "invitation.sent", invitation, {"role": (None, role.value)})
    _send(invitation)
    return invitation


@transaction.atomic
def resend(actor: Actor, invitation_id: int) -> Invitation:
    """Mail it once more, for a fresh week; the link sent before no longer opens anything."""
    actor.require(Perm.MEMBERS_MANAGE)
    invitation = _open_one(actor, invitation_id)
    if invitation.role == Role.OWNER:
        actor.require(Perm.WORKSPACE_OWN)
    was, invitation.expires_at = invitation.expires_at, timezone.now() + VALID_FOR
    invitation.sent_at = None
    audit.record(
        actor, "invitation.resent", invitation, {"expires_at": (was, invitation.expires_at)}
    )
    _send(invitation)
    return invitation


@transaction.atomic
def revoke(actor: Actor, invitation_id: int) -> Invitation:
    """Take an offer back; its link opens nothing from now on."""
    actor.require(Perm.MEMBERS_MANAGE)
    invitation = _open_one(actor, invitation_id)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record(
        actor, "invitation.revoked", invitation, {"revoked_at": (None, invitation.revoked_at)}
    )
    return invitation


def find(token_hash: str) -> Invitation:
    """The open invitation behind a link. Raises NotFound, with the same words for every reason."""
    found = (
        Invitation.objects.open()
        .select_related("workspace", "invited_by")
        .filter(token_hash=token_hash, expires_at__gt=timezone.now())
        .first()
    )
    if found is None:
        raise NotFound(GONE)
    return found


@transaction.atomic
def accept(user: User, token_hash: str) -> Membership:
    """Join with the role offered. The token is the permission; it works once, for its address.

    Raises NotFound when it is used up, Refused when somebody else holds it.
    """
    invitation = find(token_hash)
    held = Invitation.objects.open().select_for_update(of=("self",)).filter(pk=invitation.pk)
    if held.first() is None:
        raise NotFound(GONE)
    if not is_for(invitation, user):
        raise Refused("This invitation is for another address. Sign in with that one.")
    membership, created = Membership.objects.get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    if not created and not membership.active:
        membership.active, membership.role = True, invitation.role
        membership.save(update_fields=["active", "role"])
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _confirm_address(user)
    actor = Actor(user, invitation.workspace, Role(membership.role))
    audit.record(actor, "member.joined", membership, {"role": (None, membership.role)})
    return membership


def joined_by(user: User, token_hash: str) -> Membership:
    """The membership this link has given the user already: a second click is no mistake.

    Raises NotFound for a link that gave them none.
    """
    used = Invitation.objects.filter(token_hash=token_hash).exclude(accepted_at=None).first()
    if used is not None and is_for(used, user):
        members = Membership.objects.active().select_related("workspace").filter(user=user)
        if found := members.filter(workspace_id=used.workspace_id).first():
            return found
    raise NotFound(GONE)


def is_for(invitation: Invitation, user: User) -> bool:
    """The account's address is the one that was invited."""
    return invitation.email.lower() == user.email.lower()


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise Refused(f"“{email}” is not an e-mail address.") from wrong
    return email


def _mind_limits(actor: Actor, email: str) -> None:
    members = Membership.objects.visible_to(actor).active()
    if members.filter(user__email__iexact=email).exists():
        raise Refused(f"{email} is a member already.")
    ours = Invitation.objects.visible_to(actor)
    if ours.open().filter(email__iexact=email).exists():
        raise Refused(f"{email} has an open invitation. Send it again instead.")
    recent = ours.filter(created_at__gt=timezone.now() - timedelta(hours=1)).count()
    if recent >= MAX_PER_HOUR:
        raise Refused(f"{MAX_PER_HOUR} invitations an hour are sent at most. Try again later.")


def _open_one(actor: Actor, invitation_id: int) -> Invitation:
    ours = Invitation.objects.visible_to(actor).open()
    found = ours.select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("There is no such open invitation.")
    return found


def _send(invitation: Invitation) -> None:
    from workspaces.members.tasks import send_invitation

    invitation.token_hash = hash_of(token_of(invitation))
    invitation.save(update_fields=["token_hash", "expires_at", "sent_at"])
    after_commit(send_invitation, invitation.pk)


def _confirm_address(user: User) -> None:
    """Whoever holds the token reads that mailbox: allauth need not ask again."""
    from allauth.account.models import EmailAddress

    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
