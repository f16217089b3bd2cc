"""What differs between the roadmap as it was and as it is. Pure, over plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FIELDS = ("title", "state", "horizon", "confidence", "start_on", "end_on", "owner", "objective")
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One item that came, went, or says something else: {field: (before, after)}."""

    pk: int
    title: str
    what: str  # added, removed or changed
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def days(self) -> int | None:
        """By how many days its end moved; None where it did not, or has none."""
        before, after = self.fields.get("end_on", (None, None))
        if not before or not after:
            return None
        return (date.fromisoformat(after) - date.fromisoformat(before)).days


def differences(before: Mapping[str, Said], after: Mapping[str, Said]) -> list[Difference]:
    """Every item that differs, added ones first, then changed, then removed, each by title."""
    found = []
    for key in {*before, *after}:
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            title = str((new or old or {}).get("title", ""))
            found.append(Difference(int(key), title, "removed" if new is None else "added"))
            continue
        changed = {
            name: (old.get(name), new.get(name))
            for name in FIELDS
            if old.get(name) != new.get(name)
        }
        if changed:
            found.append(Difference(int(key), str(new["title"]), "changed", changed))
    order = {"added": 0, "changed": 1, "removed": 2}
    return sorted(found, key=lambda one: (order[one.what], one.title.casefold(), one.pk))
