"""Which fields a kind has for one member: its own, and those that others add to it.

Lists, forms, filters, imports, exports and the API ask here, so that a field somebody adds is
everywhere at once, and one that a member may not see is nowhere.
"""

from collections.abc import Callable, Sequence

from workspaces.access.actor import Actor
from workspaces.records.fields import Field
from workspaces.records.kinds import RecordKind

FieldsFor = Callable[[Actor, RecordKind], Sequence[Field]]
PROVIDERS: dict[str, FieldsFor] = {}


def register_fields(name: str, provider: FieldsFor) -> None:
    """Called from an AppConfig's ready(). The provider is asked often and must be cheap."""
    PROVIDERS[name] = provider


def fields_of(actor: Actor, kind: RecordKind) -> list[Field]:
    """The kind's fields this member may see, then those added by others, in order.

    A name that the kind itself uses is never taken by another field.
    """
    found = {one.name: one for one in kind.fields}
    for provider in PROVIDERS.values():
        for one in provider(actor, kind):
            found.setdefault(one.name, one)
    return [one for one in found.values() if one.perm is None or actor.can(one.perm)]


def field_of(actor: Actor, kind: RecordKind, name: str) -> Field | None:
    """The field of that name, if this member may see it."""
    return next((one for one in fields_of(actor, kind) if one.name == name), None)
