"""What follows from a change of settings."""

from typing import TYPE_CHECKING

from workspaces.staleness.recompute import recompute_everything

if TYPE_CHECKING:
    from workspaces.jobs.running import RunningJob


def recompute_in_new_currency(job: "RunningJob") -> None:
    """Work out every derived row anew. Safe to run twice."""
    recompute_everything(job.job.workspace_id, "the currency of the workspace changed")
