"""Writing and sending letters about what happened, with the rights their reader has then."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.mail import Stream, build
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.following import mailing
from workspaces.following.links import host, unsubscribe_link, whole
from workspaces.following.models import Letter, LetterState, Notification, Reason
from workspaces.following.reading import Told, read
from workspaces.members.models import Membership

MOST_LINES = 20
SILENCE = timedelta(minutes=5)  # a letter that is being sent for so long has lost its worker
MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=2)


def is_due() -> bool:
    """Whether there is a letter to send."""
    return _due().exists()


def _due() -> QuerySet[Letter]:
    now = timezone.now()
    waiting = Q(state=LetterState.WAITING)
    abandoned = Q(state=LetterState.SENDING, claimed_at__lt=now - SILENCE)
    return Letter.objects.filter(waiting | abandoned, due_at__lte=now)


def claim_next() -> Letter | None:
    """Take a letter that is due, or whose worker fell silent. None when no letter is."""
    now, due = timezone.now(), _due()
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        won = due.filter(pk=pk).update(
            state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        )
        if won:
            return Letter.objects.select_related("workspace", "user").get(pk=pk)
    return None


def give_up_lost() -> None:
    """Letters whose workers died at every attempt; what they would have said is in the next."""
    since = timezone.now() - SILENCE
    lost = Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=since)
    lost.filter(attempts__gte=MAX_ATTEMPTS).update(state=LetterState.FAILED)


def send(letter: Letter) -> None:
    """Write and send a claimed letter, and note what it told, in one transaction.

    Raises OSError when the mail server does not take it; then nothing is noted.
    """
    with transaction.atomic():
        held = Letter.objects.select_for_update(no_key=True).filter(
            pk=letter.pk, attempts=letter.attempts, state=LetterState.SENDING
        )
        if held.first() is None:
            return
        actor = _reader(letter)
        rows = _untold(actor, letter) if actor else []
        told = read(actor, rows) if actor else []
        if actor is not None and told:
            write(actor, letter, told).send()
        state = LetterState.SENT if told else LetterState.EMPTY
        held.update(state=state, sent_at=timezone.now(), lines=len(told))
        for row in rows:
            Notification.objects.in_workspace(letter.workspace_id).filter(pk=row.pk).update(
                mailed_through=row.last_event
            )


def put_off(letter: Letter) -> None:
    """Try a letter again later; give it up after the last attempt.

    Nothing is lost with it: what it would have said is in the next one.
    """
    mine = Letter.objects.filter(pk=letter.pk, attempts=letter.attempts, state=LetterState.SENDING)
    another = Letter.objects.in_workspace(letter.workspace_id).filter(
        user_id=letter.user_id, at_once=letter.at_once, state=LetterState.WAITING
    )
    if letter.attempts >= MAX_ATTEMPTS or another.exists():
        mine.update(state=LetterState.FAILED)
        return
    wait = FIRST_WAIT * 2 ** (letter.attempts - 1)
    mine.update(state=LetterState.WAITING, due_at=timezone.now() + wait)


def write(actor: Actor, letter: Letter, told: Sequence[Told]) -> EmailMultiAlternatives:
    """One letter of at most MOST_LINES lines; the rest is a link."""
    slug, workspace = actor.workspace.slug, actor.workspace
    link = unsubscribe_link(workspace.pk, actor.user.pk)
    context = {
        "told": [(one, whole(one.url) if one.url else "") for one in told[:MOST_LINES]],
        "more": max(0, len(told) - MOST_LINES),
        "page": whole(reverse("workspaces:notifications", args=[slug])),
        "choices": whole(reverse("workspaces:letters", args=[slug])),
        "unsubscribe": link,
        "workspace": workspace,
    }
    one = told[0] if len(told) == 1 else None
    stream = Stream(
        host(),
        f"workspace-{workspace.pk}",
        f"letter-{letter.pk}",
        f"record-{workspace.pk}-{one.thread}" if one else "",
    )
    text = render_to_string("workspaces/following/letters/news.txt", context)
    html = render_to_string("workspaces/following/letters/news.html", context)
    return build(stream, actor.user.email, _subject(actor, told), text, html, link)


def _subject(actor: Actor, told: Sequence[Told]) -> str:
    first = told[0]
    line = f"{first.who} {first.words} {first.label}"
    if len(told) > 1:
        return f"[{actor.workspace}] {len(told)} updates: {line}"
    return f"[{actor.workspace}] {line}"


def _reader(letter: Letter) -> Actor | None:
    """The person with the role they have now; None for somebody who left."""
    members = Membership.objects.in_workspace(letter.workspace_id).active()
    membership = members.filter(user_id=letter.user_id).first()
    if membership is None:
        return None
    return Actor(letter.user, letter.workspace, Role(membership.role), "worker")


def _untold(actor: Actor, letter: Letter) -> list[Notification]:
    """What this letter is to say: what cannot wait, or everything that no letter has told."""
    rows = Notification.objects.mine(actor).unmailed()
    if letter.at_once:
        choice = mailing.choice_of(letter.workspace_id, letter.user_id)
        rows = rows.filter(reason__in=[why for why in Reason if choice.at_once(why)])
    return list(rows.order_by("reason", "-last_event"))
