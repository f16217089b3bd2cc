"""Making endpoints, changing them, and sending again. Everything is audited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core import egress
from core.errors import EditConflict, NotFound, Refused
from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.changes import assign
from workspaces.records.kinds import KINDS
from workspaces.webhooks.models import (
    COMMENTS,
    Act,
    Delivery,
    DeliveryState,
    WebhookEndpoint,
    new_nonce,
)
from workspaces.webhooks.signing import secret_of

MOST = 20  # endpoints in a workspace
NONE_SUCH = "There is no such webhook here."


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an endpoint wants to hear. Nothing named is everything."""

    url: str
    kinds: Sequence[str] = ()
    acts: Sequence[str] = ()


@transaction.atomic
def create_endpoint(actor: Actor, wishes: Wishes) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; returns it with its secret, which is not shown again.

    It will be told what `actor` may read, and no more. Raises Denied, Refused, ValidationError.
    """
    actor.require(Perm.WEBHOOKS_MANAGE)
    if WebhookEndpoint.objects.visible_to(actor).count() >= MOST:
        raise Refused(f"A workspace has {MOST} webhooks at most. Delete one first.")
    endpoint = WebhookEndpoint(workspace=actor.workspace, created_by=actor.user)
    changes = assign(endpoint, **_checked(wishes))
    endpoint.save()
    audit.record(actor, "webhookendpoint.created", endpoint, changes)
    return endpoint, secret_of(endpoint)


@transaction.atomic
def change_endpoint(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> WebhookEndpoint:
    """Change what an endpoint hears, or switch it on or off. Whoever changes where it leads or
    what it hears becomes its maker: it is told what they may read.

    Raises Denied, NotFound, EditConflict or ValidationError.
    """
    actor.require(Perm.WEBHOOKS_MANAGE)
    endpoint = _held(actor, pk, seen_version)
    wishes = Wishes(
        values.get("url", endpoint.url),
        values.get("kinds", endpoint.kinds),
        values.get("acts", endpoint.acts),
    )
    asks = bool({"url", "kinds", "acts"} & set(values)) or values.get("active")
    changes = assign(endpoint, **_checked(wishes)) if asks else {}
    if changes:
        endpoint.created_by = actor.user
    if "active" in values:
        changes |= assign(endpoint, active=bool(values["active"]))
    if not changes:
        return endpoint
    if "active" in changes and endpoint.active:
        endpoint.failures, endpoint.paused_until, endpoint.disabled_reason = 0, None, ""
        endpoint.created_by = actor.user
    endpoint.version += 1
    endpoint.save()
    audit.record(actor, "webhookendpoint.changed", endpoint, changes)
    _ring()
    return endpoint


@transaction.atomic
def rotate_secret(actor: Actor, pk: int) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret; for a day deliveries are signed with the old one too."""
    actor.require(Perm.WEBHOOKS_MANAGE)
    endpoint = _held(actor, pk)
    endpoint.nonce_before, endpoint.nonce = endpoint.nonce, new_nonce()
    endpoint.rotated_at = timezone.now()
    endpoint.version += 1
    endpoint.save()
    audit.record(actor, "webhookendpoint.secret_changed", endpoint, {})
    return endpoint, secret_of(endpoint)


@transaction.atomic
def delete_endpoint(actor: Actor, pk: int, *, seen_version: int) -> WebhookEndpoint:
    """Put an endpoint into the trash; what waits for it waits there too."""
    actor.require(Perm.WEBHOOKS_MANAGE)
    endpoint = _held(actor, pk, seen_version)
    return _move(actor, endpoint, "webhookendpoint.deleted", timezone.now())


@transaction.atomic
def restore_endpoint(actor: Actor, pk: int) -> WebhookEndpoint:
    """Bring an endpoint back out of the trash."""
    actor.require(Perm.WEBHOOKS_MANAGE)
    rows = WebhookEndpoint.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    endpoint = rows.filter(pk=pk).first()
    if endpoint is None:
        raise NotFound("That webhook is not in the trash.")
    return _move(actor, endpoint, "webhookendpoint.restored", None)


