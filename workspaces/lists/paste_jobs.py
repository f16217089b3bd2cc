"""Pasted lines that are too many for a request."""

from uuid import UUID, uuid4

from django.db import transaction

from workspaces.access.actor import Actor
from workspaces.audit.reports import events_for
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.lists.services_pasting import add_lines, read_lines
from workspaces.records.kinds import KINDS, RecordKind

KIND = "paste_lines"
AT_ONCE = 200


def start(actor: Actor, kind: RecordKind, text: str, many: int) -> Job:
    """Queue the making of records of these lines."""
    actor.require(kind.writes)
    params = {"kind": kind.name, "text": text, "batch": str(uuid4())}
    return jobs.start(actor, KIND, f"Add {many} {kind.plural.lower()}", params, total=many)


def run(running: RunningJob) -> None:
    """All of them or none, so that a second attempt after a crash makes no record twice."""
    actor, params = running.actor(), running.params
    kind, batch = KINDS[params["kind"]], UUID(params["batch"])
    actor.require(kind.writes)
    if events_for(actor).filter(batch=batch).exists():
        return
    _, lines = read_lines(actor, kind, params["text"])
    added, left = 0, []
    with transaction.atomic():
        for first in range(0, len(lines), AT_ONCE):
            outcome = add_lines(actor, kind, lines[first : first + AT_ONCE], batch)
            added += outcome.added
            left += outcome.left
            running.advance(first + AT_ONCE, len(lines), f"Adding {kind.plural.lower()}")
        running.confirm()
    for line in left[:100]:
        running.log(f"line {line.number}: {' '.join(line.problems)}")
    running.result = {"changed": added, "left": len(left), "batch": params["batch"]}
    running.log(f"{added} added, {len(left)} left out")
