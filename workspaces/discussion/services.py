"""The verbs of a discussion. Whoever cannot read the record cannot speak; it is asked each time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.discussion import letters, mentions
from workspaces.discussion.models import (
    Attachment,
    Comment,
    CommentRevision,
    Emoji,
    Mention,
    Reaction,
)
from workspaces.discussion.outside import Outside, outside_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS

GONE = "That comment is no longer there."


@transaction.atomic
def add_comment(
    actor: Actor,
    kind: str,
    pk: int,
    body: str,
    *,
    parent: int | None = None,
    anchor: str = "",
    internal: bool = True,
    chosen: Iterable[str] = (),
    files: Sequence[int] = (),
) -> Comment:
    """Say something about a record, or reply. Raises Denied, NotFound, Refused, ValidationError.

    `chosen` are the refs picked from the list of names, `files` attachments that came with it.
    """
    actor.require(Perm.DISCUSS)
    row = refs.find(actor, kind, pk)
    opener = _opener(actor, kind, pk, parent)
    outside = None if internal else _allow_public(actor, kind, row, opener)
    comment = Comment(
        workspace=actor.workspace,
        kind=kind,
        object_id=pk,
        parent=opener,
        author=actor.user,
        anchor="" if opener else anchor.strip(),
        body=mentions.resolved(actor, kind, pk, body.strip(), chosen),
        internal=internal,
    )
    comment.full_clean(exclude=["workspace", "parent", "author", "resolved_by"])
    comment.save()
    Mention.objects.bulk_create(mentions.rows_of(comment))
    _take(actor, comment, files)
    if outside is not None:
        letters.plan(comment, outside)
    audit.record(actor, "comment.created", comment, {})
    return comment


@transaction.atomic
def edit_comment(
    actor: Actor,
    pk: int,
    body: str,
    *,
    seen_version: int,
    chosen: Iterable[str] = (),
    files: Sequence[int] = (),
) -> Comment:
    """Replace the text of one's own comment; what it said before is kept.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError.
    """
    actor.require(Perm.DISCUSS)
    comment = held(actor, pk)
    if comment.author_id != actor.user.pk:
        raise Refused("Only its author can change a comment.")
    if comment.version != seen_version:
        raise EditConflict(
            "This comment changed while you were editing it.", {"body": comment.body}
        )
    text = mentions.resolved(actor, comment.kind, comment.object_id, body.strip(), chosen)
    _take(actor, comment, files)
    if text == comment.body:
        return comment
    CommentRevision.objects.create(
        workspace=actor.workspace, comment=comment, body=comment.body, replaced_by=actor.user
    )
    comment.body, comment.edited_at = text, timezone.now()
    comment.full_clean(exclude=["workspace", "parent", "author", "resolved_by"])
    _save(comment, "body", "edited_at")
    _name_anew(comment)
    audit.record(actor, "comment.edited", comment, {})
    return comment


@transaction.atomic
def resolve_thread(actor: Actor, pk: int) -> Comment:
    """Say that a thread needs nothing more. Raises Denied, NotFound or Refused."""
    actor.require(Perm.DISCUSS)
    comment = held(actor, pk)
    if comment.parent_id:
        raise Refused("A thread is resolved at its first comment.")
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = timezone.now(), actor.user
        _touch(comment, "resolved_at", "resolved_by")
        audit.record(actor, "comment.resolved", comment, {})
    return comment


@transaction.atomic
def reopen_thread(actor: Actor, pk: int) -> Comment:
    """Open a resolved thread again. Raises Denied or NotFound."""
    actor.require(Perm.DISCUSS)
    comment = held(actor, pk)
    if comment.resolved_at is not None:
        comment.resolved_at, comment.resolved_by = None, None
        _touch(comment, "resolved_at", "resolved_by")
        audit.record(actor, "comment.reopened", comment, {})
    return comment


@transaction.atomic
def delete_comment(actor: Actor, pk: int, *, seen_version: int | None = None) -> Comment:
    """Take a comment away; its thread stays. Raises Denied, NotFound, EditConflict or Refused."""
    actor.require(Perm.DISCUSS)
    comment = held(actor, pk)
    _mine(actor, comment)
    if seen_version is not None and comment.version != seen_version:
        raise EditConflict("This comment changed since you opened it.", {"body": comment.body})
    comment.deleted_at = timezone.now()
    _save(comment, "deleted_at")
    audit.record(actor, "comment.deleted", comment, {})
    return comment


@transaction.atomic
def restore_comment(actor: Actor, pk: int) -> Comment:
    """Bring a deleted comment back. Raises Denied, NotFound or Refused."""
    actor.require(Perm.DISCUSS)
    comment = held(actor, pk, deleted=True)
    _mine(actor, comment)
    comment.deleted_at = None
    _save(comment, "deleted_at")
    audit.record(actor, "comment.restored", comment, {})
    return comment


@transaction.atomic
def react(actor: Actor, pk: int, emoji: str) -> bool:
    """Add one's reaction, or take it back. Whether it stands now. Raises Denied or NotFound."""
    actor.require(Perm.DISCUSS)
    if emoji not in Emoji.values:
        raise Refused("There is no such reaction.")
    comment = held(actor, pk)
    rows = Reaction.objects.in_workspace(actor.workspace.pk)
    mine = rows.filter(comment=comment, user=actor.user, emoji=emoji)
    gone, _ = mine.delete()
    if not gone:
        Reaction.objects.create(
            workspace=actor.workspace, comment=comment, user=actor.user, emoji=emoji
        )
    _touch(comment)
    return not gone


