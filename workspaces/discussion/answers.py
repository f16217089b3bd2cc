"""Answers to public replies: a letter that answers one of ours joins the record's discussion."""

import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction

from core.errors import Refused
from core.mail import host_of
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.discussion.models import LONGEST, Comment, LetterState, PublicLetter
from workspaces.records import refs

SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>@~&])")
ROOM = 200
FINDERS: list[Callable[[int], str]] = []


def register_address(find: Callable[[int], str]) -> None:
    """Called from an AppConfig's ready(). `find(workspace_id)` is an address of the workspace that
    is read by itself; nothing where there is none."""
    FINDERS.append(find)


def address_of(workspace_id: int) -> str:
    """Where answers join the discussion by themselves; nothing where they cannot."""
    return next((found for find in FINDERS if (found := find(workspace_id))), "")


def letter_of(workspace_id: int, refers: Iterable[str], sender: str) -> PublicLetter | None:
    """The letter of ours that a letter answers, when it comes from whom ours went to."""
    ours = re.compile(rf"<reply-(\d{{1,18}})@{re.escape(host_of(settings.SITE_URL))}>", re.I)
    pks = [int(found[1]) for one in refers if (found := ours.fullmatch(one))]
    if not pks or not sender:
        return None
    rows = PublicLetter.objects.in_workspace(workspace_id).filter(
        pk__in=pks, to__iexact=sender, state=LetterState.SENT, comment__deleted_at=None
    )
    return rows.select_related("comment").order_by("-pk").first()


@transaction.atomic
def take(actor: Actor, letter: PublicLetter, who: str, text: str) -> Comment:
    """Write the answer into the thread, as somebody outside. Nothing in it names or draws anything.

    Raises Denied, or Refused when the record is gone.
    """
    actor.require(Perm.DISCUSS)
    asked = letter.comment
    if not refs.named(actor, [asked.ref]):
        raise Refused("What it answers is gone.")
    words = SIGNS.sub(r"\\\1", text)
    if len(words) > LONGEST - ROOM:
        words = words[: LONGEST - ROOM].rstrip("\\") + "…"
    name = SIGNS.sub(r"\\\1", who[:100])
    comment = Comment.objects.create(
        workspace_id=letter.workspace_id,
        kind=asked.kind,
        object_id=asked.object_id,
        parent_id=asked.thread,
        author=None,
        internal=False,
        body=f"**{name}**\n\n{words}",
    )
    ActivityEvent.objects.create(
        workspace_id=letter.workspace_id,
        channel=Channel.WORKER,
        verb="comment.created",
        model=Comment._meta.label_lower,
        object_id=comment.pk,
        label=str(comment)[:200],
    )
    return comment