@transaction.atomic
def send_test(actor: Actor, pk: int) -> Delivery:
    """Send a delivery that says nothing but that it is a test. Raises Refused when it is off."""
    actor.require(Perm.WEBHOOKS_MANAGE)
    endpoint = _held(actor, pk)
    _mind_off(endpoint)
    _unpause(endpoint)
    delivery = Delivery.objects.create(
        workspace=actor.workspace, endpoint=endpoint, verb="webhook.test", label="Test"
    )
    _ring()
    return delivery


@transaction.atomic
def redeliver(actor: Actor, pk: int) -> Delivery:
    """Send a delivery once more, under the same id, with what may be read now.

    Raises Denied, NotFound, or Refused while it waits anyway or its endpoint is off.
    """
    actor.require(Perm.WEBHOOKS_MANAGE)
    rows = Delivery.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    delivery = rows.select_related("endpoint").filter(pk=pk, endpoint__deleted_at=None).first()
    if delivery is None:
        raise NotFound("That delivery is no longer there.")
    _mind_off(delivery.endpoint)
    if delivery.state == DeliveryState.SENDING:
        raise Refused("It is being sent at this moment.")
    _unpause(delivery.endpoint)
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.next_at = timezone.now()
    delivery.save(update_fields=["state", "attempts", "next_at"])
    _ring()
    return delivery


def _checked(wishes: Wishes) -> dict[str, Any]:
    """The wishes as fields. Raises ValidationError naming them."""
    wrong: dict[str, list[str]] = {}
    url = wishes.url.strip()
    try:
        egress.parse(url, settings.WEBHOOK_PRIVATE_NETWORKS)
    except egress.Forbidden as refusal:
        wrong["url"] = [str(refusal)]
    if unknown := [kind for kind in wishes.kinds if kind not in (*KINDS, COMMENTS)]:
        wrong["kinds"] = [f"There is no kind of record “{unknown[0][:60]}”."]
    if unknown := [act for act in wishes.acts if act not in Act.values]:
        wrong["acts"] = [f"Choose from {', '.join(Act.values)}, not “{unknown[0][:60]}”."]
    if wrong:
        raise ValidationError(wrong)
    return {"url": url, "kinds": sorted(set(wishes.kinds)), "acts": sorted(set(wishes.acts))}


def _held(actor: Actor, pk: int, seen_version: int | None = None) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    endpoint = rows.filter(pk=pk).first()
    if endpoint is None:
        raise NotFound(NONE_SUCH)
    if seen_version is not None and endpoint.version != seen_version:
        theirs: Mapping[str, Any] = {name: getattr(endpoint, name) for name in ("url", "active")}
        raise EditConflict("This webhook changed while you had it open.", dict(theirs))
    return endpoint


def _move(actor: Actor, endpoint: WebhookEndpoint, verb: str, deleted_at: Any) -> WebhookEndpoint:
    before, endpoint.deleted_at = endpoint.deleted_at, deleted_at
    endpoint.version += 1
    endpoint.save(update_fields=["deleted_at", "version", "updated_at"])
    audit.record(actor, verb, endpoint, {"deleted_at": (before, deleted_at)})
    return endpoint


def _mind_off(endpoint: WebhookEndpoint) -> None:
    if not endpoint.active:
        raise Refused("This webhook is off. Switch it on first.")


def _unpause(endpoint: WebhookEndpoint) -> None:
    """Somebody who presses a button does not want to wait for the pause to end."""
    if endpoint.paused_until is not None:
        endpoint.paused_until = None
        endpoint.save(update_fields=["paused_until"])


def _ring() -> None:
    from workspaces.webhooks.tasks import deliver_due

    after_commit(deliver_due)
