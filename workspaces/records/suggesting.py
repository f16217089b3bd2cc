"""Records of any kind by a few letters of what they are called, for fields that name a record."""

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from core.typed import trimmed
from workspaces.access.actor import Actor
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.refs import Named, Ref, url_of

MOST, OF_A_KIND, SHORTEST = 8, 4, 2
LONGEST = 100
CALLED = ("name", "title", "number", "sku", "handle")


def suggested(actor: Actor, text: str, without: Collection[Ref] = ()) -> list[Named]:
    """The records this actor may read whose name has every word of `text`, a few of each kind.

    Fewer than two letters find nothing.
    """
    text = trimmed(text, LONGEST)
    if len(text) < SHORTEST:
        return []
    found: list[Named] = []
    for kind in KINDS.values():
        if len(found) < MOST and actor.can(kind.reads) and (kind.changes or kind.searched):
            found += [one for one in _of(actor, kind, text) if one.ref not in without]
    found.sort(key=lambda one: not one.label.casefold().startswith(text.casefold()))
    return found[:MOST]


def _of(actor: Actor, kind: RecordKind, text: str) -> Iterator[Named]:
    rows: Any = kind.rows(actor)
    if hasattr(rows, "matching"):
        rows = rows.matching(text)
    else:
        paths = paths_of(kind)
        if not paths:
            return
        for word in text.split():
            rows = rows.filter(_any(paths, word))
    for row in rows.order_by("-pk")[:OF_A_KIND]:
        yield Named(kind, row.pk, str(row), url_of(actor, kind, row.pk))


def _any(paths: tuple[str, ...], word: str) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{f"{path}__icontains": word})
    return found


def paths_of(kind: RecordKind) -> tuple[str, ...]:
    """The fields a record of this kind is known by."""
    if kind.searched:
        return kind.searched[:2]
    names = [one.name for one in kind.fields[:1]] or CALLED
    return tuple(name for name in names if _is_text(kind, name))


def _is_text(kind: RecordKind, name: str) -> bool:
    try:
        return isinstance(kind.model._meta.get_field(name), models.CharField | models.TextField)
    except FieldDoesNotExist:
        return False
