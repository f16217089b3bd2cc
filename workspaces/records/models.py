"""What every row of a workspace is made of."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

if TYPE_CHECKING:
    from workspaces.access.actor import Actor


M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows of a workspace. The first question is always whose."""

    def visible_to(self, actor: "Actor") -> Self:
        """The rows of the actor's workspace that are not in the trash."""
        return self.in_workspace(actor.workspace.pk)

    def in_workspace(self, workspace_id: int) -> Self:
        """The same for code that runs for a workspace, not for a person."""
        return self.filter(workspace_id=workspace_id)

    def sole(self) -> Any:
        """The row of a condition that one row at most fulfils; None where there is none.

        Unlike `first`, it sorts nothing, which is a tenth of what a small statement costs.
        """
        return next(iter(self[:1]), None)


class RecordQuerySet(ScopedQuerySet[M]):
    """Rows that can be thrown away and brought back."""

    def in_workspace(self, workspace_id: int) -> Self:
        return self.filter(workspace_id=workspace_id, deleted_at=None)

    def trashed_in(self, workspace_id: int) -> Self:
        """What lies in the trash."""
        return self.filter(workspace_id=workspace_id, deleted_at__isnull=False)

    def trashed_for(self, actor: "Actor") -> Self:
        """What of it this actor may see."""
        return self.trashed_in(actor.workspace.pk)

    def with_trash(self, workspace_id: int) -> Self:
        """Everything, trashed or not: for imports, which must not make a twin of a trashed row."""
        return self.filter(workspace_id=workspace_id)


class WorkspaceLink(models.ForeignKey):
    """A link to a row of the same workspace.

    Its database constraint is the composite key of `core.db.same_workspace`, added in a migration;
    a guard test fails when one is missing. It has no index of its own: where rows are looked up by
    it, the model names one that starts with the workspace.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class ScopedModel(models.Model):
    """A row that belongs to a workspace, for ever."""

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Record(ScopedModel):
    """A row people edit: versioned, attributable, restorable.

    `import_run` is the import that created it; undoing that import removes it. `custom` holds the
    values of the workspace's custom fields by their keys; a key that is missing has no value.
    """

    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    import_run = WorkspaceLink(
        "workspaces.ImportRun",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=True,
    )
    custom = models.JSONField(default=dict, blank=True, db_default={}, editable=False)

    class Meta:
        abstract = True


class AboutRecord(ScopedModel):
    """A row that speaks of a record of any kind: a comment, a watch, a link of a task.

    No foreign key can lead to every table; `workspaces.records.refs` finds the record and asks
    whether this member may read it, each time the row is shown.
    """

    kind = models.CharField(max_length=60, help_text="Such as products.product.")
    object_id = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def ref(self) -> tuple[str, int]:
        return self.kind, self.object_id


class ListChoice(ScopedModel):
    """The columns a member wants to see in a list."""

    user = models.ForeignKey("workspaces.User", models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    view = models.BigIntegerField(
        null=True, blank=True, help_text="The saved view this member begins with."
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user", "name"], name="listchoice_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def columns_of(cls, actor: "Actor", name: str) -> list[str]:
        """What the actor chose for the list of that name; nothing for those who never did."""
        mine = cls.objects.visible_to(actor).filter(user=actor.user, name=name)
        return list(next(iter(mine.values_list("columns", flat=True)[:1]), []))

    @classmethod
    def of(cls, actor: "Actor", name: str) -> tuple[list[str], int | None]:
        """The columns the actor chose for that list, and the saved view they begin it with."""
        mine = cls.objects.visible_to(actor).filter(user=actor.user, name=name)
        columns, view = next(iter(mine.values_list("columns", "view")[:1]), ([], None))
        return list(columns), view
