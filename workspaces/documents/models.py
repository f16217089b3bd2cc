"""What is written, the versions it was published in, and who signed them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from workspaces.records.models import (
    Record,
    RecordQuerySet,
    ScopedModel,
    ScopedQuerySet,
    WorkspaceLink,
)

LONGEST = 200_000
LONGEST_ROLE = 40


class DocumentState(models.TextChoices):
    """draft → published → archived; editing a published document does not change its versions."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


class Document(Record):
    """A text in Markdown. `body` is the draft; what readers rely on are its versions.

    `kind` and `object_id`, where given, are the record it is about.
    """

    title = models.CharField(max_length=160)
    state = models.CharField(
        max_length=10, choices=DocumentState, default=DocumentState.DRAFT, editable=False
    )
    template = models.CharField("made from", max_length=80, blank=True, editable=False)
    owner = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    body = models.TextField("text", blank=True, max_length=LONGEST)
    kind = models.CharField(max_length=60, blank=True, editable=False)
    object_id = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="document_in_workspace"),
            models.CheckConstraint(
                condition=Q(state__in=DocumentState.values), name="document_state"
            ),
            models.CheckConstraint(
                condition=Q(kind="", object_id=None) | (~Q(kind="") & Q(object_id__isnull=False)),
                name="document_about_one_record",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "title", "id"], name="document_by_title"),
            models.Index(fields=["workspace", "kind", "object_id"], name="document_about"),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(ScopedModel):
    """A document as it was published: text and figures stand still from then on.

    `blocks` are the frozen live blocks in the order of the text; each names the permissions that
    reading it takes. PostgreSQL refuses any change to a version.
    """

    document = WorkspaceLink(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    body = models.TextField()
    blocks = models.JSONField(default=list, blank=True)
    note = models.CharField("what changed", max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "document", "number"], name="documentversion_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "id"], name="documentversion_in_workspace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class Verdict(models.TextChoices):
    """What somebody who was asked said."""

    ASKED = "asked", "Asked"
    SIGNED = "signed", "Signed"
    DECLINED = "declined", "Declined"


class SignOff(ScopedModel):
    """One member's word on one version, for a role where one was named.

    A new version starts without any.
    """

    version = WorkspaceLink(DocumentVersion, models.CASCADE, related_name="signoffs")
    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.ASKED)
    role = models.CharField(max_length=LONGEST_ROLE, blank=True, db_default="", default="")
    reason = models.CharField(max_length=1_000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version", "user"], name="signoff_once"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.ASKED, decided_at=None)
                | (~Q(verdict=Verdict.ASKED) & Q(decided_at__isnull=False)),
                name="signoff_decided_when_decided",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.DECLINED) | ~Q(reason=""), name="signoff_declined_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_verdict_display()}"


class DocumentTemplate(Record):
    """A text documents begin with, made by members beside those that come along."""

    name = models.CharField(max_length=80)
    body = models.TextField("text", blank=True, max_length=LONGEST)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "id"], name="documenttemplate_in_workspace"
            ),
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=Q(deleted_at=None),
                name="documenttemplate_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
