"""An import as rows: what was uploaded, how it was read, what it changed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.records.models import ScopedModel, ScopedQuerySet, WorkspaceLink


class ImportState(models.TextChoices):
    """uploaded → checking → checked → running → done; failed, cancelled, undone."""

    UPLOADED = "uploaded", "Uploaded"
    CHECKING = "checking", "Checking"
    CHECKED = "checked", "Checked"
    RUNNING = "running", "Importing"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    UNDONE = "undone", "Undone"


class OnExisting(models.TextChoices):
    """What to do with a row that is already there."""

    UPDATE = "update", "Update what is there, create what is new"
    SKIP = "skip", "Skip what is there, create what is new"
    ONLY_UPDATE = "only_update", "Update what is there, create nothing"


class ImportRun(ScopedModel):
    """One upload on its way into the workspace, and what became of it."""

    kind = models.CharField(max_length=60, help_text="What the file holds, such as products.")
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    preset = models.CharField(max_length=40, blank=True)
    file = models.FileField(upload_to="imports/%Y/%m/", max_length=300)
    filename = models.CharField(max_length=200)
    parts = models.JSONField(
        default=list,
        help_text="Further files of a preset that joins several: [{role, name, filename, size}].",
    )
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(max_length=40, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    columns = models.JSONField(default=list, help_text="The file's header cells, in order.")
    mapping = models.JSONField(default=dict, help_text="{field: column}")
    options = models.JSONField(default=dict, help_text="Date order, decimal comma, currency…")
    edits = models.JSONField(default=dict, help_text="{row number: {column: corrected text}}")
    on_existing = models.CharField(
        max_length=12, choices=OnExisting.choices, default=OnExisting.UPDATE
    )
    keep_good = models.BooleanField(
        default=False, help_text="Import the rows without errors and leave the others out."
    )
    counts = models.JSONField(default=dict, help_text="rows, ok, errors, created, updated, …")
    job = WorkspaceLink("workspaces.Job", models.SET_NULL, null=True, blank=True)
    created_by = models.ForeignKey(
        "workspaces.User", models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="importrun_in_workspace"),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state"),
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.label} from {self.filename}"

    @property
    def label(self) -> str:
        """What the file holds, in words."""
        return self.kind.replace("-", " ").capitalize()


class ImportChange(ScopedModel):
    """A row that an import touched. `before` is null for a created row, else the old fields."""

    run = WorkspaceLink(ImportRun, models.CASCADE)
    model = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "run", "id"], name="importchange_of_run")]

    def __str__(self) -> str:
        return self.label


class ColumnMapping(ScopedModel):
    """How a workspace reads files with these headers: remembered from the last time."""

    kind = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64, help_text="Hash of the sorted header cells.")
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "fingerprint"], name="mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"
