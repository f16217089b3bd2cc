"""Announcements, the letters they become, and who wants none."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from feedback.ideas.models import Idea
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)


class News(models.TextChoices):
    """What became of the ideas."""

    PLANNED = "planned", "Planned"
    SHIPPED = "shipped", "Shipped"
    DECLINED = "declined", "Declined"
    OTHER = "other", "Other news"


class AnnouncementState(models.TextChoices):
    """A draft, or published: then its words and its letters stand."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class Announcement(Record):
    """News for those who asked. `text` is for everybody, `texts` for segments, by their ids.

    It is published once; letters go to each person once.
    """

    title = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000, blank=True)
    texts = models.JSONField(default=dict, blank=True, db_default={}, editable=False)
    news = models.CharField(max_length=8, choices=News.choices, default=News.OTHER)
    state = models.CharField(
        max_length=9,
        choices=AnnouncementState.choices,
        default=AnnouncementState.DRAFT,
        editable=False,
    )
    on_changelog = models.BooleanField(
        "on the changelog", default=True, help_text="Whether portals show it once it is published."
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="announcement_in_workspace"),
            models.CheckConstraint(condition=Q(news__in=News.values), name="announcement_news"),
            models.CheckConstraint(
                condition=Q(state=AnnouncementState.DRAFT, published_at=None)
                | Q(state=AnnouncementState.PUBLISHED, published_at__isnull=False),
                name="announcement_published_at",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-published_at", "-id"], name="announcement_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == AnnouncementState.DRAFT


class AnnouncedIdea(ScopedModel):
    """An idea that an announcement speaks of."""

    announcement = WorkspaceLink(Announcement, models.CASCADE, related_name="ideas")
    idea = WorkspaceLink(Idea, models.CASCADE, related_name="announced")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "announcement", "idea"], name="announcedidea_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "idea"], name="announcedidea_of_idea")]

    def __str__(self) -> str:
        return f"Idea {self.idea_id}"


class MailState(models.TextChoices):
    """waiting → sending → sent, or waiting again, failed at last, or left out for a reason."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    LEFT_OUT = "left_out", "Left out"


class Reason(models.TextChoices):
    """Why somebody hears of it."""

    ASKED = "asked", "asked for it"
    VOTED = "voted", "voted for it"
    ON_BEHALF = "on_behalf", "a member voted for them"


class Mailing(ScopedModel):
    """One person's letter of one announcement. `person` stands for the address, whatever becomes
    of that; PostgreSQL refuses a second one."""

    announcement = WorkspaceLink(Announcement, models.CASCADE, related_name="mailings")
    person = models.CharField(max_length=64, editable=False)
    to = models.EmailField()
    customer = WorkspaceLink("finance.Customer", models.PROTECT, null=True)
    segment = models.BigIntegerField(null=True, help_text="Whose words it has; empty is the text.")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "announcement", "person"], name="mailing_once"
            ),
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="mailing_state"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="mailing_due",
            ),
            models.Index("workspace", Lower("to"), name="mailing_to"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.to}"


class Unsubscribed(ScopedModel):
    """Somebody wants no letters of announcements. No address is kept, only what stands for it."""

    person = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, db_default=Now())

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "unsubscribed"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person"], name="unsubscribed_once"),
        ]

    def __str__(self) -> str:
        return "Somebody"
