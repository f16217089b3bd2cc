"""Rows that speak of records of any kind: only those whose record this member may read."""

from typing import Self

from django.db.models import Exists, OuterRef, Q

from workspaces.access.actor import Actor
from workspaces.records.kinds import KINDS
from workspaces.records.models import M, ScopedQuerySet


class AboutQuerySet(ScopedQuerySet[M]):
    """Rows about records. What may be seen of them is asked of the records, each time."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows whose record exists, is not in the trash, and may be read by this actor."""
        return self.in_workspace(actor.workspace.pk).filter(readable_by(actor))

    def about(self, kind: str, pk: int) -> Self:
        """The rows of one record. Whoever asks has found that record through a door."""
        return self.filter(kind=kind, object_id=pk)


def readable_by(actor: Actor, kind: str = "kind", object_id: str = "object_id") -> Q:
    """The rows whose record, named by these two columns, the actor may read."""
    found = Q(pk__in=[])
    for each in KINDS.values():
        if actor.can(each.reads):
            rows = each.rows(actor).filter(pk=OuterRef(object_id))
            found |= Q(Exists(rows.values("pk")), **{kind: each.name})
    return found
