"""Deleted files leave for good after their time, unless an equal file still needs the bytes."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.db import lock_keys
from workspaces.discussion import files
from workspaces.discussion.models import Attachment

KEPT = timedelta(days=30)
AT_ONCE = 500


def purge_attachments() -> None:
    """Remove what was deleted 30 days ago. Safe to run twice and side by side."""
    until = timezone.now() - KEPT
    old = Attachment.objects.filter(deleted_at__lt=until).order_by("deleted_at")
    for row in list(old[:AT_ONCE]):
        files.drop(_forget(row))


@transaction.atomic
def _forget(row: Attachment) -> list[str]:
    """Remove a row; the files nobody refers to any more."""
    lock_keys("attachments", [str(row.workspace_id)])
    rows = Attachment.objects.in_workspace(row.workspace_id)
    gone, _ = rows.filter(pk=row.pk, deleted_at=row.deleted_at).delete()
    if not gone or rows.filter(file=row.file).exists():
        return []
    return [row.file, row.preview]
