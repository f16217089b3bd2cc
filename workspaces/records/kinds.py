"""What records there are: who sees them, where they open, how they are changed back and restored.

Apps register theirs from ready(); history, trash and undo work over these alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.models import Record


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record. The verbs are its room's services; they require and audit themselves.

    `change(actor, pk, seen_version, values)` sets fields; `delete` and `restore` move it into the
    trash and out of it. `url(actor, pk)` is where it opens. `hidden` fields are never shown.
    """

    model: type[Record]
    label: str
    plural: str
    reads: Perm
    writes: Perm
    url: Callable[[Actor, int], str]
    change: Callable[[Actor, int, int, dict[str, Any]], Any] | None = None
    delete: Callable[[Actor, int, int], Any] | None = None
    restore: Callable[[Actor, int], Any] | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        return self.model._meta.label_lower


KINDS: dict[str, RecordKind] = {}


def register_record(kind: RecordKind) -> None:
    """Called from an AppConfig's ready()."""
    KINDS[kind.name] = kind
