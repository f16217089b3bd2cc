"""Editing cells as in a spreadsheet: one act on any number of cells, undone as one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import DomainError, EditConflict, ReasonNeeded, Refused
from workspaces.access.actor import Actor
from workspaces.audit import services as audit
from workspaces.records import services
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field
from workspaces.records.kinds import RecordKind
from workspaces.records.parsing import Parser, stored

MOST_CELLS = 5_000
REASON = "reason"


@dataclass(frozen=True, slots=True)
class CellChange:
    """What was typed into cells of one row, by field, and the version it was seen at."""

    pk: int
    version: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """Why a cell stays as it is. `asks` says that a reason would let it through."""

    pk: int
    field: str
    words: str
    asks: bool = False
    conflict: bool = False


@dataclass(slots=True)
class CellOutcome:
    """What became of the act: the rows that changed, and the cells that did not."""

    batch: UUID
    changed: list[int] = field(default_factory=list)
    refused: list[CellRefusal] = field(default_factory=list)


@transaction.atomic
def change_cells(
    actor: Actor, kind: RecordKind, changes: Sequence[CellChange], reason: str = ""
) -> CellOutcome:
    """Write what was typed; what is refused is said cell by cell and costs no other cell.

    Raises Denied, or Refused when there are too many cells for one act.
    """
    actor.require(kind.writes)
    if sum(len(one.texts) for one in changes) > MOST_CELLS:
        raise Refused(f"At most {MOST_CELLS:,} cells at once. Import a file for more.")
    outcome = CellOutcome(uuid4())
    fields = {one.name: one for one in fields_of(actor, kind)}
    parser = Parser(actor)
    _look_up(parser, fields, changes)
    with audit.in_batch(outcome.batch):
        for one in sorted(changes, key=lambda change: change.pk):
            _change_row(actor, kind, one, _read(parser, fields, one, outcome), reason, outcome)
    return outcome


def _look_up(parser: Parser, fields: Mapping[str, Field], changes: Sequence[CellChange]) -> None:
    """Find every row that is named anywhere, with one statement a field."""
    texts: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for name, text in change.texts.items():
            texts[name].add(text)
    for name, found in texts.items():
        if name in fields:
            parser.look_up(fields[name], found)


def _read(
    parser: Parser, fields: Mapping[str, Field], change: CellChange, outcome: CellOutcome
) -> dict[str, Any]:
    values = {}
    for name, text in change.texts.items():
        one = fields.get(name)
        if one is None or not one.editable:
            words = f"{one.label if one else 'That'} cannot be edited here."
            outcome.refused.append(CellRefusal(change.pk, name, words))
            continue
        try:
            value = parser.value(one, text)
            if one.required and value in (None, "", []):
                raise Refused(f"{one.label} cannot be empty.")
            values[name] = stored(one, value)
        except Refused as refusal:
            outcome.refused.append(CellRefusal(change.pk, name, str(refusal)))
    return values


def _change_row(
    actor: Actor,
    kind: RecordKind,
    change: CellChange,
    values: dict[str, Any],
    reason: str,
    outcome: CellOutcome,
) -> None:
    if not values:
        return
    given = values | ({REASON: reason} if reason and kind.reasons & set(values) else {})
    try:
        services.change_record(actor, kind, change.pk, change.version, given)
    except ValidationError as wrong:
        said = getattr(wrong, "message_dict", {})
        whole = " ".join(wrong.messages)
        for name in values:
            words = " ".join(said[name]) if name in said else whole
            outcome.refused.append(CellRefusal(change.pk, name, words))
    except DomainError as refusal:
        asks, conflict = isinstance(refusal, ReasonNeeded), isinstance(refusal, EditConflict)
        for name in values:
            outcome.refused.append(CellRefusal(change.pk, name, str(refusal), asks, conflict))
    else:
        outcome.changed.append(change.pk)
