"""Meetings: when, with whom, about what, and what came out of them."""

import uuid
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from workspaces.meetings.repeating import Repeats, Rule
from workspaces.members.models import Team, validate_zone
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)
from workspaces.todo.models import Task

DAY_MINUTES = 24 * 60


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    CLOSED = "closed", "Closed"
    FOLLOWED_UP = "followed_up", "Followed up"


MOVES: dict[str, frozenset[str]] = {
    MeetingState.OPEN: frozenset({"in_progress", "closed"}),
    MeetingState.IN_PROGRESS: frozenset({"open", "closed"}),
    MeetingState.CLOSED: frozenset({"open", "in_progress", "followed_up"}),
    MeetingState.FOLLOWED_UP: frozenset({"closed"}),
}
FIXED = (MeetingState.CLOSED, MeetingState.FOLLOWED_UP)


class MeetingSeries(ScopedModel):
    """Meetings that come again and again at the same time of day in `zone`.

    `uid` names it in calendars for ever; `sequence` is one more with every change of its times.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    starts_at = models.DateTimeField("first", help_text="When the first one starts.")
    zone = models.CharField(max_length=64, validators=[validate_zone])
    repeats = models.CharField(max_length=7, choices=Repeats.choices)
    every = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="meetingseries_in_workspace"),
            models.CheckConstraint(
                condition=Q(repeats__in=Repeats.values), name="meetingseries_repeats"
            ),
            models.CheckConstraint(condition=Q(every__gt=0), name="meetingseries_every"),
        ]

    def __str__(self) -> str:
        return self.rule.words

    @property
    def rule(self) -> Rule:
        first = self.starts_at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return Rule(first, self.zone, self.repeats, self.every, self.count, self.until_on)


class MeetingQuerySet(RecordQuerySet["Meeting"]):
    """The questions people ask of meetings."""

    def unfinished(self) -> Self:
        """Not held yet, or still going on."""
        return self.exclude(state__in=FIXED)


class Meeting(Record):
    """People who talk at a time about an agenda, so that decisions and tasks come out of it.

    `slot` is the time its series foresaw for it; `starts_at` is when it really is.
    """

    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField("starts")
    minutes = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(DAY_MINUTES)],
        help_text="How long it takes, in minutes.",
    )
    zone = models.CharField("time zone", max_length=64, validators=[validate_zone])
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True, help_text="Where to join it online.")
    state = models.CharField(max_length=11, choices=MeetingState.choices, default=MeetingState.OPEN)
    notes = models.TextField(blank=True, max_length=50_000)
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    series = WorkspaceLink(MeetingSeries, models.SET_NULL, null=True, blank=True, editable=False)
    slot = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="meeting_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "series", "slot"], name="meeting_of_series_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=MeetingState.values), name="meeting_state"
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, DAY_MINUTES)), name="meeting_minutes"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "starts_at", "id"], name="meeting_when"),
            models.Index(fields=["workspace", "title", "id"], name="meeting_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Attendee(ScopedModel):
    """Who comes: a member, a team, or somebody by their address."""

    meeting = WorkspaceLink(Meeting, models.CASCADE, related_name="attendees")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    team = WorkspaceLink(Team, models.CASCADE, null=True, blank=True)
    email = models.EmailField(blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None, email="")
                | Q(user=None, team__isnull=False, email="")
                | (Q(user=None, team=None) & ~Q(email="")),
                name="attendee_is_one",
            ),
            models.UniqueConstraint(
                fields=["workspace", "meeting", "user", "team", "email"],
                name="attendee_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team or self.email)


class AgendaItem(ScopedModel):
    """One thing to talk about, perhaps a record. `position` is a rank."""

    meeting = WorkspaceLink(Meeting, models.CASCADE, related_name="agenda")
    position = models.CharField(max_length=200, db_collation="C")
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    notes = models.TextField(blank=True, max_length=10_000)
    kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="agendaitem_in_workspace"),
            models.CheckConstraint(
                condition=Q(kind="", object_id=None) | (~Q(kind="") & Q(object_id__isnull=False)),
                name="agendaitem_about_whole",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "meeting", "position"], name="agenda_order")]

    def __str__(self) -> str:
        return self.title


class OutcomeType(models.TextChoices):
    """What comes out of talking."""

    DECISION = "decision", "Decision"
    TASK = "task", "Task"


class Outcome(ScopedModel):
    """A decision, or something somebody is to do, which is then a task."""

    meeting = WorkspaceLink(Meeting, models.CASCADE, related_name="outcomes")
    item = WorkspaceLink(AgendaItem, models.SET_NULL, null=True, blank=True)
    type = models.CharField(max_length=8, choices=OutcomeType.choices)
    text = models.CharField(max_length=500)
    task = WorkspaceLink(Task, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="outcome_in_workspace"),
            models.CheckConstraint(condition=Q(type__in=OutcomeType.values), name="outcome_type"),
        ]
        indexes = [models.Index(fields=["workspace", "meeting"], name="outcome_of")]

    def __str__(self) -> str:
        return self.text
