"""What the records and people are called that custom fields lead to: one statement a kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from workspaces.access.actor import Actor
from workspaces.members.models import User
from workspaces.records import refs
from workspaces.records.fields import Field, FieldType

PEOPLE = "person"


def names_of(actor: Actor, fields: Sequence[Field], rows: Sequence[Any]) -> dict[Any, str]:
    """The names by (kind, id); people by ("person", id). Built-in links are loaded with rows."""
    own = [one for one in fields if one.is_custom]
    wanted: dict[str, set[int]] = defaultdict(set)
    for field in own:
        if field.type in (FieldType.LINK, FieldType.PERSON):
            key = field.to if field.type is FieldType.LINK else PEOPLE
            wanted[key] |= {pk for row in rows if (pk := field.value_of(row)) is not None}
    return called(actor, [(key, pk) for key, pks in wanted.items() for pk in pks])


def called(actor: Actor, asked: Iterable[tuple[str, int]]) -> dict[Any, str]:
    """What these records and people are called, as far as this member may know."""
    pairs = list(asked)
    links = [pair for pair in pairs if pair[0] != PEOPLE]
    found: dict[Any, str] = {ref: one.label for ref, one in refs.named(actor, links).items()}
    people = [pk for key, pk in pairs if key == PEOPLE]
    if people:
        members = User.objects.filter(pk__in=people, memberships__workspace=actor.workspace)
        found |= {(PEOPLE, one.pk): str(one) for one in members}
    return found
