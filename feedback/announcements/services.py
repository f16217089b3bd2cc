"""Writing, publishing and sending announcements; and ending their letters."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from core.mail import mail_is_set_up
from core.tasks import after_commit
from feedback.announcements.drafting import words_for
from feedback.announcements.models import (
    AnnouncedIdea,
    Announcement,
    AnnouncementState,
    Mailing,
    News,
    Unsubscribed,
)
from feedback.announcements.people import recipients
from feedback.announcements.records import ANNOUNCEMENT
from feedback.ideas.models import Idea
from feedback.segments.models import Segment
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.members.models import Workspace
from workspaces.records.services import change_record, create_record

BATCH = 2_000


@transaction.atomic
def announce(actor: Actor, ideas: Sequence[Idea]) -> Announcement:
    """Begin an announcement about these ideas. Raises Denied."""
    actor.require(Perm.FEEDBACK_EDIT)
    states = {one.state for one in ideas}
    same = states.pop() if len(states) == 1 else ""
    news = News(same) if same in News.values else News.OTHER
    title = ideas[0].title if ideas else "News"
    values = {"title": title[:200], "text": words_for(ideas, news), "news": news.value}
    made: Announcement = create_record(actor, ANNOUNCEMENT, values)
    AnnouncedIdea.objects.bulk_create(
        AnnouncedIdea(workspace=actor.workspace, announcement=made, idea=one) for one in ideas
    )
    return made


@transaction.atomic
def write(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Announcement:
    """Change a draft. `texts` are its words by segment.

    Raises Denied, NotFound, EditConflict, Refused or ValidationError naming the fields.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    if "texts" in values:
        known = set(Segment.objects.visible_to(actor).values_list("pk", flat=True))
        values["texts"] = {
            key: text[:20_000] for key, text in values["texts"].items() if int(key) in known
        }
    changed: Announcement = change_record(actor, ANNOUNCEMENT, pk, seen_version, values)
    return changed


@transaction.atomic
def publish(actor: Actor, pk: int, *, seen_version: int, letters: bool) -> Announcement:
    """Publish a draft, with letters to everybody who asked or without any. It happens once.

    Raises Denied, NotFound, EditConflict or Refused.
    """
    actor.require(Perm.SHARE_OUTSIDE)
    rows = Announcement.objects.visible_to(actor).select_for_update(no_key=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("That announcement no longer exists.")
    if not row.is_draft:
        raise Refused("It is published already. Nobody gets it twice.")
    if row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were looking at it. Read it again first.")
    if not row.text.strip():
        raise Refused("Write what there is to say first.")
    many = _plan(actor, row) if letters else 0
    row.state, row.published_at, row.sender = (
        AnnouncementState.PUBLISHED,
        timezone.now(),
        actor.user,
    )
    row.version += 1
    row.save(update_fields=["state", "published_at", "sender", "version", "updated_at"])
    changes: dict[str, tuple[Any, Any]] = {"letters": (0, many)}
    audit.record(actor, "announcement.published", row, changes)
    return row


def _plan(actor: Actor, row: Announcement) -> int:
    """Write down who gets a letter, once each, and ring for them."""
    actor.require(Perm.CUSTOMERS_VIEW)
    if not mail_is_set_up():
        raise Refused("No mail server is set up, so no letter can go. Publish it without letters.")
    letters = [
        Mailing(
            workspace=actor.workspace,
            announcement=row,
            person=one.person,
            to=one.to,
            customer_id=one.customer,
            segment=one.segment,
            reason=one.reason,
        )
        for one in recipients(actor, row)
        if not one.left_out
    ]
    Mailing.objects.bulk_create(letters, batch_size=BATCH)
    from feedback.announcements.tasks import send_announcements

    after_commit(send_announcements)
    return len(letters)


@transaction.atomic
def set_letters(workspace_id: int, person: str, *, wanted: bool) -> None:
    """Whether somebody wants letters of announcements. Their signed link is the permission."""
    rows = Unsubscribed.objects.in_workspace(workspace_id).filter(person=person)
    if wanted:
        rows.delete()
    elif not rows.exists() and Workspace.objects.filter(pk=workspace_id).exists():
        Unsubscribed.objects.bulk_create(
            [Unsubscribed(workspace_id=workspace_id, person=person)], ignore_conflicts=True
        )
