"""What imports leave lying about: stages, and the files of imports that are long over."""

import re
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from workspaces.imports import staging
from workspaces.imports.models import ImportRun, ImportState

STAGE_KEPT = timedelta(days=7)  # a checked import waits so long for its start, then is read anew
FILE_KEPT = timedelta(days=30)  # as long as the list of what was left out
OVER = (ImportState.DONE, ImportState.UNDONE)
BATCH = 200


def tidy_imports() -> None:
    """Drop stages nobody needs, and delete files after their time; the history stays."""
    _drop_stages()
    old = ImportRun.objects.filter(created_at__lt=timezone.now() - FILE_KEPT).exclude(file="")
    for run in old.exclude(state__in=(ImportState.CHECKING, ImportState.RUNNING))[:BATCH]:
        names = [run.file.name, *(part["name"] for part in run.parts)]
        ImportRun.objects.filter(pk=run.pk).update(file="", parts=[])
        for name in names:
            default_storage.delete(name)


def _drop_stages() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
            "AND tablename ~ %s",
            [f"^{staging.PREFIX}[0-9]+(_issues)?$"],
        )
        ids = {int(re.sub(r"\D", "", name)) for (name,) in cursor.fetchall()}
    waiting = ImportRun.objects.filter(
        pk__in=ids, created_at__gte=timezone.now() - STAGE_KEPT
    ).exclude(state__in=OVER)
    running = ImportRun.objects.filter(
        pk__in=ids, state__in=(ImportState.CHECKING, ImportState.RUNNING)
    )
    done = ImportRun.objects.filter(
        pk__in=ids, state=ImportState.DONE, created_at__gte=timezone.now() - FILE_KEPT
    )
    needed = {*waiting.values_list("pk", flat=True), *running.values_list("pk", flat=True)}
    told = set(done.values_list("pk", flat=True))
    for run_id in sorted(ids - needed):
        staging.drop_rows(run_id, issues=run_id not in told)
