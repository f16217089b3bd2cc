"""The verbs of attachments: whoever may read a record and discuss it may attach to it."""

from collections.abc import Sequence
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from core.db import lock_keys
from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.discussion import files
from workspaces.discussion.models import Attachment, AttachmentQuerySet, Comment
from workspaces.records import refs


def attach(actor: Actor, kind: str, pk: int, name: str, upload: IO[bytes]) -> Attachment:
    """Keep a file with a record. Raises Denied, NotFound, or Refused in words."""
    actor.require(Perm.DISCUSS)
    refs.find(actor, kind, pk)
    found = files.known(name, upload)
    rows = Attachment.objects.in_workspace(actor.workspace.pk)
    with files.dropped_unless_done() as kept:
        if not _twin(rows, found):
            kept += files.keep(actor.workspace.pk, upload, found.preview)
        with transaction.atomic():
            _hold(actor.workspace.pk)
            _within_limits(rows.about(kind, pk).kept().count(), rows, found)
            twin = _twin(rows, found)
            if not twin and not kept:
                kept += files.keep(actor.workspace.pk, upload, found.preview)
            row = _row(actor, kind, pk, found, twin or kept)
            row.save()
            audit.record(actor, "attachment.created", row, {"name": (None, row.name)})
        files.drop(kept if twin else [])
    return row


@transaction.atomic
def delete_attachment(actor: Actor, pk: int) -> Attachment:
    """Take a file away; it can be brought back for 30 days. Raises Denied, NotFound or Refused."""
    actor.require(Perm.DISCUSS)
    row = _mine(actor, pk)
    if row.deleted_at is not None:
        raise NotFound("That file was deleted already.")
    return _move(actor, row, deleted=True)


@transaction.atomic
def restore_attachment(actor: Actor, pk: int) -> Attachment:
    """Bring a deleted file back. Raises Denied, NotFound or Refused."""
    actor.require(Perm.DISCUSS)
    row = _mine(actor, pk)
    return row if row.deleted_at is None else _move(actor, row, deleted=False)


def _hold(workspace_id: int) -> None:
    """One upload or purge at a time decides about a workspace's quota and shared files."""
    lock_keys("attachments", [str(workspace_id)])


def _twin(rows: AttachmentQuerySet, found: files.Known) -> list[str]:
    """Where an equal file of this workspace lies; nothing when there is none."""
    twin = rows.filter(sha256=found.sha256).first()
    if twin is None or not default_storage.exists(twin.file):
        return []
    return [twin.file, twin.preview]


def _row(actor: Actor, kind: str, pk: int, found: files.Known, kept: Sequence[str]) -> Attachment:
    row = Attachment(
        workspace=actor.workspace,
        kind=kind,
        object_id=pk,
        name=found.name,
        sha256=found.sha256,
        mime=found.mime,
        size=found.size,
        file=kept[0],
        preview=kept[1],
        uploaded_by=actor.user,
    )
    row.full_clean(exclude=["workspace", "comment", "uploaded_by"])
    return row


def _within_limits(here: int, rows: AttachmentQuerySet, found: files.Known) -> None:
    if here >= settings.ATTACHMENTS_PER_RECORD:
        most = settings.ATTACHMENTS_PER_RECORD
        raise Refused(f"This record has {most} files, and no more fit. Delete one first.")
    used = rows.order_by().values("sha256", "size").distinct().aggregate(sum=Sum("size"))["sum"]
    if (used or 0) + found.size > settings.ATTACHMENT_QUOTA_BYTES:
        quota = settings.ATTACHMENT_QUOTA_BYTES // 1024**2
        raise Refused(f"The files of this workspace would take more than {quota:,} MB.")


def _mine(actor: Actor, pk: int) -> Attachment:
    """The file, locked, if its record may be read and the actor may move it."""
    rows = Attachment.objects.in_workspace(actor.workspace.pk).select_for_update(no_key=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such file here.")
    refs.find(actor, row.kind, row.object_id)
    if row.uploaded_by_id != actor.user.pk and not actor.can(Perm.WORKSPACE_MANAGE):
        raise Refused("Only whoever attached a file, or an admin, can delete it.")
    return row


def _move(actor: Actor, row: Attachment, *, deleted: bool) -> Attachment:
    before, row.deleted_at = row.deleted_at, timezone.now() if deleted else None
    row.version += 1
    row.save(update_fields=["deleted_at", "version"])
    if row.comment_id:
        comments = Comment.objects.in_workspace(actor.workspace.pk)
        comments.filter(pk=row.comment_id).update(touched_at=timezone.now())
    verb = "attachment.deleted" if deleted else "attachment.restored"
    audit.record(actor, verb, row, {"deleted_at": (before, row.deleted_at)})
    return row
