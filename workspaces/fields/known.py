"""The custom fields a workspace has, read once a process for each state of them.

The workspace's stamp changes with every change of its fields: no stamp, no fields and no statement;
a stamp that was seen before, no statement either.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from workspaces.fields.models import CustomField
from workspaces.members.models import Workspace

T = TypeVar("T")


class Remembered(Generic[T]):
    """What was worked out for a key, the least used forgotten first. Keys are never reused."""

    def __init__(self, most: int) -> None:
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._most, self._lock = most, Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made


_fields: Remembered[tuple[CustomField, ...]] = Remembered(500)


def every(workspace: Workspace) -> tuple[CustomField, ...]:
    """Every field of all kinds, in order, the retired ones included: the history speaks of them."""
    if not workspace.fields_stamp:
        return ()
    rows = CustomField.objects.in_workspace(workspace.pk).order_by("kind", "order", "pk")
    return _fields.get((workspace.pk, workspace.fields_stamp), lambda: tuple(rows))


def fields_of_kind(workspace: Workspace, kind: str) -> list[CustomField]:
    """The fields of one kind, such as products.product, that are not retired."""
    return [one for one in every(workspace) if one.kind == kind and one.retired_at is None]
