"""From what happened to what is delivered where."""

from collections.abc import Sequence

from django.db.models import Q

from core.tasks import after_commit
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.audit.models import ActivityEvent
from workspaces.following.models import Reason
from workspaces.following.sources import Said
from workspaces.members.models import Membership
from workspaces.records.kinds import KINDS
from workspaces.webhooks.models import Act, Delivery, WebhookEndpoint

OURS = "workspaces.webhookendpoint"
OFF = "webhookendpoint.switched_off"


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Write down what is to be delivered. Runs in the relay's transaction."""
    spoken = [event for event in events if event.model in KINDS]
    if not spoken:
        return
    kinds = {event.model for event in spoken}
    wanted = Q(kinds=[]) | Q(kinds__overlap=sorted(kinds))
    endpoints = list(WebhookEndpoint.objects.in_workspace(workspace_id).on().filter(wanted))
    due = [
        Delivery(
            workspace_id=workspace_id,
            endpoint=endpoint,
            event=event.pk,
            verb=event.verb,
            label=event.label,
        )
        for event in spoken
        for endpoint in endpoints
        if wants(endpoint, event)
    ]
    if due:
        Delivery.objects.bulk_create(due, batch_size=1_000)
        _ring()


def wants(endpoint: WebhookEndpoint, event: ActivityEvent) -> bool:
    """Whether the endpoint asked for this. Its own kind only when it was named."""
    if event.model not in endpoint.kinds and (endpoint.kinds or event.model == OURS):
        return False
    return not endpoint.acts or Act.of(event.verb) in endpoint.acts


def said(workspace_id: int, events: Sequence[ActivityEvent]) -> dict[int, Said]:
    """To followers: an endpoint that was switched off concerns all who manage webhooks."""
    off = [event for event in events if event.verb == OFF]
    roles = [role for role in Role if Perm.WEBHOOKS_MANAGE in GRANTS[role]]
    managers: dict[int, Reason] = {}
    if off:
        members = Membership.objects.in_workspace(workspace_id).active().filter(role__in=roles)
        managers = dict.fromkeys(members.values_list("user_id", flat=True), Reason.WATCHING)
    return {
        event.pk: Said(
            (event.model, event.object_id),
            managers if event.verb == OFF else {},
            silent=event.actor_id,
        )
        for event in events
    }


def _ring() -> None:
    from workspaces.webhooks.tasks import deliver_due

    after_commit(deliver_due)
