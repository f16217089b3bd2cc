"""Rows gathered by the value of a field, with counts and totals: one statement for all groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet, Sum

from core.templatetags import ui
from workspaces.access.actor import Actor
from workspaces.lists.naming import PEOPLE, called
from workspaces.lists.paths import lookup_path, number, with_values
from workspaces.records.fields import Choice, Field, FieldType
from workspaces.records.kinds import RecordKind

MOST_GROUPS = 500


@dataclass(slots=True)
class Gathered:
    """One group: its value, what that is called, how many rows, and totals by field name.

    An amount has no total where its group holds several currencies.
    """

    value: Any
    label: str
    tone: str = ""
    count: int = 0
    totals: dict[str, Any] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The value as an address holds it."""
        return "" if self.value is None else str(self.value)


def gathered(
    actor: Actor, kind: RecordKind, rows: QuerySet[Any], group: Field, totals: Sequence[Field]
) -> list[Gathered]:
    """The groups in the order of the list; values nobody has are left out."""
    path = lookup_path(group)
    rows = with_values(rows, group, *totals).order_by()
    asked: dict[str, Any] = {}
    for at, one in enumerate(totals):
        own = number(one)
        asked[f"total_{at}"] = Avg(own) if averaged(one) else Sum(own)
        if one.currency:
            asked |= {f"least_{at}": Min(one.currency), f"most_{at}": Max(one.currency)}
    found = list(
        rows.values(group_value=F(path)).annotate(group_rows=Count("pk"), **asked)[:MOST_GROUPS]
    )
    labels = _labels(actor, group, [one["group_value"] for one in found])
    groups = [_one(group, one, totals, labels) for one in found]
    return sorted(groups, key=lambda one: _place(group, one))


def averaged(one: Field) -> bool:
    """Rates and grades are averaged; everything else is added up."""
    return one.value_type is FieldType.PERCENT or one.unit == "★"


def _one(
    group: Field, row: dict[str, Any], totals: Sequence[Field], labels: dict[Any, Choice]
) -> Gathered:
    value = row["group_value"]
    named = labels.get(value, Choice("", f"No {group.label.lower()}"))
    found = Gathered(value, named.label, named.tone, row["group_rows"])
    for at, one in enumerate(totals):
        if one.currency and row[f"least_{at}"] != row[f"most_{at}"]:
            continue
        found.totals[one.name] = row[f"total_{at}"]
        if one.currency:
            found.currencies[one.name] = row[f"least_{at}"] or ""
    return found


def total_text(actor: Actor, one: Field, group: Gathered) -> str:
    """A group's total as its column writes values; nothing where there is none."""
    value = group.totals.get(one.name)
    if value is None:
        return ""
    if one.value_type is FieldType.MONEY:
        own = (one.unit if one.is_custom else "") or actor.workspace.currency
        return ui.money(value, group.currencies.get(one.name) or own)
    if one.value_type is FieldType.PERCENT:
        return ui.percent(value)
    return ui.number(value, 1 if averaged(one) else "")


def _labels(actor: Actor, group: Field, values: Sequence[Any]) -> dict[Any, Choice]:
    known = [value for value in values if value not in (None, "")]
    if group.type is FieldType.CHOICE:
        own = {one.value: one for one in group.choices}
        return {value: own.get(value, Choice(str(value), str(value))) for value in known}
    if group.type is FieldType.YES_NO:
        return {True: Choice("true", "Yes"), False: Choice("false", "No")}
    key = group.to if group.type is FieldType.LINK else PEOPLE
    names = called(actor, [(key, pk) for pk in known])
    return {pk: Choice(str(pk), names.get((key, pk), "Not yours to see")) for pk in known}


def _place(group: Field, one: Gathered) -> Any:
    """Where a group stands: choices in their order, names by the alphabet, nothing last."""
    if group.type is FieldType.CHOICE:
        order = [choice.value for choice in group.choices]
        return order.index(one.value) if one.value in order else len(order)
    if group.type is FieldType.YES_NO:
        return (one.value is None, bool(one.value))
    return (one.value is None, one.label.casefold())
