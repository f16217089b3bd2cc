"""The clock's bell for evidence. What it rings for is in the rows' days."""

from celery import shared_task

from products.compliance.ageing import age_workspace
from workspaces.members.models import Workspace


@shared_task
def age_evidence() -> None:
    """Bring the evidence of every workspace to its own day. Safe to run twice and side by side."""
    living = Workspace.objects.filter(deleted_at=None).order_by("pk")
    for pk in living.values_list("pk", flat=True):
        age_workspace(pk)
