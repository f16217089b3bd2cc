"""Fields that a workspace gave its items: each may be allowed to an audience by itself, none is by
being there. What is for some roles, leads to people or records, or is worked out, never may.
"""

from types import SimpleNamespace
from typing import Any

from roadmaps.items.records import ITEM
from roadmaps.sharing.allowed import OWN
from workspaces.access.actor import Actor
from workspaces.fields.providing import custom_fields
from workspaces.lists.cells import text_of
from workspaces.records.fields import Field, FieldType

NEVER = {FieldType.LINK, FieldType.PERSON, FieldType.FORMULA}
UNITS = {FieldType.NUMBER, FieldType.MONEY}


def offered_own(nobody: Actor) -> dict[str, Field]:
    """The fields by the names that allow-lists have for them. Who reads is nobody in particular:
    what is for some roles alone is not for them."""
    return {
        f"{OWN}{one.key}": one
        for one in custom_fields(nobody, ITEM)
        if one.is_custom and one.type not in NEVER
    }


def label_of(field: Field) -> str:
    """What it is called on pages and in files: never like a field of ours."""
    return f"{field.label} (own field)"


def in_words(actor: Actor, field: Field, value: Any) -> str:
    """A value as text, with its unit."""
    if value is None or value in ("", []):
        return ""
    text = text_of(actor, field, {})(SimpleNamespace(custom={field.key: value}))
    unit = field.unit or (actor.workspace.currency if field.type is FieldType.MONEY else "")
    return f"{text} {unit}".strip() if field.type in UNITS else text
