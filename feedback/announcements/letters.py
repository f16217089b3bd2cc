"""Letters of announcements: claimed one by one, checked again when they go, their outcome kept."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.mail import Stream, build, host_of
from core.markdown import rendered
from feedback.announcements.models import Announcement, Mailing, MailState, Reason, Unsubscribed
from feedback.announcements.people import ERASED, UNSUBSCRIBED
from feedback.portal.models import Ballot
from finance.ledger.models import Customer
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.audit.models import Channel
from workspaces.members.models import Membership
from workspaces.records.models import ScopedQuerySet

SILENCE = timedelta(minutes=5)  # a letter that is being sent for so long has lost its worker
MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=2)
SALT = "feedback.announcements.unsubscribe"
NOWHERE = "erased@erased.invalid"  # of the names that no mail ever reaches (RFC 2606)
MOVED = "the address has changed"
WHY = {
    Reason.ASKED: "you asked for it",
    Reason.VOTED: "you voted for it",
    Reason.ON_BEHALF: "you told us that you want it",
}
LEFT = "whoever sent it may no longer do so"
WITHDRAWN = "the announcement was deleted"


def is_due() -> bool:
    """Whether there is a letter to send."""
    return _due().exists()


def _due() -> QuerySet[Mailing]:
    now = timezone.now()
    waiting = Q(state=MailState.WAITING, due_at__lte=now)
    abandoned = Q(state=MailState.SENDING, claimed_at__lt=now - SILENCE)
    return Mailing.objects.filter(waiting | abandoned)


def claim_next() -> Mailing | None:
    """Take a letter that is due, or whose worker fell silent. None when no letter is."""
    now, due = timezone.now(), _due()
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        if due.filter(pk=pk).update(
            state=MailState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        ):
            found = Mailing.objects.select_related("workspace", "announcement__sender", "customer")
            return found.get(pk=pk)
    return None


def send(letter: Mailing) -> None:
    """Send a claimed letter if it may still go, and write down what became of it.

    Raises OSError when the mail server does not take it; then nothing is noted.
    """
    if refusal := _refusal(letter):
        _end(letter, MailState.LEFT_OUT, refusal)
        return
    write(letter).send()
    _end(letter, MailState.SENT)


def put_off(letter: Mailing, error: Exception) -> None:
    """Try a letter again later; give it up after the last attempt, with the reason."""
    words = f"{type(error).__name__}: {error}"[:300]
    if letter.attempts >= MAX_ATTEMPTS:
        _end(letter, MailState.FAILED, words)
        return
    wait = FIRST_WAIT * 2 ** (letter.attempts - 1)
    _mine(letter).update(state=MailState.WAITING, due_at=timezone.now() + wait, error=words)


def write(letter: Mailing) -> EmailMultiAlternatives:
    """The letter: the words for this person's segment, and the link that ends such letters."""
    announcement = letter.announcement
    text = words_of(announcement, letter.segment)
    link = unsubscribe_link(letter.workspace_id, letter.person)
    context = {
        "announcement": announcement,
        "workspace": letter.workspace,
        "text": text,
        "html": public_html(text),
        "reason": WHY[Reason(letter.reason)],
        "unsubscribe": link,
    }
    stream = Stream(
        host_of(settings.SITE_URL),
        f"news-{letter.workspace_id}",
        f"news-{announcement.pk}-{letter.pk}",
    )
    return build(
        stream,
        letter.to,
        announcement.title,
        render_to_string("feedback/announcements/letter.txt", context),
        render_to_string("feedback/announcements/letter.html", context),
        unsubscribe=link,
    )


def words_of(announcement: Announcement, segment: int | None) -> str:
    """What people of this segment read."""
    own = str(announcement.texts.get(str(segment), "")) if segment is not None else ""
    return own if own.strip() else announcement.text


def public_html(text: str) -> str:
    """Markdown for people outside: nothing of it speaks of our rows."""
    return rendered(text, lambda kind, pk: "…", lambda pk, alt: "")


def unsubscribe_link(workspace_id: int, person: str) -> str:
    """Ends the letters of one workspace to one person. It opens nothing else, and never expires."""
    token = signing.dumps([workspace_id, person], salt=SALT)
    return settings.SITE_URL + reverse("news_unsubscribe", args=[token])


def unsubscribed_by(token: str) -> tuple[int, str] | None:
    """The workspace and person behind such a link; None when we did not make it."""
    try:
        workspace_id, person = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return workspace_id, person


def forget(workspace_id: int, address: str) -> None:
    """Take an address out of every letter for good. Part of the caller's transaction."""
    theirs = Mailing.objects.in_workspace(workspace_id).filter(to__iexact=address)
    theirs.filter(state__in=[MailState.WAITING, MailState.SENDING]).update(
        state=MailState.LEFT_OUT, error=ERASED
    )
    theirs.filter(state=MailState.FAILED).update(error="")  # a server's words may name it
    theirs.update(to=NOWHERE)


def _refusal(letter: Mailing) -> str:
    """Why it does not go after all; nothing when it does."""
    announcement = letter.announcement
    if announcement.deleted_at is not None:
        return WITHDRAWN
    if not _sender_may(letter):
        return LEFT
    silent = Unsubscribed.objects.in_workspace(letter.workspace_id).filter(person=letter.person)
    if silent.exists():
        return UNSUBSCRIBED
    if letter.customer_id is None:
        ballots = Ballot.objects.in_workspace(letter.workspace_id)
        return "" if ballots.filter(email__iexact=letter.to).exists() else ERASED
    rows = Customer.objects.in_workspace(letter.workspace_id).filter(pk=letter.customer_id)
    now = rows.values_list("email", flat=True).first()
    if not now:
        return ERASED
    return "" if now.strip().lower() == letter.to.lower() else MOVED


def _sender_may(letter: Mailing) -> bool:
    sender = letter.announcement.sender
    members = Membership.objects.in_workspace(letter.workspace_id).active()
    found = members.filter(user=sender).first() if sender else None
    if found is None or sender is None:
        return False
    actor = Actor(sender, letter.workspace, Role(found.role), Channel.WORKER)
    return actor.can(Perm.SHARE_OUTSIDE)


def _mine(letter: Mailing) -> ScopedQuerySet[Mailing]:
    rows = Mailing.objects.in_workspace(letter.workspace_id)
    return rows.filter(pk=letter.pk, attempts=letter.attempts, state=MailState.SENDING)


@transaction.atomic
def _end(letter: Mailing, state: MailState, error: str = "") -> None:
    """How it ended, in the log."""
    _mine(letter).update(state=state, error=error, sent_at=timezone.now())
