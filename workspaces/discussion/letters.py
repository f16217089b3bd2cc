"""Public replies as letters: planned with the reply, sent by a worker, their outcome kept."""

from datetime import timedelta
from re import Match

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape

from core.errors import Refused
from core.mail import Stream, build, host_of
from core.markdown import REF, rendered
from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.discussion.answers import address_of
from workspaces.discussion.models import (
    Attachment,
    AttachmentQuerySet,
    Comment,
    LetterState,
    PublicLetter,
)
from workspaces.discussion.outside import Outside
from workspaces.discussion.rendering import PICTURE_LINK, TEAM, USER, Writer
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.models import ScopedQuerySet

SILENCE = timedelta(minutes=5)  # a letter that is being sent for so long has lost its worker
MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=2)
MOST_BYTES = 15 * 1024**2  # of files: a third more on their way, and many servers take 20 MB
LEFT = "Whoever wrote it is no longer a member."
LOST = "Whoever wrote it may no longer reply about this record."
DELETED = "The reply was deleted before it was sent."
ERASED = "erased@erased.invalid"  # of the names that no mail ever reaches (RFC 2606)
GONE = "Whoever it was for was erased."


def plan(comment: Comment, outside: Outside) -> None:
    """Note the letter that a public reply is, or that there is none. In the reply's transaction."""
    state = LetterState.WAITING if outside.sends else LetterState.NONE
    PublicLetter.objects.create(
        workspace_id=comment.workspace_id,
        comment=comment,
        to=outside.person.email if outside.sends else "",
        subject=outside.person.subject[:200],
        state=state,
    )
    if outside.sends:
        from workspaces.discussion.tasks import send_replies

        after_commit(send_replies)


def check_files(comment: Comment) -> None:
    """Raise Refused when the files of a public reply are more than a letter carries."""
    size = _files(comment).aggregate(sum=Sum("size"))["sum"] or 0
    if size > MOST_BYTES:
        limit = MOST_BYTES // 1024**2
        raise Refused(f"A letter carries files of {limit} MB in all. Send a link to larger ones.")


def is_due() -> bool:
    """Whether there is a letter to send."""
    return _due().exists()


def _due() -> QuerySet[PublicLetter]:
    now = timezone.now()
    waiting = Q(state=LetterState.WAITING, due_at__lte=now)
    abandoned = Q(state=LetterState.SENDING, claimed_at__lt=now - SILENCE)
    return PublicLetter.objects.filter(waiting | abandoned)


def claim_next() -> PublicLetter | None:
    """Take a letter that is due, or whose worker fell silent. None when no letter is."""
    now, due = timezone.now(), _due()
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        if due.filter(pk=pk).update(
            state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        ):
            found = PublicLetter.objects.select_related("workspace", "comment__author")
            return found.get(pk=pk)
    return None


def send(letter: PublicLetter) -> None:
    """Send a claimed letter, and write down that it went.

    Raises OSError when the mail server does not take it; then nothing is noted.
    """
    actor = _author(letter)
    if actor is None:
        _end(letter, LetterState.FAILED, LEFT)
        return
    if refusal := _refusal(actor, letter.comment):
        _end(letter, LetterState.FAILED, refusal)
        return
    write(actor, letter).send()
    _end(letter, LetterState.SENT)


def put_off(letter: PublicLetter, error: Exception) -> None:
    """Try a letter again later; give it up after the last attempt, with the reason."""
    words = f"{type(error).__name__}: {error}"[:300]
    if letter.attempts >= MAX_ATTEMPTS:
        _end(letter, LetterState.FAILED, words)
        return
    wait = FIRST_WAIT * 2 ** (letter.attempts - 1)
    _mine(letter).update(state=LetterState.WAITING, due_at=timezone.now() + wait, error=words)


