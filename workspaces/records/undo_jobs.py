"""Undoing what was done to very many records."""

from uuid import UUID

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.records import undo

KIND = "undo_batch"
AT_ONCE = 100


def start(actor: Actor, batch: UUID, many: int) -> Job:
    """Queue the undoing of a batch."""
    actor.require(Perm.WORKSPACE_VIEW)
    title = f"Undo {many} changes"
    return jobs.start(actor, KIND, title, {"batch": str(batch)}, total=many)


def run(running: RunningJob) -> None:
    """Part by part; what is already back, or changed since, is left."""
    actor, batch = running.actor(), UUID(running.params["batch"])
    events = undo.batch_events(actor, batch)
    undone = 0
    for first in range(0, len(events), AT_ONCE):
        part = events[first : first + AT_ONCE]
        undone += undo.undo_batch(actor, batch, part)
        running.advance(first + len(part), len(events), "Undoing")
    running.result = {"undone": undone, "left": len(events) - undone}
    running.log(f"{undone} undone, {len(events) - undone} left as they are")
