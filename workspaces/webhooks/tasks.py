"""The bells of the webhooks, on workers of their own: a slow receiver delays nothing else."""

from celery import shared_task

from core.tasks import ring, rung_while
from workspaces.webhooks.sending import claim_endpoint, endpoints_due, serve


@rung_while(lambda: endpoints_due().exists())
@shared_task
def deliver_due() -> None:
    """Ring for every endpoint for which something is due."""
    for endpoint_id in endpoints_due():
        ring(deliver_to, endpoint_id)


@shared_task
def deliver_to(endpoint_id: int) -> None:
    """Send what is due to one endpoint. A second bell finds it taken."""
    endpoint = claim_endpoint(endpoint_id)
    if endpoint is not None and serve(endpoint):
        ring(deliver_to, endpoint_id)
