"""What of a record is searched: its own columns, and those of rows that hang on it.

A kind that says `searched` has a place in search without more. Where ids are to be found exactly,
where rows of another table belong to it, or where its text is worth comparing by meaning, its app
registers a `Source`. Amounts are never searched, and people's data only in kinds of their own,
which not everybody may read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models

from workspaces.access.actor import Actor
from workspaces.records.kinds import KINDS, RecordKind

CustomKeys = Callable[[int, RecordKind], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Source:
    """Columns of `model` that make the entries of `kind` found.

    The kind's own table has no `link`; a table whose rows hang on it names the column that leads
    to the record. `titles` are tried in turn. `keys` are found exactly and by their beginning.
    `meant` texts are also compared by meaning.
    """

    kind: str
    model: type[models.Model]
    titles: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    language: str = ""
    link: str = ""
    meant: bool = False

    def column(self, name: str) -> str:
        """The column of a field, as the table calls it."""
        return str(self.model._meta.get_field(name).column)  # type: ignore[union-attr]

    def is_list(self, name: str) -> bool:
        return isinstance(self.model._meta.get_field(name), ArrayField)

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Ids found in their own table, for kinds of too many rows to repeat: `find(actor, text)`."""

    kind: str
    find: Callable[[Actor, str], Sequence[int]]


OWN: dict[str, Source] = {}
HANGING: dict[str, list[Source]] = {}
LOOKUPS: dict[str, Lookup] = {}
CUSTOM: list[CustomKeys] = []


def register_source(source: Source) -> None:
    """Called from an AppConfig's ready(). The kind's own source replaces what `searched` says."""
    for name in (*source.titles, *source.keys, *source.texts):
        source.column(name)  # a name the model does not know fails at the start
    if not source.link:
        OWN[source.kind] = source
        return
    others = [one for one in HANGING.get(source.kind, []) if one.model is not source.model]
    HANGING[source.kind] = [*others, source]


def register_lookup(lookup: Lookup) -> None:
    """Called from an AppConfig's ready()."""
    LOOKUPS[lookup.kind] = lookup


def register_custom_keys(provider: CustomKeys) -> None:
    """Which custom fields of a kind are searched: those that everybody who reads it may see.

    Called from an AppConfig's ready(). Whoever changes the answer marks the kind's entries stale.
    """
    CUSTOM.append(provider)


def custom_keys(workspace_id: int, kind: RecordKind) -> list[str]:
    """The keys of the custom fields that are searched."""
    return sorted({key for provider in CUSTOM for key in provider(workspace_id, kind)})


def own_source(kind: RecordKind) -> Source | None:
    """The kind's own columns: as registered, or as it says in `searched`."""
    if kind.name in OWN:
        return OWN[kind.name]
    hidden = {one.name for one in kind.fields if one.perm is not None}
    names = [name for name in kind.searched if name not in hidden]
    if not names:
        return None
    return Source(kind.name, kind.model, (names[0],), texts=tuple(names[1:]))


def searched_kinds() -> list[RecordKind]:
    """The kinds that have entries."""
    return [kind for kind in KINDS.values() if own_source(kind) is not None]


def meant_kinds(kinds: Sequence[RecordKind]) -> list[str]:
    """The names of those whose texts are compared by meaning."""
    return [kind.name for kind in kinds if (own := own_source(kind)) is not None and own.meant]


def found_kinds(actor: Actor) -> list[RecordKind]:
    """The kinds this actor may find anything of, in the order they were registered."""
    return [
        kind
        for kind in KINDS.values()
        if actor.can(kind.reads) and (kind.name in LOOKUPS or own_source(kind) is not None)
    ]


def owners_of(model: str) -> list[tuple[str, Source | None]]:
    """Which kinds' entries a row of this model is part of: (kind, the source that hangs on it)."""
    found: list[tuple[str, Source | None]] = []
    kind = KINDS.get(model)
    if kind is not None and own_source(kind) is not None:
        found.append((model, None))
    for sources in HANGING.values():
        found += [(one.kind, one) for one in sources if one.model._meta.label_lower == model]
    return found
