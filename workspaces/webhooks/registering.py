"""What webhooks add to the house; called from the app's ready()."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.relay import Listener, register_listener
from workspaces.following.sources import register_source
from workspaces.jobs.registry import register_cleaner
from workspaces.records.kinds import RecordKind, register_record
from workspaces.webhooks import hearing, services
from workspaces.webhooks.models import Delivery, WebhookEndpoint

KEPT = timedelta(days=30)


def register() -> None:
    """The listener, the kind of record, whom it concerns, and tidying up the log."""
    register_listener(Listener("webhooks", hearing.hear))
    register_source(hearing.OURS, hearing.said)
    register_cleaner("old deliveries", forget_old_deliveries)
    manages = Perm.WEBHOOKS_MANAGE
    register_record(
        RecordKind(
            WebhookEndpoint,
            "Webhook",
            "Webhooks",
            manages,
            manages,
            _url,
            _change,
            _delete,
            services.restore_endpoint,
            frozenset({"nonce", "nonce_before"}),
            icon="api",
        )
    )


def forget_old_deliveries() -> None:
    """Drop what was delivered, or given up, long ago."""
    Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _url(actor: Actor, pk: int) -> str:
    return reverse("workspaces:webhook", args=[actor.workspace.slug, pk])


def _change(actor: Actor, pk: int, version: int, values: dict[str, Any]) -> Any:
    return services.change_endpoint(actor, pk, seen_version=version, **values)


def _delete(actor: Actor, pk: int, version: int) -> Any:
    return services.delete_endpoint(actor, pk, seen_version=version)
