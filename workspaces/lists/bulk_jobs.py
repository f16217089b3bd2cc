"""Bulk edits that are too long for a request."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from workspaces.access.actor import Actor
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob
from workspaces.lists import services_bulk
from workspaces.records.kinds import KINDS, RecordKind

KIND = "bulk_edit"
AT_ONCE = 500


def start(
    actor: Actor, kind: RecordKind, pks: Sequence[int], action: str, text: str, reason: str
) -> Job:
    """Queue a bulk edit. What is wrong with the value itself is refused before anything waits."""
    actor.require(kind.writes)
    services_bulk.act_of(actor, kind, action, text, reason)
    params = {
        "kind": kind.name,
        "pks": list(pks),
        "action": action,
        "value": text,
        "reason": reason,
        "batch": str(uuid4()),
    }
    title = f"Change {len(pks)} {kind.plural.lower()}"
    return jobs.start(actor, KIND, title, params, total=len(pks))


def run(running: RunningJob) -> None:
    """Part by part, each in a transaction of its own; running twice changes nothing more."""
    params, actor = running.params, running.actor()
    kind = KINDS[params["kind"]]
    actor.require(kind.writes)
    act = services_bulk.act_of(actor, kind, params["action"], params["value"], params["reason"])
    refused = changed = done = 0
    for first in range(0, len(params["pks"]), AT_ONCE):
        part = params["pks"][first : first + AT_ONCE]
        outcome = services_bulk.bulk_change(actor, kind, part, act, batch=UUID(params["batch"]))
        done += len(part)
        changed += outcome.changed
        refused += outcome.refused.total()
        for words, many in outcome.refused.items():
            running.log(f"{many} left as they are: {words}")
        running.advance(done, phase=f"Changing {kind.plural.lower()}")
    running.result = {"changed": changed, "left": refused, "batch": params["batch"]}
    running.log(f"{changed} changed, {refused} left as they are")
