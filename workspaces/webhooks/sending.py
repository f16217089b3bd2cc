"""Sending deliveries: claimed, at least once under the same id, with pauses after failures."""

import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core import egress
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm, Role
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.members.models import Membership
from workspaces.webhooks import signing
from workspaces.webhooks.models import (
    MAX_ATTEMPTS,
    MOST_FAILURES,
    SILENCE,
    Delivery,
    DeliveryState,
    WebhookEndpoint,
)
from workspaces.webhooks.payloads import payload_of

log = logging.getLogger(__name__)
SECONDS = 5.0
TURN_SECONDS = 30.0
CLAIM = timedelta(seconds=60)  # longer than a turn and one more delivery
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=4)
NOTHING_LEFT = "Whoever made this webhook may not read this record."
LEFT = "Whoever made this webhook no longer manages webhooks here. Make it anew."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended. `status` is None where there was no answer."""

    delivered: bool
    status: int | None = None
    answer: str = ""
    error: str = ""
    duration_ms: int = 0


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling and more, with a fifth left to chance.

    Ten failures take about twelve hours.
    """
    plain = min(FIRST_PAUSE * 3 ** (attempts - 1), LONGEST_PAUSE)
    return plain * random.uniform(0.9, 1.1)  # noqa: S311 -- only so that not all come at once


def claim_endpoint(pk: int) -> WebhookEndpoint | None:
    """Take an endpoint for one turn: each is served by one worker, however slow it answers."""
    now = timezone.now()
    free = WebhookEndpoint.objects.on().filter(
        Q(busy_until=None) | Q(busy_until__lt=now),
        Q(paused_until=None) | Q(paused_until__lte=now),
        pk=pk,
        deleted_at=None,
    )
    if not free.update(busy_until=now + CLAIM):
        return None
    return WebhookEndpoint.objects.select_related("workspace").get(pk=pk)


def serve(endpoint: WebhookEndpoint) -> bool:
    """Send what is due, least often tried first, for a turn. True when more is due.

    A failure ends the turn: the endpoint is left alone for a while.
    """
    end, more = monotonic() + TURN_SECONDS, True
    try:
        while monotonic() < end:
            delivery = _claim_next(endpoint)
            if delivery is None or not _attempt(endpoint, delivery):
                more = False
                break
    finally:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(busy_until=None)
    return more


def endpoints_due() -> QuerySet[Delivery, int]:
    """The ids of endpoints for which something is due."""
    now = timezone.now()
    free = Q(endpoint__paused_until=None) | Q(endpoint__paused_until__lte=now)
    rows = Delivery.objects.filter(free, _due(), endpoint__active=True, endpoint__deleted_at=None)
    return rows.values_list("endpoint_id", flat=True).order_by("endpoint_id").distinct()


def _due() -> Q:
    now = timezone.now()
    waiting = Q(state=DeliveryState.WAITING, next_at__lte=now)
    return waiting | Q(state=DeliveryState.SENDING, claimed_at__lt=now - SILENCE)


def _claim_next(endpoint: WebhookEndpoint) -> Delivery | None:
    due = Delivery.objects.in_workspace(endpoint.workspace_id).filter(_due(), endpoint=endpoint)
    for pk in due.order_by("attempts", "pk").values_list("pk", flat=True)[:5]:
        if due.filter(pk=pk).update(
            state=DeliveryState.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1
        ):
            return Delivery.objects.in_workspace(endpoint.workspace_id).get(pk=pk)
    return None


def _attempt(endpoint: WebhookEndpoint, delivery: Delivery) -> bool:
    """One attempt, and its record. True when the endpoint took it or never will get it."""
    actor = maker_of(endpoint)
    if actor is None:
        _put_back(delivery)
        switch_off(endpoint, LEFT)
        return False
    body = payload_of(actor, delivery)
    if body is None:
        _record(delivery, Outcome(False, error=NOTHING_LEFT), final=True)
        return True
    delivery.payload = body.decode()
    outcome = deliver(endpoint, delivery, body)
    _record(delivery, outcome, final=delivery.attempts >= MAX_ATTEMPTS)
    _count(endpoint, outcome)
    return outcome.delivered


