"""What comes in by a source: taken once, as a note or an answer, or refused with the reason."""

import zlib
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.clock import check_moment
from core.db import lock_keys
from core.errors import DomainError, Refused
from core.mail import host_of, is_automatic
from feedback.inbox.matching import Named
from feedback.inbox.models import Note
from feedback.inbox.services import create_note
from feedback.sources import letters
from feedback.sources.models import Arrival, ArrivalState, Source, SourceKind
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.audit.models import Channel
from workspaces.discussion import answers
from workspaces.discussion.services_files import attach
from workspaces.members.models import Membership
from workspaces.members.people import actor_of

MOST_OF_A_SENDER = 30  # letters in an hour: more is two programs that answer each other
HOUR = timedelta(hours=1)
NOTE = Note._meta.label_lower
NO_KEY = 120


@dataclass(frozen=True, slots=True)
class Said:
    """A note as a webhook or a form sends it."""

    text: str
    title: str = ""
    author: str = ""
    external_id: str = ""
    rating: Any = None
    language: str = ""
    said_at: Any = None
    named: Named = field(default_factory=Named)


def actor_for(source: Source) -> Actor:
    """Whoever made the source, while they may still write notes; else an owner."""
    maker = source.created_by
    found = actor_of(maker, source.workspace, Channel.WORKER) if maker else None
    if found is not None and found.can(Perm.FEEDBACK_EDIT):
        return found
    owners = Membership.objects.in_workspace(source.workspace_id).active().filter(role=Role.OWNER)
    owner = owners.select_related("user").order_by("pk").first()
    if owner is None:
        raise Refused("This workspace has no owner who can take it in.")
    return Actor(owner.user, source.workspace, Role.OWNER, Channel.WORKER)


def key_of(text: str) -> str:
    """The key under which something is taken once."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def take_letter(source: Source, raw: bytes) -> Arrival:
    """Take a letter in, once. What cannot be taken is kept with the reason; nothing is raised."""
    letter = letters.read(raw)
    try:
        return _take_letter(source, letter, raw)
    except (ValidationError, DomainError) as wrong:
        words = " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
        return _refused(source, letter, raw, words)


@transaction.atomic
def _take_letter(source: Source, letter: letters.Letter, raw: bytes) -> Arrival:
    known = _known(source, letter.key)
    if known is not None:
        return known
    reason = refusal(source, letter)
    if reason:
        return _refused(source, letter, raw, reason)
    return _write(source, letter)


@transaction.atomic
def let_in(actor: Actor, arrival: Arrival) -> Arrival:
    """Take in what was refused, because a person says so. Raises Denied or Refused."""
    actor.require(Perm.SOURCES_MANAGE)
    rows = Arrival.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    held = rows.select_related("source__workspace", "source__created_by").get(pk=arrival.pk)
    if held.state != ArrivalState.REFUSED or held.raw is None:
        raise Refused("It is no longer there to be let in.")
    return _write(held.source, letters.read(zlib.decompress(bytes(held.raw))), held)


@transaction.atomic
def take_note(source: Source, said: Said) -> tuple[Arrival, bool]:
    """Take a note in; with whether it is new. The same key again is the same note.

    Raises ValidationError naming the fields, or Refused.
    """
    key = key_of(said.external_id or "\x1f".join((said.title, said.text, said.named.email)))
    known = _known(source, key)
    if known is not None:
        return known, False
    if said.said_at is not None:
        check_moment(said.said_at, "said_at")
    note = create_note(
        actor_for(source),
        named=said.named,
        channel=source.channel,
        product=source.product,
        external_id=_key_in_channel(source, said.external_id or key),
        title=said.title,
        text=said.text,
        author=said.author,
        rating=said.rating,
        language=said.language,
        said_at=said.said_at,
    )
    arrival = _note_down(source, key, ArrivalState.TAKEN, note=note)
    arrival.sender = said.named.email
    arrival.subject = str(note)[:300]
    arrival.save()
    return arrival, True


def refusal(source: Source, letter: letters.Letter) -> str:
    """Why nothing is made of a letter; empty for a person's. The guards against loops."""
    host = host_of(settings.SITE_URL)
    automatic = is_automatic(letter.message, own_addresses(source.workspace_id), host)
    if automatic:
        return f"Written by a program: {automatic}"[:300]
    lately = Arrival.objects.in_workspace(source.workspace_id).filter(
        source=source, sender=letter.sender, at__gte=timezone.now() - HOUR
    )
    if lately.count() >= MOST_OF_A_SENDER:
        return f"More than {MOST_OF_A_SENDER} letters of {letter.sender} within an hour."[:300]
    return "" if letter.text.strip() or letter.subject else "It says nothing."


