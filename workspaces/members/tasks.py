"""Letters about membership. Each can run twice; what was not sent is found again every hour."""

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from core.mail import Stream, build, host_of
from core.tasks import ring
from workspaces.audit.models import ActivityEvent
from workspaces.members.models import Invitation, Membership

LETTERS = {
    "member.role_changed": "role_changed",
    "member.removed": "removed",
    "member.left": "left",
    "workspace.deleted": "workspace_deleted",
}


@shared_task
def send_invitation(invitation_id: int) -> None:
    """Mail an open invitation that was not mailed yet."""
    from workspaces.members.invitations import hash_of, token_of

    with transaction.atomic():
        waiting = Invitation.objects.open().select_for_update(of=("self",))
        invitation = (
            waiting.filter(pk=invitation_id, sent_at=None)
            .select_related("workspace", "invited_by")
            .first()
        )
        if invitation is None or invitation.expired:
            return
        token = token_of(invitation)
        link = f"{settings.SITE_URL}/invitations/{token}/"
        name = f"invitation-{invitation.pk}-{invitation.expires_at:%Y%m%d%H%M%S}"
        _mail("invitation", invitation.email, name, {"invitation": invitation, "link": link})
        invitation.token_hash, invitation.sent_at = hash_of(token), timezone.now()
        invitation.save(update_fields=["token_hash", "sent_at"])


@shared_task
def tell_member(event_id: int) -> None:
    """Mail whomever an event of the history is about; for a deleted workspace, its owners."""
    event = ActivityEvent.objects.select_related("workspace", "actor").get(pk=event_id)
    people = Membership.objects.in_workspace(event.workspace_id).select_related("user")
    if event.verb == "workspace.deleted":
        people = people.owners()
    else:
        people = people.filter(pk=event.object_id)
    context = {"event": event, "workspace": event.workspace, "site": settings.SITE_URL}
    for membership in people:
        letter = context | {"membership": membership}
        name = f"event-{event.pk}-{membership.pk}"
        _mail(LETTERS[event.verb], membership.user.email, name, letter)


def ring_for_unsent() -> None:
    """Ring again for invitations whose letter got lost with the broker."""
    for pk in Invitation.objects.open().filter(sent_at=None).values_list("pk", flat=True):
        ring(send_invitation, pk)


def _mail(letter: str, to: str, name: str, context: dict[str, object]) -> None:
    """A plain letter; the template's first line is its subject. `name` is what it is known by."""
    text = render_to_string(f"workspaces/members/letters/{letter}.txt", context)
    subject, _, body = text.partition("\n")
    stream = Stream(host_of(settings.SITE_URL), "members", name)
    build(stream, to, subject, body.strip() + "\n").send()