def held(actor: Actor, pk: int, *, deleted: bool = False) -> Comment:
    """The comment, locked, if its record may be read. Raises NotFound."""
    rows = Comment.objects.in_workspace(actor.workspace.pk).select_for_update(no_key=True)
    comment = rows.filter(pk=pk, deleted_at__isnull=not deleted).first()
    if comment is None:
        raise NotFound(GONE)
    refs.find(actor, comment.kind, comment.object_id)
    return comment


def _opener(actor: Actor, kind: str, pk: int, parent: int | None) -> Comment | None:
    """What opened the thread that is replied to; a reply to a reply joins the same thread."""
    if parent is None:
        return None
    rows = Comment.objects.in_workspace(actor.workspace.pk).about(kind, pk)
    found = rows.filter(pk=parent).first()
    if found is None:
        raise NotFound(GONE)
    opener = rows.select_for_update(no_key=True).filter(pk=found.thread).first()
    if opener is None:
        raise NotFound(GONE)
    return opener


def _allow_public(actor: Actor, kind: str, row: Any, opener: Comment | None) -> Outside:
    """Whom a public reply reaches."""
    if not KINDS[kind].public_replies:
        raise Refused("What is said about this kind of record stays internal.")
    if opener is not None and opener.internal:
        raise Refused("This thread is internal. Start a new one to reply publicly.")
    outside = outside_of(actor, KINDS[kind], row)
    if outside is None:
        raise Refused("Your role here does not reply to people outside.")
    return outside


def _mine(actor: Actor, comment: Comment) -> None:
    if comment.author_id != actor.user.pk and not actor.can(Perm.WORKSPACE_MANAGE):
        raise Refused("Only its author, or an admin, can delete a comment.")


def _save(comment: Comment, *fields: str) -> None:
    comment.version += 1
    _touch(comment, *fields, "version")


def _touch(comment: Comment, *fields: str) -> None:
    comment.touched_at = timezone.now()
    comment.save(update_fields=[*fields, "touched_at"])


def _name_anew(comment: Comment) -> None:
    """Keep the mentions that still stand, so that nobody is told twice; add and drop the others."""
    rows = Mention.objects.in_workspace(comment.workspace_id).filter(comment=comment)
    wanted = {_named(row): row for row in mentions.rows_of(comment)}
    for row in rows:
        if wanted.pop(_named(row), None) is None:
            row.delete()
    Mention.objects.bulk_create(wanted.values())


def _named(row: Mention) -> tuple[int | None, int | None, str, int | None]:
    return row.user_id, row.team_id, row.kind, row.object_id


def _take(actor: Actor, comment: Comment, files: Sequence[int]) -> None:
    """Let a comment have the files its author uploaded for it; any others are not its to take."""
    if files:
        rows = Attachment.objects.in_workspace(actor.workspace.pk)
        here = rows.about(comment.kind, comment.object_id).kept()
        here.filter(pk__in=files, uploaded_by=actor.user, comment=None).update(comment=comment)
        if not comment.internal:
            letters.check_files(comment)
