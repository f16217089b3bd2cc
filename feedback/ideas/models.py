"""What people ask for, the passages that say so, and who asks how much."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from core.money import MAX_DIGITS, PLACES
from feedback.inbox.models import Note
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

MOST_IMPORTANT = 3
USUAL_IMPORTANCE = 1


class IdeaState(models.TextChoices):
    """Where an idea stands. Only merging makes it merged."""

    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    PLANNED = "planned", "Planned"
    IN_PROGRESS = "in_progress", "In progress"
    SHIPPED = "shipped", "Shipped"
    DECLINED = "declined", "Declined"
    MERGED = "merged", "Merged"


class IdeaType(models.TextChoices):
    """What it is that people ask for."""

    IDEA = "idea", "Idea"
    REQUEST = "request", "Request"
    PROBLEM = "problem", "Problem"


CLOSED = (IdeaState.SHIPPED, IdeaState.DECLINED, IdeaState.MERGED)


class IdeaQuerySet(RecordQuerySet["Idea"]):
    """The questions people ask of ideas."""

    def open(self) -> Self:
        """Still to be decided or done."""
        return self.exclude(state__in=CLOSED)

    def canonical(self) -> Self:
        """Those that stand for themselves: not merged into another."""
        return self.filter(merged_into=None)


class Idea(Record):
    """Something people ask for. Who asks stands in `FeedbackLink`, what it is worth in `Stake`.

    A merged idea keeps its links and what it was: it leads to another (`merged_into`), and is as
    before once it is taken apart again.
    """

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=20_000)
    type = models.CharField(max_length=7, choices=IdeaType.choices, default=IdeaType.IDEA)
    state = models.CharField(max_length=12, choices=IdeaState.choices, default=IdeaState.SUBMITTED)
    product = WorkspaceLink("products.Product", models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    declined_because = models.TextField("why it is declined", blank=True, max_length=2_000)
    because_public = models.BooleanField(
        "may be told",
        default=False,
        help_text="Whether people outside may read why it is declined.",
    )
    public = models.BooleanField(
        "public",
        default=False,
        db_default=False,
        help_text="Whether portals may show it. What of it shows, each portal says.",
    )
    merged_into = WorkspaceLink(
        "feedback.Idea", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    state_before = models.CharField(
        max_length=12, blank=True, editable=False, help_text="What it was when it was merged last."
    )

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="idea_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=IdeaState.values), name="idea_state"),
            models.CheckConstraint(condition=Q(type__in=IdeaType.values), name="idea_type"),
            models.CheckConstraint(
                condition=~Q(state=IdeaState.DECLINED) | ~Q(declined_because=""),
                name="idea_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=IdeaState.MERGED, merged_into__isnull=False)
                | (~Q(state=IdeaState.MERGED) & Q(merged_into=None)),
                name="idea_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="idea_not_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "-id"], name="idea_by_state"),
            models.Index(fields=["workspace", "title", "id"], name="idea_title"),
            models.Index(fields=["workspace", "product"], name="idea_of_product"),
            models.Index(fields=["workspace", "-id"], condition=Q(public=True), name="idea_public"),
            models.Index(fields=["workspace", "merged_into"], name="idea_merged"),
        ]

    def __str__(self) -> str:
        return self.title

    def leads_to(self, pk: int) -> bool:
        """Whether what it was merged into, and so on, ends at this idea or passes it."""
        seen, at = {self.pk}, self.merged_into
        while at is not None and at.pk not in seen:
            if at.pk == pk:
                return True
            seen.add(at.pk)
            at = at.merged_into
        return False


class Highlight(Record):
    """A passage of a note that says something of its own: `quote` is its words from `start` on.

    Places count characters of the note's text as pages show it (`Note.words`), `stop` excluded.
    """

    note = WorkspaceLink(Note, models.CASCADE, related_name="highlights")
    start = models.PositiveIntegerField()
    stop = models.PositiveIntegerField()
    quote = models.TextField(editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="highlight_in_workspace"),
            models.CheckConstraint(condition=Q(stop__gt=F("start")), name="highlight_of_something"),
        ]
        indexes = [
            models.Index(fields=["workspace", "note", "start"], name="highlight_of_note"),
        ]

    def __str__(self) -> str:
        return self.quote[:80]


class FeedbackLink(Record):
    """Somebody asks for an idea: a customer in a note, perhaps in one passage, or by a vote.

    Of one customer's links to an idea the newest counts, and they count once. A link without a note
    is a vote: a customer's, or a member's own (`voter`).
    """

    idea = WorkspaceLink(Idea, models.CASCADE, related_name="links")
    note = WorkspaceLink(Note, models.CASCADE, null=True, blank=True, related_name="links")
    highlight = WorkspaceLink(
        Highlight, models.CASCADE, null=True, blank=True, related_name="links"
    )
    customer = WorkspaceLink("finance.Customer", models.PROTECT, null=True, blank=True)
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    importance = models.PositiveSmallIntegerField(
        default=USUAL_IMPORTANCE,
        validators=[MaxValueValidator(MOST_IMPORTANT)],
        help_text="0 is nice to have, 3 is a must.",
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="feedbacklink_in_workspace"),
            models.CheckConstraint(
                condition=Q(importance__lte=MOST_IMPORTANT), name="feedbacklink_importance"
            ),
            models.CheckConstraint(
                condition=Q(highlight=None) | Q(note__isnull=False),
                name="feedbacklink_passage_of_a_note",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "idea", "-id"], name="feedbacklink_of_idea"),
            models.Index(fields=["workspace", "customer", "-id"], name="feedbacklink_of_customer"),
            models.Index(fields=["workspace", "note"], name="feedbacklink_of_note"),
            models.Index(fields=["workspace", "highlight"], name="feedbacklink_of_passage"),
        ]

    def __str__(self) -> str:
        return f"Importance {self.importance}"


def _amount() -> models.DecimalField:
    return models.DecimalField(max_digits=MAX_DIGITS, decimal_places=PLACES, null=True)


class Stake(ScopedModel):
    """What an idea's customers bought in the last twelve months, worked out from their orders.

    A customer's money is split equally over the ideas they ask for, so that no euro stands twice.
    Null is unknown: an order in a currency without a rate, a unit without a cost.
    """

    idea = models.OneToOneField(Idea, models.CASCADE, related_name="stake", db_constraint=False)
    customers = models.PositiveIntegerField(default=0)
    voices = models.PositiveIntegerField(default=0, help_text="Links that name no customer.")
    importance = models.PositiveIntegerField(default=0, help_text="Sum over its customers.")
    orders = models.PositiveIntegerField(default=0)
    revenue = _amount()
    contribution = _amount()
    costed = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(1))
    currency = models.CharField(max_length=3)
    window_end = models.DateField()
    computed_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "idea"], name="stake_of_idea"),
            models.Index(fields=["workspace", "-customers", "-idea"], name="stake_by_customers"),
        ]

    def __str__(self) -> str:
        return f"{self.customers} customers"
