"""Portals, and the votes of people without an account."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feedback.ideas.models import FeedbackLink, Idea, IdeaState
from workspaces.guests.models import GuestLink
from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

KIND = "feedback.portal"
# What a portal may show of an idea. Whatever is not named here is shown nowhere.
SHOWABLE = {
    "description": "Description",
    "type": "Type",
    "state": "State",
    "product": "Product",
    "votes": "Number of votes",
    "because": "Why it is declined, where that may be told",
    "comments": "Public comments",
    "created": "Day it was added",
}
USUAL_FIELDS = ["description", "type", "state", "votes", "because", "comments"]
STATES = [one for one in IdeaState if one != IdeaState.MERGED]
USUAL_STATES = [one.value for one in STATES if one != IdeaState.SUBMITTED]


class Language(models.TextChoices):
    """The language of a portal's own words."""

    EN = "en", "English"
    DE = "de", "Deutsch"


class Theme(models.TextChoices):
    """Light, dark, or as the reader's system has it."""

    AUTO = "auto", "As the reader's system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


def usual_fields() -> list[str]:
    return list(USUAL_FIELDS)


def usual_states() -> list[str]:
    return list(USUAL_STATES)


class Portal(Record):
    """A page of ideas for people outside. Who comes in is its link's; what shows is `fields`.

    It shows ideas that were made public (`Idea.public`), in the states it names, and no others.
    """

    link = WorkspaceLink(GuestLink, models.PROTECT, editable=False)
    title = models.CharField(max_length=120)
    intro = models.TextField(blank=True, max_length=4_000)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    fields = models.JSONField(default=usual_fields, blank=True)
    states = models.JSONField(default=usual_states, blank=True)
    takes_posts = models.BooleanField("people may post", default=True)
    takes_votes = models.BooleanField("people may vote", default=True)
    anonymous = models.BooleanField(
        "without an address too",
        default=True,
        help_text="Whether people who did not prove an address may post and vote.",
    )
    takes_comments = models.BooleanField("people may comment", default=False, db_default=False)
    comments_wait = models.BooleanField(
        "comments wait for a member",
        default=True,
        db_default=True,
        help_text="Off shows them at once.",
    )
    changelog = models.BooleanField("shows the changelog", default=True)
    indexed = models.BooleanField(
        "search engines may list it", default=False, help_text="For portals anyone may open."
    )
    channel = WorkspaceLink("products.Channel", models.PROTECT, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="portal_in_workspace"),
            models.UniqueConstraint(fields=["link"], name="portal_of_link"),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="portal_theme"),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="portal_language"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        wrong: dict[str, list[str]] = {}
        for name, known in (("fields", set(SHOWABLE)), ("states", set(STATES))):
            value: Any = getattr(self, name)
            if not isinstance(value, list) or not set(map(str, value)) <= {str(k) for k in known}:
                wrong[name] = ["Choose from what a portal may show."]
        if wrong:
            raise ValidationError(wrong)


class CommentState(models.TextChoices):
    """What becomes of a visitor's comment."""

    WAITING = "waiting", "Waiting"
    SHOWN = "shown", "Shown"
    DROPPED = "dropped", "Dropped"


class VisitorComment(ScopedModel):
    """What somebody without an account says about an idea on a portal.

    `email` is there when it was proven; nobody is shown it. Members read it in the idea's
    discussion whatever its state, visitors of its portal once it is shown.
    """

    portal = WorkspaceLink(Portal, models.CASCADE)
    idea = WorkspaceLink(Idea, models.CASCADE)
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    body = models.TextField(max_length=2_000)
    state = models.CharField(
        max_length=7, choices=CommentState.choices, default=CommentState.WAITING
    )
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="visitorcomment_in_workspace"),
            models.CheckConstraint(
                condition=Q(state__in=CommentState.values), name="visitorcomment_state"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "idea", "-id"], name="visitorcomment_of_idea"),
            models.Index(
                fields=["workspace", "portal", "-id"],
                condition=Q(state="waiting"),
                name="visitorcomment_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment of {self.at:%Y-%m-%d}"


class Ballot(ScopedModel):
    """Who gave a vote on a portal: the feedback link is the vote, `voter` stands for the person.

    `email` is there when it was proven, so that news can be sent to it. PostgreSQL refuses a second
    vote of the same person for the same idea, on whichever portal.
    """

    link = models.OneToOneField(
        FeedbackLink, models.CASCADE, related_name="ballot", db_constraint=False
    )
    idea = WorkspaceLink(Idea, models.CASCADE)
    portal = WorkspaceLink(Portal, models.CASCADE)
    voter = models.CharField(max_length=64, editable=False)
    email = models.EmailField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "idea", "voter"], name="ballot_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "portal", "-id"], name="ballot_of_portal"),
            models.Index(fields=["workspace", "voter"], name="ballot_of_voter"),
        ]

    def __str__(self) -> str:
        return "A vote"