def write(actor: Actor, letter: PublicLetter) -> EmailMultiAlternatives:
    """The letter: what was said, by whom, and the files of the reply.

    It names nothing that only members may open.
    """
    comment = letter.comment
    names = Writer(actor, comment.kind, comment.object_id, [comment.body])

    def name(kind: str, pk: int) -> str:
        if kind in (USER, TEAM):
            return names.name(kind, pk)
        record = names.records.get((kind, pk))
        return record.label if record else "…"

    def plain(match: Match[str]) -> str:
        return name(match.group(2), int(match.group(3)))

    text = REF.sub(plain, PICTURE_LINK.sub("]", comment.body))
    html = rendered(comment.body, lambda kind, pk: escape(name(kind, pk)), lambda pk, alt: "")
    context = {"author": actor.user, "workspace": letter.workspace, "text": text, "html": html}
    thread = f"discussion-{letter.workspace_id}-{comment.thread}"
    stream = Stream(
        host_of(settings.SITE_URL),
        f"workspace-{letter.workspace_id}",
        f"reply-{letter.pk}",
        thread,
    )
    message = build(
        stream,
        letter.to,
        letter.subject,
        render_to_string("discussion/letters/reply.txt", context),
        render_to_string("discussion/letters/reply.html", context),
    )
    message.reply_to = [address_of(letter.workspace_id) or actor.user.email]
    for one in _files(comment).order_by("pk"):
        with default_storage.open(one.file) as kept:
            message.attach(one.name, kept.read(), one.mime)
    return message


def forget(workspace_id: int, address: str) -> None:
    """Take an address out of every letter for good; what waits for it is not sent.

    Part of the caller's transaction.
    """
    theirs = PublicLetter.objects.in_workspace(workspace_id).filter(to__iexact=address)
    theirs.filter(state__in=[LetterState.WAITING, LetterState.SENDING]).update(
        state=LetterState.FAILED, error=GONE
    )
    theirs.filter(state=LetterState.FAILED).update(error=GONE)  # a server's words may name it
    theirs.update(to=ERASED)


def _author(letter: PublicLetter) -> Actor | None:
    """Whoever wrote the reply, with the role they have now; None for somebody who left."""
    members = Membership.objects.in_workspace(letter.workspace_id).active()
    author = letter.comment.author
    found = members.filter(user=author).first() if author else None
    if found is None or author is None:
        return None
    return Actor(author, letter.workspace, Role(found.role), Channel.WORKER)


def _refusal(actor: Actor, comment: Comment) -> str:
    """Why the reply does not go out after all; nothing when it does."""
    if comment.deleted_at is not None:
        return DELETED
    kind = KINDS.get(comment.kind)
    may = kind is not None and actor.can(kind.writes) and refs.named(actor, [comment.ref])
    return "" if may else LOST


def _files(comment: Comment) -> AttachmentQuerySet:
    return Attachment.objects.in_workspace(comment.workspace_id).kept().filter(comment=comment)


def _mine(letter: PublicLetter) -> ScopedQuerySet[PublicLetter]:
    rows = PublicLetter.objects.in_workspace(letter.workspace_id)
    return rows.filter(pk=letter.pk, attempts=letter.attempts, state=LetterState.SENDING)


@transaction.atomic
def _end(letter: PublicLetter, state: LetterState, error: str = "") -> None:
    """How it ended, in the row, in the thread and in the history."""
    now = timezone.now()
    if not _mine(letter).update(state=state, error=error, sent_at=now):
        return
    Comment.objects.in_workspace(letter.workspace_id).filter(pk=letter.comment_id).update(
        touched_at=now
    )
    sent = state == LetterState.SENT
    ActivityEvent.objects.create(
        workspace_id=letter.workspace_id,
        channel=Channel.WORKER,
        verb="comment.mailed" if sent else "comment.not_mailed",
        model=Comment._meta.label_lower,
        object_id=letter.comment_id,
        label=str(letter.comment)[:200],
        changes={} if sent else {"reason": [None, error]},
    )
