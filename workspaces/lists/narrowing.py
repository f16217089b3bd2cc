"""The rows that an address leaves: its search, its short filters and its filter."""

from typing import Any

from django.db.models import QuerySet

from core.errors import Refused
from workspaces.lists.asking import Asked, quick_condition
from workspaces.lists.conditions import Group
from workspaces.lists.filtering import q_of
from workspaces.lists.paths import with_values
from workspaces.lists.searching import found


class Unclear(Refused):
    """A part of an address that cannot be read; `name` says which."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


def narrowed(asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those among these rows that are asked for. Raises Unclear for what cannot be read."""
    if asked.problem:
        raise Unclear("where", asked.problem)
    wanted, used = asked.narrowing, [one.field for one in asked.where.conditions()]
    for one in asked.quick:
        if one.registered is not None:
            rows = one.registered.apply(asked.actor, rows, one.text)
        try:
            if (own := quick_condition(one)) is not None:
                wanted &= q_of(asked.actor, Group("and", (own,)))
                used.append(own.field)
        except Refused as refusal:
            raise Unclear(one.name, str(refusal)) from refusal
    rows = with_values(rows, *used)
    rows = rows.filter(wanted) if wanted else rows
    return found(asked.kind, rows, asked.search) if asked.search else rows
