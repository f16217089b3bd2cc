"""What members say about records, to one another and, where a kind allows it, to the outside."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.records.about import AboutQuerySet
from workspaces.records.models import AboutRecord, ScopedModel, ScopedQuerySet, WorkspaceLink

LONGEST = 10_000


class CommentQuerySet(AboutQuerySet["Comment"]):
    """The questions a discussion asks. Deleted comments are among them: they keep their thread."""

    def threads(self) -> Self:
        """What opens a thread, newest first."""
        return self.filter(parent=None).order_by("-pk")

    def said(self) -> Self:
        """What is still to be read."""
        return self.filter(deleted_at=None)

    def open(self) -> Self:
        """Threads that wait for an answer or an end."""
        return self.said().filter(parent=None, resolved_at=None)


class Comment(AboutRecord):
    """Something a member said about a record, in Markdown.

    Replies are one level deep: `parent` is always what opened the thread. Mentions stand in `body`
    as `@[user:1]`, `@[team:2]` and `#[products.product:3]`, and as rows of `Mention`. A deleted
    comment stays as a row, so that its thread and its undo stay too. `touched_at` moves with all
    that is shown of a comment: its text, its state, its reactions, its files.
    """

    parent = WorkspaceLink("workspaces.Comment", models.CASCADE, null=True, blank=True)
    author = models.ForeignKey("workspaces.User", models.SET_NULL, null=True, related_name="+")
    anchor = models.CharField(
        max_length=120, blank=True, help_text="What of the record is meant: a field, a pin, a cell."
    )
    body = models.TextField(max_length=LONGEST)
    internal = models.BooleanField(
        default=True, db_default=True, help_text="Only members read it. Off makes a public reply."
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    touched_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="comment_in_workspace"),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(resolved_at=None), name="comment_resolves_thread"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id", "-id"], name="comment_of"),
            models.Index(
                fields=["workspace", "parent"],
                condition=Q(parent__isnull=False),
                name="comment_replies",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk}"

    @property
    def thread(self) -> int:
        """The comment that opened the thread this one stands in."""
        return self.parent_id or self.pk


class LetterState(models.TextChoices):
    """waiting → sending → sent, or waiting again, or failed at last; none where there is none."""

    NONE = "none", "Not sent"
    WAITING = "waiting", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"


class PublicLetter(ScopedModel):
    """What became of a public reply: a letter to one address, or none, and how that ended."""

    comment = WorkspaceLink(Comment, models.CASCADE, related_name="letters")
    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=LetterState.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "comment"], name="publicletter_once"),
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="publicletter_state"
            ),
            models.CheckConstraint(
                condition=Q(state="none", to="") | (~Q(state="none") & ~Q(to="")),
                name="publicletter_has_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="publicletter_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.to}"


class CommentRevision(ScopedModel):
    """What a comment said before an edit."""

    comment = WorkspaceLink(Comment, models.CASCADE)
    body = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now, editable=False)
    replaced_by = models.ForeignKey("workspaces.User", models.SET_NULL, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "comment"], name="revision_of_comment")]

    def __str__(self) -> str:
        return f"Revision {self.pk}"


class Mention(ScopedModel):
    """Whom or what a comment names: one member, one team or one record.

    A row means that whoever was named could read the record when it was said; whether they still
    may is asked when they are told.
    """

    comment = WorkspaceLink(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey("workspaces.User", models.CASCADE, null=True, related_name="+")
    team = WorkspaceLink("workspaces.Team", models.CASCADE, null=True)
    kind = models.CharField(max_length=60, blank=True, default="")
    object_id = models.BigIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None, kind="", object_id=None)
                | Q(user=None, team__isnull=False, kind="", object_id=None)
                | (Q(user=None, team=None, object_id__isnull=False) & ~Q(kind="")),
                name="mention_names_one",
            ),
            models.UniqueConstraint(
                fields=["workspace", "comment", "user", "team", "kind", "object_id"],
                name="mention_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id"], name="mention_of_record"),
        ]

    def __str__(self) -> str:
        return f"Mention {self.pk}"


class Emoji(models.TextChoices):
    """The reactions there are. Pages draw them as icons: not every machine has a font of emoji."""

    UP = "up", "👍"
    DOWN = "down", "👎"
    HEART = "heart", "❤️"
    PARTY = "party", "🎉"
    SMILE = "smile", "😄"
    EYES = "eyes", "👀"


class Reaction(ScopedModel):
    """One person's reaction to a comment; each of them once."""

    comment = WorkspaceLink(Comment, models.CASCADE, related_name="reactions")
    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=8, choices=Emoji)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "comment", "user", "emoji"], name="reaction_once"
            ),
            models.CheckConstraint(condition=Q(emoji__in=Emoji.values), name="reaction_emoji"),
        ]

    def __str__(self) -> str:
        return f"{self.emoji} {self.user_id}"


class AttachmentQuerySet(AboutQuerySet["Attachment"]):
    """The questions asked of files."""

    def kept(self) -> Self:
        """What is not deleted."""
        return self.filter(deleted_at=None)


class Attachment(AboutRecord):
    """A file that belongs to a record, and perhaps to one of its comments.

    `file` is a random name in our storage; equal files of a workspace share it. `mime` is what the
    first bytes say, not what the name says. `preview` is a picture of our own making, without
    metadata, and the only thing that is ever shown on a page.
    """

    STORED = ("file", "preview")  # names in our storage, which leave with their workspace

    comment = WorkspaceLink(Comment, models.SET_NULL, null=True, blank=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, editable=False)
    mime = models.CharField(max_length=80, editable=False)
    size = models.BigIntegerField(editable=False)
    file = models.CharField(max_length=200, editable=False)
    preview = models.CharField(max_length=200, blank=True, default="", editable=False)
    uploaded_by = models.ForeignKey("workspaces.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="attachment_in_workspace"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id", "-id"], name="attachment_of"),
            models.Index(fields=["workspace", "sha256"], name="attachment_same"),
            models.Index(fields=["workspace", "comment"], name="attachment_of_comment"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def alt(self) -> str:
        """Its name where Markdown would read brackets as its own."""
        return "".join(" " if letter in "[]()\\`" else letter for letter in self.name)
