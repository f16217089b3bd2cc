"""A whole import from a text, as a person and their worker would do it."""

import io

from workspaces.access.actor import Actor
from workspaces.imports import services
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job


def import_csv(actor: Actor, kind: str, text: str, name: str = "spring.csv") -> ImportRun:
    """Upload, check and run. Returns the run as it ended."""
    run = services.upload(actor, kind, [(name, io.BytesIO(text.encode()))])
    run_job(services.check(actor, run.pk).job_id or 0)
    run_job(services.start(actor, run.pk).job_id or 0)
    run.refresh_from_db()
    assert run.state == "done", run.counts
    return run


def undo_import(actor: Actor, run: ImportRun) -> None:
    """Take it back."""
    run_job(services.undo(actor, run.pk).job_id or 0)