def maker_of(endpoint: WebhookEndpoint) -> Actor | None:
    """Whoever made the endpoint, with the rights they have now; None once they manage none."""
    members = Membership.objects.in_workspace(endpoint.workspace_id).active()
    found = members.filter(user=endpoint.created_by).select_related("user").first()
    if found is None:
        return None
    actor = Actor(found.user, endpoint.workspace, Role(found.role), Channel.WORKER)
    return actor if actor.can(Perm.WEBHOOKS_MANAGE) else None


def deliver(endpoint: WebhookEndpoint, delivery: Delivery, body: bytes) -> Outcome:
    """POST the body, signed. Nothing is written down here."""
    now = timezone.now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "PM-Workspace-Webhooks/1",
        "X-PM-Event": delivery.verb,
        "X-PM-Delivery": str(delivery.uid),
        "X-PM-Timestamp": str(int(now.timestamp())),
        "X-PM-Signature": signing.signatures(endpoint, now, body),
        "Connection": "close",
    }
    private = settings.WEBHOOK_PRIVATE_NETWORKS
    try:
        answer = egress.post(endpoint.url, body, headers, seconds=SECONDS, private=private)
    except (egress.Forbidden, egress.Unreachable) as refusal:
        spent = timezone.now() - now
        return Outcome(False, error=str(refusal)[:300], duration_ms=_ms(spent.total_seconds()))
    good = 200 <= answer.status < 300
    said = answer.body.decode("utf-8", "replace").replace("\x00", "�")
    error = "" if good else f"It answered {answer.status}."
    return Outcome(good, answer.status, said, error, _ms(answer.seconds))


def _record(delivery: Delivery, outcome: Outcome, *, final: bool) -> None:
    now = timezone.now()
    state = DeliveryState.WAITING
    if outcome.delivered or final:
        state = DeliveryState.DELIVERED if outcome.delivered else DeliveryState.FAILED
    mine = Delivery.objects.in_workspace(delivery.workspace_id).filter(
        pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.SENDING
    )
    mine.update(
        state=state,
        payload=delivery.payload,
        status=outcome.status,
        answer=outcome.answer,
        error=outcome.error,
        duration_ms=outcome.duration_ms,
        sent_at=now,
        next_at=now + pause_after(delivery.attempts),
    )


def _put_back(delivery: Delivery) -> None:
    Delivery.objects.in_workspace(delivery.workspace_id).filter(pk=delivery.pk).update(
        state=DeliveryState.WAITING, attempts=F("attempts") - 1
    )


def _count(endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Remember failures in a row; after too many the endpoint is switched off, with notice."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if outcome.delivered:
        if endpoint.failures:
            rows.update(failures=0, paused_until=None)
            endpoint.failures = 0
        return
    endpoint.failures += 1
    pause = pause_after(endpoint.failures)
    rows.update(failures=endpoint.failures, paused_until=timezone.now() + pause)
    if endpoint.failures >= MOST_FAILURES:
        last = outcome.error.rstrip(".")
        switch_off(endpoint, f"It failed {endpoint.failures} times in a row. Last: {last}.")


@transaction.atomic
def switch_off(endpoint: WebhookEndpoint, reason: str) -> None:
    """Send nothing more there, and say so in the history, from where its managers are told."""
    rows = WebhookEndpoint.objects.on().filter(pk=endpoint.pk)
    if not rows.update(active=False, disabled_reason=reason[:300], version=F("version") + 1):
        return
    log.warning("webhook %s in workspace %s is off: %s", endpoint.pk, endpoint.workspace_id, reason)
    ActivityEvent.objects.create(
        workspace_id=endpoint.workspace_id,
        channel=Channel.WORKER,
        verb="webhookendpoint.switched_off",
        model=endpoint._meta.label_lower,
        object_id=endpoint.pk,
        label=str(endpoint)[:200],
        changes={"active": [True, False], "reason": [None, reason[:300]]},
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
