"""What was read out of a note. Derived: it can be deleted at any time and is worked out anew."""

from django.db import models

from feedback.inbox.models import Note
from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink


class NoteReading(ScopedModel):
    """A note's language and sentiment, by the version of what read it.

    `language` is empty where it is not sure, `sentiment` (−1 to 1) is empty where the language is
    none that is judged. `words`: [start, stop, weight] of the passages that decided, the heaviest
    first; places count in the title, a line break, and the text as pages show it.
    """

    note = WorkspaceLink(Note, models.CASCADE, related_name="readings")
    language = models.CharField(max_length=8, blank=True)
    sentiment = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    words = models.JSONField(default=list)
    read_by = models.PositiveSmallIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "note"], name="notereading_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "sentiment", "note"], name="notereading_sentiment"),
            models.Index(fields=["workspace", "language", "note"], name="notereading_language"),
        ]

    def __str__(self) -> str:
        return f"{self.language or '—'} {'—' if self.sentiment is None else self.sentiment}"
