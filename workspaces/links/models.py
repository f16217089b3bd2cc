"""Links that people draw between records of any kind."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from workspaces.access.actor import Actor
from workspaces.records.about import AboutQuerySet, readable_by
from workspaces.records.models import AboutRecord


class Relation(models.TextChoices):
    """How one record stands to another, read from the first."""

    RELATES = "relates", "Relates to"
    BLOCKS = "blocks", "Blocks"
    DUPLICATES = "duplicates", "Duplicates"
    COMES_FROM = "comes_from", "Comes from"


class LinkQuerySet(AboutQuerySet["RecordLink"]):
    """Links whose both ends may be read."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(readable_by(actor, "to_kind", "to_id"))

    def kept(self) -> Self:
        """What nobody took away."""
        return self.filter(deleted_at=None)

    def touching(self, kind: str, pk: int) -> Self:
        """The links that start or end at a record."""
        return self.filter(Q(kind=kind, object_id=pk) | Q(to_kind=kind, to_id=pk))


class RecordLink(AboutRecord):
    """A link from one record to another; both are named as `AboutRecord` names them."""

    to_kind = models.CharField(max_length=60)
    to_id = models.BigIntegerField()
    relation = models.CharField(max_length=12, choices=Relation, default=Relation.RELATES)
    created_by = models.ForeignKey("workspaces.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "object_id", "to_kind", "to_id", "relation"],
                condition=Q(deleted_at=None),
                name="recordlink_once",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="recordlink_relation"
            ),
            models.CheckConstraint(
                condition=~Q(kind=F("to_kind"), object_id=F("to_id")), name="recordlink_to_another"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "to_kind", "to_id"], name="recordlink_back"),
        ]

    def __str__(self) -> str:
        return f"Link {self.pk}"

    @property
    def to(self) -> tuple[str, int]:
        return self.to_kind, self.to_id
