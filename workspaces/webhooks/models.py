"""Where other systems want to hear what happens, and what was sent to them."""

from datetime import timedelta
from typing import Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import get_random_string

from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

MAX_ATTEMPTS = 10
MOST_FAILURES = 10  # in a row; with the pauses between them that is about 12 hours
SILENCE = timedelta(seconds=60)  # a delivery that is being sent for so long has lost its worker


COMMENTS = "workspaces.comment"  # what `kinds` calls them, beside the kinds of record


def new_nonce() -> str:
    """Half of a secret; the other half is the key of this site."""
    return get_random_string(32)


class Act(models.TextChoices):
    """What can happen to a record, as endpoints choose it."""

    CREATED = "created", "Created"
    CHANGED = "changed", "Changed"
    DELETED = "deleted", "Deleted"
    RESTORED = "restored", "Restored"

    @classmethod
    def of(cls, verb: str) -> "Act":
        """The act behind a verb of the history; whatever is none of the others is a change."""
        last = verb.rpartition(".")[2]
        return cls(last) if last in cls.values else cls.CHANGED


class WebhookEndpointQuerySet(RecordQuerySet["WebhookEndpoint"]):
    """What the listener and the workers ask."""

    def on(self) -> Self:
        return self.filter(active=True)


class WebhookEndpoint(Record):
    """An address that is told what happens, with the rights of whoever made it.

    Empty `kinds` or `acts` mean all of them, but comments, which come only where they are named:
    then those about the other kinds it names, or all. `nonce` is half of its secret: the secret
    itself is worked out and shown once, never stored. `failures` are those in a row, over all
    deliveries; after each the endpoint is left alone until `paused_until`. `busy_until` is a
    worker's claim.
    """

    url = models.URLField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    acts = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    nonce_before = models.CharField(max_length=32, blank=True, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    disabled_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="webhook_in_workspace"),
        ]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    """waiting → sending → delivered, or waiting again, or failed at last."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class Delivery(ScopedModel):
    """One event on its way to one endpoint. `uid` stays the same over all attempts.

    `payload` is what was sent last. It is built anew at each attempt, from what the endpoint's
    maker may read then.
    """

    endpoint = WorkspaceLink(WebhookEndpoint, models.CASCADE)
    uid = models.UUIDField(default=uuid4, editable=False)
    event = models.BigIntegerField(null=True, help_text="Of the history; empty for a test.")
    verb = models.CharField(max_length=60)
    label = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now())
    next_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    payload = models.TextField(blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="The beginning of it.")
    error = models.CharField(max_length=300, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "endpoint", "-id"], name="delivery_log"),
            models.Index(
                fields=["endpoint", "next_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="delivery_due",
            ),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"
