"""Bulk edits that are too long for a request."""

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

from products.catalog import services_bulk
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob

KIND = "bulk_products"
AT_ONCE = 500


def start(actor: Actor, pks: Sequence[int], action: str, value: str, reason: str) -> Job:
    """Queue a bulk edit. What is wrong with the value itself is refused before anything waits."""
    actor.require(Perm.CATALOG_EDIT)
    services_bulk.bulk_change_products(actor, [], action, value, reason=reason)
    params = {
        "pks": list(pks),
        "action": action,
        "value": value,
        "reason": reason,
        "batch": str(uuid4()),
    }
    title = f"Change {len(pks)} products"
    return jobs.start(actor, KIND, title, params, total=len(pks))


def run(running: RunningJob) -> None:
    """Part by part, each in a transaction of its own; running twice changes nothing more."""
    params = running.params
    refused = changed = done = 0
    for part in _parts(params["pks"]):
        outcome = services_bulk.bulk_change_products(
            running.actor(),
            part,
            params["action"],
            params["value"],
            reason=params["reason"],
            batch=UUID(params["batch"]),
        )
        done += len(part)
        changed += outcome.changed
        refused += outcome.refused.total()
        for words, many in outcome.refused.items():
            running.log(f"{many} left as they are: {words}")
        running.advance(done, phase="Changing products")
    running.result = {"changed": changed, "left": refused, "batch": params["batch"]}
    running.log(f"{changed} changed, {refused} left as they are")


def _parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(pks), AT_ONCE):
        yield pks[first : first + AT_ONCE]
