"""A list's filters in words, each with the address of the list without it."""

from dataclasses import dataclass

from core.errors import Refused
from workspaces.lists.asking import Asked, quick_condition
from workspaces.lists.conditions import Condition
from workspaces.lists.naming import PEOPLE, called
from workspaces.lists.operators import Takes
from workspaces.records.fields import FieldType


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use."""

    label: str
    text: str
    url: str


def chips_of(asked: Asked) -> list[Chip]:
    """Short filters first, then the conditions of the filter."""
    found = []
    if asked.search:
        found.append(Chip("Find", asked.search, f"?{asked.address(q='')}"))
    for one in asked.quick:
        url = f"?{asked.address(**{one.name: ''})}"
        if one.registered is not None:
            found.append(Chip(one.label, one.registered.words(asked.actor, one.text), url))
            continue
        try:
            own = quick_condition(one)
        except Refused:
            own = None
        text = words(asked, own) if own else one.text
        found.append(Chip(one.label, text, url))
    for at, condition in enumerate(asked.where.conditions()):
        url = f"?{asked.without_condition(at)}"
        found.append(Chip(condition.field.label, words(asked, condition), url))
    return found


def words(asked: Asked, condition: Condition) -> str:
    """What a condition asks, after the field's name."""
    label = condition.op.label
    if condition.op.takes is Takes.NONE:
        return label
    values = [_word(condition, value) for value in condition.values]
    field = condition.field
    if field.type in (FieldType.LINK, FieldType.PERSON):
        key = field.to if field.type is FieldType.LINK else PEOPLE
        ids = [int(value) for value in values if value.isdecimal() and len(value) < 19]
        names = called(asked.actor, [(key, pk) for pk in ids])
        values = [names.get((key, int(v)), v) if v.isdecimal() else v for v in values]
    if condition.op.takes is Takes.DAYS:
        return label.replace("…", values[0])
    joined = " and ".join(values) if condition.op.takes is Takes.TWO else ", ".join(values)
    if condition.op.takes is Takes.MANY and condition.op.name == "is":
        return joined
    return f"{label} {joined}"


def _word(condition: Condition, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return condition.field.words(str(value))
