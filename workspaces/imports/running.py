"""The three jobs of an import: check every row, merge the rows, take it all back.

A merge is one transaction: killed, cancelled or refused it leaves nothing behind, and whoever runs
it again starts from the same rows. Imports of one kind in a workspace follow one another.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Refused
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.imports import checking, staging
from workspaces.imports.kinds import Kind, Outcome
from workspaces.imports.matching import kind_of
from workspaces.imports.merging import told
from workspaces.imports.models import ImportRun, ImportState
from workspaces.jobs.running import Cancelled, Lost, RunningJob

QUEUE_SECONDS = 0.3


def check_import(job: RunningJob) -> None:
    """Stage the file and check every row; nothing outside the stage changes."""
    run, kind = _begin(job, ImportState.CHECKING)
    with _ended(run), transaction.atomic():
        staging.unlimited()
        counts = staging.fill(run, job.advance)
        run.counts = counts
        stage = staging.stage_of(run, job.actor(), job.advance)
        counts |= checking.check_all(stage, kind)
        job.log(f"{counts['rows']:,} rows, {counts['errors']:,} with problems.")
        job.result = {key: counts[key] for key in ("rows", "ok", "errors", "issues")}
        job.confirm()
        _settle(run, ImportState.CHECKED, counts)


def run_import(job: RunningJob) -> None:
    """Merge the checked rows. Safe to run again: what is done stays done, once."""
    run, kind = _begin(job, ImportState.RUNNING)
    if run.state == ImportState.DONE:
        return
    with _ended(run), transaction.atomic():
        staging.unlimited()
        _wait_for_turn(job, run)
        if not staging.exists(run):
            job.log("The staged rows were lost; the file is read again.")
            run.counts |= staging.fill(run, job.advance)
        stage = staging.stage_of(run, job.actor(), job.advance)
        counts = run.counts | checking.check_all(stage, kind)
        if counts["errors"] and not run.keep_good:
            raise Refused(
                f"{counts['errors']:,} rows have problems now that the data has changed. Check the "
                "file again, or import the good rows only."
            )
        job.advance(0, counts["ok"], "Importing")
        outcome = kind.merge(stage)
        job.result = _told(outcome)
        job.log(_sentence(outcome))
        job.advance(counts["ok"], counts["ok"], "Saving")
        staging.check_keys()  # before the job's row is held: it goes on beating meanwhile
        job.confirm()
        passed_over = max(0, counts.get("lines", 0) - outcome.rows["read"])
        accounted = outcome.rows | {"passed_over": passed_over}
        if accounted["left_out"]:
            staging.keep_issues(run.pk)
        _settle(run, ImportState.DONE, counts | _told(outcome) | {"accounted": accounted})
    staging.drop_rows(run.pk, issues=not accounted["left_out"])


def undo_import(job: RunningJob) -> None:
    """Take an import back: created rows go, changed ones get their old values."""
    run, kind = _begin(job, ImportState.DONE)
    if run.state == ImportState.UNDONE:
        return
    actor = job.actor()
    with transaction.atomic():
        staging.unlimited()
        _wait_for_turn(job, run)
        job.advance(0, 0, "Taking it back")
        with audit.in_batch(uuid4()):  # told once, as the import was
            outcome = kind.undo(actor, run.pk)
            job.result = _told(outcome)
            job.confirm()
            _settle(run, ImportState.UNDONE, run.counts | {"undo": _told(outcome)})
            audit.record(actor, "import.undone", run, {})


def _begin(job: RunningJob, state: ImportState) -> tuple[ImportRun, Kind]:
    """The import this job is for, in its running state. Raises DomainError when it may not run."""
    run = (
        ImportRun.objects.in_workspace(job.job.workspace_id)
        .select_related("workspace")
        .filter(pk=job.params["run"], job_id=job.job.pk)
        .first()
    )
    if run is None:
        raise Refused("This import has been discarded or started anew.")
    actor, kind = job.actor(), kind_of(run.kind, run.workspace)
    actor.require(Perm.IMPORTS_RUN)
    actor.require(kind.perm)
    if run.state not in (ImportState.DONE, ImportState.UNDONE):
        run.state = state
        run.save(update_fields=["state"])
    return run, kind


def _settle(run: ImportRun, state: ImportState, counts: dict[str, object]) -> None:
    run.state, run.counts, run.finished_at = state, counts, timezone.now()
    run.save(update_fields=["state", "counts", "finished_at"])


@contextmanager
def _ended(run: ImportRun) -> Iterator[None]:
    """However the work ends, the import says so; a lost job leaves that to its new worker."""
    try:
        yield
    except Lost:
        raise
    except Exception as end:
        state = ImportState.CANCELLED if isinstance(end, Cancelled) else ImportState.FAILED
        ImportRun.objects.in_workspace(run.workspace_id).filter(pk=run.pk).update(
            state=state, finished_at=timezone.now()
        )
        raise


def _wait_for_turn(job: RunningJob, run: ImportRun) -> None:
    """One import of a kind at a time in a workspace; waiting can be cancelled."""
    key = f"import:{run.workspace_id}:{run.kind}"
    while not _locked(key):
        job.advance(0, 0, "Waiting for another import")
        time.sleep(QUEUE_SECONDS)


def _locked(key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])


def _told(outcome: Outcome) -> dict[str, object]:
    return {
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "skipped": outcome.skipped,
    }


def _sentence(outcome: Outcome) -> str:
    parts = told(outcome.created, "created") + told(outcome.updated, "updated")
    parts += told({"rows": outcome.unchanged}, "unchanged")
    parts += told({"rows": outcome.rows["left_out"]}, "left out")
    return ", ".join(parts) or "Nothing changed"


RUNNERS: dict[str, tuple[str, Callable[[RunningJob], None]]] = {
    "check_import": ("Check an import", check_import),
    "run_import": ("Import", run_import),
    "undo_import": ("Undo an import", undo_import),
}
