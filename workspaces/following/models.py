"""Who follows what, what waits for them to read, and the letters about it."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.following.schedule import Every, Rhythm
from workspaces.records.kinds import KINDS
from workspaces.records.models import AboutRecord, ScopedModel, ScopedQuerySet

HOURS = [MaxValueValidator(23)]
WHOLE_KIND = 0  # the object of a watch on every record of a kind


class Level(models.TextChoices):
    """How much of a record's life a person wants to hear of."""

    ALL = "all", "Everything"
    MENTIONS = "mentions", "Only what names me"
    NONE = "none", "Nothing"


class Reason(models.IntegerChoices):
    """Why somebody is told, strongest first."""

    APPROVAL = 1, "Approval"
    MENTION = 2, "Mention"
    ASSIGNMENT = 3, "Assignment"
    WATCHING = 4, "Watching"


class Watch(AboutRecord):
    """How much one person wants to hear of one record, or of a whole kind (`object_id` 0).

    What is said of a record goes before what is said of its kind.
    """

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+", db_index=False)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.ALL)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "object_id", "user"], name="watch_once"
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="watch_level"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.object_id} ({self.level})"


class NotificationQuerySet(ScopedQuerySet["Notification"]):
    """What a person asks of their notifications."""

    def mine(self, actor: Actor) -> Self:
        """The actor's own, of the kinds they may read today."""
        kinds = [kind.name for kind in KINDS.values() if actor.can(kind.reads)]
        return self.visible_to(actor).filter(user=actor.user, kind__in=kinds)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def unmailed(self) -> Self:
        """Unread, with something that no letter has told yet."""
        return self.unread().filter(last_event__gt=F("mailed_through"))


class Notification(AboutRecord):
    """What happened to one record, or by one act on many, since a person last looked.

    While it is unread it is open: more of the same joins it. `object_id` is 0 where the act was on
    several records. `events` are the newest of the history that it tells of, `count` is all.
    """

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+", db_index=False)
    reason = models.PositiveSmallIntegerField(choices=Reason.choices)
    batch = models.UUIDField(null=True)
    label = models.CharField(max_length=200, help_text="What the record was called then.")
    events = ArrayField(models.BigIntegerField(), default=list)
    count = models.PositiveIntegerField(default=1)
    last_event = models.BigIntegerField()
    mailed_through = models.BigIntegerField(default=0, db_default=0)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user", "kind", "object_id"],
                condition=Q(read_at=None, batch=None),
                name="notification_open_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "user", "batch", "kind"],
                condition=Q(batch__isnull=False),
                name="notification_batch_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "user", "-last_event"],
                include=["kind"],
                condition=Q(read_at=None),
                name="notification_unread",
            ),
            models.Index(fields=["workspace", "user", "-last_event"], name="notification_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.count})"


class MailChoice(ScopedModel):
    """When one person wants letters about one workspace. Hours are in the person's own zone."""

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+", db_index=False)
    every = models.CharField(max_length=8, choices=Every.choices, default=Every.DAY)
    hour = models.PositiveSmallIntegerField(default=8, validators=HOURS)
    weekday = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(6)])
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True, validators=HOURS)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True, validators=HOURS)
    mentions = models.BooleanField(default=True)
    assignments = models.BooleanField(default=True)
    approvals = models.BooleanField(default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="mailchoice_once"),
            models.CheckConstraint(condition=Q(every__in=Every.values), name="mailchoice_every"),
            models.CheckConstraint(
                condition=Q(hour__lt=24, weekday__lt=7), name="mailchoice_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.every}"

    def rhythm(self, zone: str) -> Rhythm:
        """The same as the arithmetic of letters reads it."""
        quiet = None
        if self.quiet_from is not None and self.quiet_until is not None:
            quiet = (self.quiet_from, self.quiet_until)
        return Rhythm(Every(self.every), self.hour, self.weekday, quiet, zone)

    def at_once(self, reason: int) -> bool:
        """Whether this reason is worth a letter of its own."""
        wanted = {
            Reason.MENTION: self.mentions,
            Reason.ASSIGNMENT: self.assignments,
            Reason.APPROVAL: self.approvals,
        }
        return wanted.get(Reason(reason), False)


class LetterState(models.TextChoices):
    """waiting → sending → sent / empty / failed."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    EMPTY = "empty", "Nothing to say"
    FAILED = "failed", "Failed"


class Letter(ScopedModel):
    """One letter to one person: when it is due, and how it ended.

    What it says is gathered when it is sent, so that nothing is told that was read or forbidden
    meanwhile. There is at most one that waits, of those sent at once and of digests each.
    """

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+", db_index=False)
    at_once = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lines = models.PositiveSmallIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user", "at_once"],
                condition=Q(state="waiting"),
                name="letter_waits_once",
            ),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="letter_due",
            ),
            models.Index(fields=["workspace", "user", "-sent_at"], name="letter_of_person"),
        ]

    def __str__(self) -> str:
        return f"to {self.user}, due {self.due_at:%Y-%m-%d %H:%M}"
