"""What people said, as they said it."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

NEGATIVE_UP_TO = Decimal("2")  # a rating of 2 of 5 or less is negative
LONGEST_NOTE = 100_000


class NoteState(models.TextChoices):
    """Where a note stands in the inbox."""

    NEW = "new", "New"
    TRIAGED = "triaged", "Triaged"
    LINKED = "linked", "Linked"
    NO_ACTION = "no_action", "No action"
    SNOOZED = "snoozed", "Snoozed"
    SPAM = "spam", "Spam"


class Gist(models.Func):
    """What two notes have alike that say the same but for case, digits and punctuation.

    Null for what is shorter than a sentence, which many people say by themselves.
    """

    arg_joiner = " || ' ' || "
    template = (
        "CASE WHEN length(%(expressions)s) >= 24 THEN md5(lower(regexp_replace(%(expressions)s, "
        "'[[:space:][:punct:][:digit:]]+', ' ', 'g'))) END"
    )
    output_field = models.CharField()


class Note(Record):
    """One thing one person said. `title` and `text` never change after they came in: PostgreSQL
    refuses it.

    `part_of` is the note that a part was split from; parts are triaged alone and counted nowhere.

    `rating` is on a scale of 1 to 5; importers convert other scales and say so. `external_id` is
    the source's key, and with the channel makes an import repeatable.
    """

    external_id = models.CharField(max_length=120)
    channel = WorkspaceLink("products.Channel", models.PROTECT)
    product = WorkspaceLink("products.Product", models.PROTECT, null=True, blank=True)
    customer = WorkspaceLink("finance.Customer", models.PROTECT, null=True, blank=True)
    author = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    rating = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    language = models.CharField(max_length=12, blank=True)
    said_at = models.DateTimeField()
    day = models.DateField(editable=False)
    state = models.CharField(
        max_length=9, choices=NoteState.choices, default=NoteState.NEW, db_default=NoteState.NEW
    )
    snoozed_until = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    part_of = WorkspaceLink(
        "feedback.Note", models.CASCADE, null=True, blank=True, editable=False, related_name="parts"
    )
    search = models.GeneratedField(
        expression=SearchVector("title", "text", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="note_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "channel", "external_id"], name="note_external_once"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="note_rating"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(title="") | Q(rating__isnull=False),
                name="note_says_something",
            ),
            models.CheckConstraint(condition=Q(state__in=NoteState.values), name="note_state"),
            models.CheckConstraint(
                condition=~Q(state=NoteState.SNOOZED) | Q(snoozed_until__isnull=False),
                name="note_snoozed_until_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "product", "-said_at", "-id"], name="note_of_product"
            ),
            models.Index(fields=["workspace", "-said_at", "-id"], name="note_newest"),
            models.Index(fields=["workspace", "state", "-said_at", "-id"], name="note_queue"),
            models.Index(
                fields=["workspace", "snoozed_until"],
                condition=Q(state="snoozed"),
                name="note_snoozed",
            ),
            models.Index(
                fields=["assignee"], condition=Q(assignee__isnull=False), name="note_of_assignee"
            ),
            models.Index(
                fields=["workspace", "part_of"],
                condition=Q(part_of__isnull=False),
                name="note_parts",
            ),
            models.Index(
                models.F("workspace"),
                Gist("title", "text"),
                models.F("state"),
                models.F("said_at"),
                models.F("id"),
                name="note_gist",
            ),
            models.Index(fields=["workspace", "day"], name="note_by_day"),
            models.Index(fields=["workspace", "customer"], name="note_of_customer"),
            GinIndex(fields=["search"], name="note_search"),
        ]

    @property
    def words(self) -> str:
        """The text as pages show it, which places of passages are counted in."""
        return self.text.replace("\r\n", "\n")

    def __str__(self) -> str:
        words = self.title.strip() or self.text.strip()[:60]
        return words or f"A rating of {self.rating:f}"


class Clue(ScopedModel):
    """What a note named its customer and its product by, as it came in.

    While `waits`, they are looked for whenever customers or products come in. Whoever links or
    unlinks by hand ends the waiting. The only personal data of somebody who is no customer.
    """

    note = WorkspaceLink(Note, models.CASCADE, related_name="clues")
    email = models.CharField(max_length=254, blank=True)
    customer_key = models.CharField(max_length=120, blank=True)
    sku = models.CharField(max_length=120, blank=True)
    handle = models.CharField(max_length=200, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    product_name = models.CharField(max_length=300, blank=True)
    waits = models.BooleanField(default=True, db_default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "note"], name="clue_once"),
        ]
        indexes = [
            models.Index(fields=["workspace"], condition=Q(waits=True), name="clue_waiting"),
            models.Index("workspace", Lower("email"), name="clue_by_email"),
        ]

    def __str__(self) -> str:
        return f"Clue of note {self.note_id}"


class DailyFeedback(ScopedModel):
    """What was said of a product on a day in a channel. Additive; `product` may be unknown."""

    day = models.DateField()
    product = WorkspaceLink("products.Product", models.CASCADE, null=True)
    channel = WorkspaceLink("products.Channel", models.CASCADE)
    notes = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    rating_sum = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    negative = models.PositiveIntegerField(default=0, help_text="Ratings of 2 or less.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "day", "product", "channel"],
                nulls_distinct=False,
                name="dailyfeedback_once",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "product", "day"], name="dailyfeedback_of_product"),
            BrinIndex(fields=["day"], name="dailyfeedback_day_brin"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.product_id}"
