"""What is read out of notes, and which ideas may be the same."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from feedback.ideas.models import Idea
from feedback.inbox.models import Note
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink
from workspaces.search.likeness import band


class NoteReading(ScopedModel):
    """What a worker read out of a note. Derived: the topic “reading” writes it, nobody else.

    `language` is empty where it is not sure. `sentiment` is from −1 to 1, and null where it is not
    judged; `words` are what decided it: [start, stop, weight] by characters of the note's title, a
    line's end where there is a title, and its words. `model` says by which versions.
    """

    note = models.OneToOneField(
        Note, models.CASCADE, related_name="reading", db_constraint=False, db_index=False
    )
    language = models.CharField(max_length=2, blank=True)
    certainty = models.DecimalField(max_digits=4, decimal_places=3, default=0)
    sentiment = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    words = models.JSONField(default=list)
    model = models.CharField(max_length=60)
    read_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sentiment=None) | Q(sentiment__range=(-1, 1)),
                name="notereading_sentiment",
            ),
            models.CheckConstraint(
                condition=Q(certainty__range=(0, 1)), name="notereading_certainty"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "note"], name="notereading_of_note"),
            models.Index(fields=["workspace", "sentiment", "note"], name="notereading_sentiments"),
            models.Index(fields=["workspace", "language", "note"], name="notereading_languages"),
            models.Index(fields=["workspace", "model"], name="notereading_models"),
        ]

    def __str__(self) -> str:
        return f"reading of note {self.note_id}"


class PairState(models.TextChoices):
    """Where two ideas that may be the same stand in the review."""

    OPEN = "open", "To review"
    LATER = "later", "Later"
    MERGED = "merged", "Merged"
    DIFFERENT = "different", "Not the same"


class IdeaPair(ScopedModel):
    """Two ideas that may ask for the same. A scan finds them; people decide, and are remembered."""

    first = WorkspaceLink(Idea, models.CASCADE, related_name="+")
    second = WorkspaceLink(Idea, models.CASCADE, related_name="+")
    probability = models.DecimalField(max_digits=5, decimal_places=4)
    shared = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=PairState.choices, default=PairState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    found_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "first", "second"], name="ideapair_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="ideapair_in_one_order"
            ),
            models.CheckConstraint(condition=Q(state__in=PairState.values), name="ideapair_state"),
            models.CheckConstraint(
                condition=Q(probability__range=(0, 1)), name="ideapair_probability"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "state", "-probability", "-id"], name="ideapair_queue"
            ),
            models.Index(fields=["workspace", "second"], name="ideapair_of_second"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"

    @property
    def band(self) -> str:
        """Its band in words."""
        return band(float(self.probability))