def own_addresses(workspace_id: int) -> set[str]:
    """The addresses that letters of ours come from or go to."""
    rows = Source.objects.in_workspace(workspace_id).filter(kind=SourceKind.MAILBOX)
    found = {one for pair in rows.values_list("address", "username") for one in pair}
    found |= {settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL}
    return {one.rpartition("<")[2].rstrip("> ").lower() for one in found if "@" in one}


def _write(source: Source, letter: letters.Letter, arrival: Arrival | None = None) -> Arrival:
    """A letter as a note, or as the answer to one of ours."""
    actor = actor_for(source)
    arrival = arrival or _note_down(source, letter.key, ArrivalState.TAKEN)
    answered = answers.letter_of(source.workspace_id, letter.refers, letter.sender)
    if answered is not None:
        about = answers.take(actor, answered, letter.sender_name or letter.sender, letter.text)
        kind, pk = about.kind, about.object_id
        arrival.state = ArrivalState.ANSWER
        arrival.note_id = pk if kind == NOTE else None
    else:
        note = _noted(actor, source, letter)
        kind, pk = NOTE, note.pk
        arrival.state, arrival.note = ArrivalState.TAKEN, note
    arrival.reason = _attached(actor, kind, pk, letter.files)
    arrival.sender, arrival.subject, arrival.raw = letter.sender, letter.subject, None
    arrival.save()
    return arrival


def _noted(actor: Actor, source: Source, letter: letters.Letter) -> Note:
    now = timezone.now()
    said_at = letter.said_at if letter.said_at and letter.said_at <= now else now
    try:
        check_moment(said_at, "said_at")
    except ValidationError:
        said_at = now
    return create_note(
        actor,
        named=Named(email=letter.sender),
        channel=source.channel,
        product=source.product,
        external_id=_key_in_channel(source, letter.key),
        title=letter.subject,
        text=letter.text,
        author=letter.sender_name or letter.sender,
        said_at=said_at,
    )


def _attached(actor: Actor, kind: str, pk: int, files: tuple[letters.File, ...]) -> str:
    """Keep the files with the record. What could not be kept is returned in words."""
    lost = []
    for file in files:
        try:
            attach(actor, kind, pk, file.name, BytesIO(file.content))
        except Refused as refusal:
            lost.append(str(refusal))
    return " ".join(lost)[:300]


def _key_in_channel(source: Source, key: str) -> str:
    """Two sources may share a channel, and their keys may be the same."""
    whole = f"{source.pk}:{key}"
    return whole if len(whole) <= NO_KEY else f"{source.pk}:{key_of(key)}"


def _known(source: Source, key: str) -> Arrival | None:
    """What came under this key before; whoever brings it now waits for whoever does at once."""
    lock_keys("arrivals", [f"{source.pk}:{key}"])
    rows = Arrival.objects.in_workspace(source.workspace_id).filter(source=source, key=key)
    return rows.defer("raw").first()


def _note_down(source: Source, key: str, state: ArrivalState, **values: Any) -> Arrival:
    Source.objects.in_workspace(source.workspace_id).filter(pk=source.pk).update(
        last_note_at=timezone.now()
    )
    return Arrival(workspace_id=source.workspace_id, source=source, key=key, state=state, **values)


@transaction.atomic
def _refused(source: Source, letter: letters.Letter, raw: bytes, words: str) -> Arrival:
    known = _known(source, letter.key)
    if known is not None:
        return known
    return Arrival.objects.create(
        workspace_id=source.workspace_id,
        source=source,
        key=letter.key,
        state=ArrivalState.REFUSED,
        reason=words[:300],
        sender=letter.sender,
        subject=letter.subject,
        raw=zlib.compress(raw),
    )


@transaction.atomic
def refuse_unread(source: Source, name: str, words: str) -> None:
    """Note down a letter that was not even read."""
    key = key_of(name)
    if _known(source, key) is None:
        Arrival.objects.create(
            workspace_id=source.workspace_id,
            source=source,
            key=key,
            state=ArrivalState.REFUSED,
            reason=words[:300],
            subject=name[:300],
        )
