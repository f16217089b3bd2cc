"""Naming records of any kind: comments, notifications, tasks and links speak of them this way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.records.kinds import KINDS, RecordKind

Ref = tuple[str, int]  # the kind's name, such as products.product, and the row's id


@dataclass(frozen=True, slots=True)
class Named:
    """A record as other records' pages speak of it."""

    kind: RecordKind
    pk: int
    label: str
    url: str

    @property
    def ref(self) -> Ref:
        return self.kind.name, self.pk


def readable(actor: Actor, name: str) -> RecordKind:
    """The kind, if this actor may read its records. Raises NotFound, for strangers too."""
    kind = KINDS.get(name)
    if kind is None or not actor.can(kind.reads):
        raise NotFound("There is no such record here.")
    return kind


def find(actor: Actor, name: str, pk: int) -> Any:
    """The record itself, if this actor may read it. Raises NotFound."""
    row = readable(actor, name).rows(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such record here.")
    return row


def linked(actor: Actor, to: str) -> tuple[Any, tuple[str, ...]]:
    """The rows a link may lead to, and the columns they are called by: records this actor may
    read, or small rows of the workspace that are no records, such as teams.
    """
    if (kind := KINDS.get(to)) is not None:
        rows = kind.rows(actor)
        return (rows if actor.can(kind.reads) else rows.none()), kind.naming
    model: Any = apps.get_model(to)
    named = any(one.name == "name" for one in model._meta.concrete_fields)
    return model.objects.visible_to(actor), ("name",) if named else ()


def url_of(actor: Actor, kind: RecordKind, pk: int) -> str:
    """Where a record opens."""
    if kind.url is not None:
        return kind.url(actor, pk)
    return reverse("workspaces:record", args=[actor.workspace.slug, kind.address, pk])


def named(actor: Actor, refs: Iterable[Ref]) -> dict[Ref, Named]:
    """What these records are called and where they open: one statement a kind.

    Records that are gone, or that the actor may not read, are left out.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for name, pk in refs:
        wanted[name].add(pk)
    found: dict[Ref, Named] = {}
    for name, pks in wanted.items():
        kind = KINDS.get(name)
        if kind is None or not actor.can(kind.reads):
            continue
        for row in kind.rows(actor).filter(pk__in=pks):
            found[(name, row.pk)] = Named(kind, row.pk, str(row), url_of(actor, kind, row.pk))
    return found


def in_order(actor: Actor, refs: Sequence[Ref]) -> list[Named]:
    """The same as a list in the order asked for."""
    known = named(actor, refs)
    return [known[ref] for ref in refs if ref in known]
