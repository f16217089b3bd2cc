"""The search box of a list."""

from typing import Any

from django.db.models import Q, QuerySet

from workspaces.records.kinds import RecordKind

MOST_WORDS = 8


def found(kind: RecordKind, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The rows that have every word in one of the kind's searched fields."""
    if kind.found is not None:
        return kind.found(rows, text)
    names = kind.searched or kind.naming
    for word in text.split()[:MOST_WORDS]:
        asked = Q()
        for name in names:
            asked |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(asked)
    return rows
