"""Where notes come from by themselves, and what came that way."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

USUAL_PER_MINUTE = 60


class SourceKind(models.TextChoices):
    """How notes come in."""

    MAILBOX = "mailbox", "Mailbox"
    LETTERS = "letters", "Letters by POST"
    HOOK = "hook", "Notes by POST"
    FORM = "form", "Form"


class Security(models.TextChoices):
    """How a mailbox is spoken to."""

    TLS = "tls", "TLS"
    STARTTLS = "starttls", "STARTTLS"


class SourceQuerySet(RecordQuerySet["Source"]):
    """What the workers and the open addresses ask."""

    def on(self) -> Self:
        """Switched on, in a workspace that is there."""
        return self.filter(active=True, deleted_at=None, workspace__deleted_at=None)


class Source(Record):
    """A way by which notes come in: a mailbox, a webhook for letters or notes, or a form.

    What comes in is written down as whoever made the source would write it. `token_hash` is of
    the secret in a webhook's address, which is shown once; `key` is the open name of a form. A
    mailbox's `password` is kept encrypted. `uid_validity` and `last_uid` say how far it is read,
    `busy_until` is a worker's claim, `failures` are those in a row.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=SourceKind.choices)
    channel = WorkspaceLink("products.Channel", models.PROTECT)
    product = WorkspaceLink("products.Product", models.PROTECT, null=True, blank=True)
    active = models.BooleanField(default=True)
    per_minute = models.PositiveIntegerField(
        default=USUAL_PER_MINUTE, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    created_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    key = models.CharField(max_length=32, blank=True, editable=False)
    mapping = models.JSONField(default=dict, blank=True)
    origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    address = models.EmailField(blank=True)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=993, validators=[MaxValueValidator(65_535)])
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    username = models.CharField(max_length=254, blank=True)
    password = models.TextField(blank=True, editable=False)
    folder = models.CharField(max_length=200, default="INBOX")
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    polled_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)
    last_note_at = models.DateTimeField(null=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="source_in_workspace"),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="source_token_once"
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="source_key_once"),
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind"),
            models.CheckConstraint(
                condition=Q(security__in=Security.values), name="source_security"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(kind="mailbox", active=True, deleted_at=None),
                name="source_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ArrivalState(models.TextChoices):
    """What became of what came in."""

    TAKEN = "taken", "Note"
    ANSWER = "answer", "Answer"
    REFUSED = "refused", "Refused"


class Arrival(ScopedModel):
    """One thing that came by a source, once: its key is never taken again.

    What was refused is kept whole in `raw`, packed, so that it can be let in by hand.
    """

    source = WorkspaceLink(Source, models.CASCADE, related_name="arrivals")
    key = models.CharField(max_length=64, help_text="Hash of the key at the source.")
    state = models.CharField(max_length=8, choices=ArrivalState.choices)
    reason = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    note = WorkspaceLink("feedback.Note", models.CASCADE, null=True)
    raw = models.BinaryField(null=True)
    at = models.DateTimeField(default=timezone.now, db_default=Now())

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "key"], name="arrival_once"),
            models.CheckConstraint(
                condition=Q(state__in=ArrivalState.values), name="arrival_state"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "source", "-id"], name="arrival_log"),
            models.Index(fields=["workspace", "source", "sender", "at"], name="arrival_by_sender"),
            models.Index(fields=["workspace", "note"], name="arrival_of_note"),
            models.Index(fields=["at"], name="arrival_age"),
        ]

    def __str__(self) -> str:
        return self.subject or f"Arrival {self.pk}"
