"""Undoing what was done to very many records."""

from collections import Counter
from uuid import UUID, uuid4

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.records.undo_many import batch_events, undo_batch

KIND = "undo_batch"
AT_ONCE = 500


def start(actor: Actor, batch: UUID, many: int) -> Job:
    """Queue the undoing of a batch."""
    actor.require(Perm.WORKSPACE_VIEW)
    title = f"Undo {many} changes"
    return jobs.start(actor, KIND, title, {"batch": str(batch), "into": str(uuid4())}, total=many)


def run(running: RunningJob) -> None:
    """Part by part; what is already back, or changed since, is left."""
    actor, batch = running.actor(), UUID(running.params["batch"])
    events = batch_events(actor, batch)
    undone, left = 0, Counter[str]()
    for first in range(0, len(events), AT_ONCE):
        part = events[first : first + AT_ONCE]
        found = undo_batch(actor, batch, part, UUID(running.params["into"]))
        undone += found.count
        left += found.left
        running.advance(first + len(part), len(events), "Undoing")
    for words, many in left.most_common():
        running.log(f"{many} left as they are: {words}")
    running.result = {"undone": undone, "left": left.total()}
    running.log(f"{undone} undone, {left.total()} left as they are")
