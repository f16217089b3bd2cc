"""The history of every record: who changed what, when, how."""

from django.db import models
from django.utils import timezone

from workspaces.records.models import ScopedModel, ScopedQuerySet


class Channel(models.TextChoices):
    """How a change came in."""

    UI = "ui", "in the app"
    API = "api", "by API"
    IMPORT = "import", "by import"
    COMMAND = "command", "by command"
    WORKER = "worker", "by a worker"
    ADMIN = "admin", "in admin"


class ActivityEventQuerySet(ScopedQuerySet["ActivityEvent"]):
    """Questions of the Activity tab."""

    def of(self, record: models.Model) -> "ActivityEventQuerySet":
        """What happened to this row, newest first."""
        return self.filter(model=record._meta.label_lower, object_id=record.pk).order_by("-pk")


class ActivityEvent(ScopedModel):
    """One act on one record. Append-only; `changes` is {field: [old, new]}.

    Rows of one act on many records (a bulk edit, an import) share `batch`, and are undone together.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    verb = models.CharField(max_length=60, help_text="What was done, such as product.renamed.")
    model = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200, help_text="What the record was called then.")
    changes = models.JSONField(default=dict)
    batch = models.UUIDField(null=True, blank=True)
    told = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="The listeners have heard it."
    )

    objects = ActivityEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "model", "object_id", "-id"], name="activity_of"),
            models.Index(fields=["workspace", "-id"], name="activity_newest"),
            models.Index(
                fields=["workspace", "batch"],
                condition=models.Q(batch__isnull=False),
                name="activity_batch",
            ),
            models.Index(
                fields=["workspace", "id"],
                condition=models.Q(told=False),
                name="activity_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"
