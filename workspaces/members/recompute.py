"""What follows from a change of settings."""

from typing import TYPE_CHECKING

from workspaces.access.actor import Actor
from workspaces.jobs.models import Job
from workspaces.staleness.recompute import recompute_everything

if TYPE_CHECKING:
    from workspaces.jobs.running import RunningJob

RECOMPUTE = "recompute"


def recompute_in_new_currency(job: "RunningJob") -> None:
    """Work out every derived row anew, and say how far it is. Safe to run twice."""
    workspace_id = job.job.workspace_id
    recompute_everything(workspace_id, "the currency of the workspace changed", job.advance)


def changing_currency(actor: Actor) -> Job | None:
    """The work that brings figures into the workspace's new currency, while it goes on."""
    jobs = Job.objects.visible_to(actor).active().filter(kind=RECOMPUTE)
    return jobs.defer("log", "params", "result").order_by("-pk").first()
