"""Pasted lines: each becomes a record, all of them one act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import DomainError, Refused
from workspaces.access.actor import Actor
from workspaces.audit import services as audit
from workspaces.records import services
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field
from workspaces.records.kinds import RecordKind
from workspaces.records.parsing import Parser, stored

MOST_LINES = 5_000


@dataclass(slots=True)
class PastedLine:
    """One line: what it says by field, and why it cannot become a record."""

    number: int
    raw: str
    texts: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PasteOutcome:
    """What became of the lines."""

    batch: UUID
    added: int = 0
    left: list[PastedLine] = field(default_factory=list)


def read_lines(actor: Actor, kind: RecordKind, text: str) -> tuple[list[Field], list[PastedLine]]:
    """The fields the lines fill, and the lines read. Raises Denied, or Refused for too many.

    Cells are parted by tabs. A first line of fields' names says which they are; without one they
    are the kind's fields in order, the name first.
    """
    actor.require(kind.writes)
    raw = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if len(raw) > MOST_LINES:
        raise Refused(f"At most {MOST_LINES:,} lines at once. Import a file for more.")
    known = [one for one in fields_of(actor, kind) if one.editable]
    fields = _heading(known, raw[0]) if raw else None
    lines = raw[1:] if fields else raw
    widest = max((line.count("\t") + 1 for line in lines), default=1)
    columns = fields or known[:widest]
    parser = Parser(actor)
    found = [
        PastedLine(number, line, [cell.strip() for cell in line.split("\t")])
        for number, line in enumerate(lines, start=1)
    ]
    for at, column in enumerate(columns):
        parser.look_up(column, {one.texts[at] for one in found if at < len(one.texts)})
    for one in found:
        _read(parser, columns, one)
    return columns, found


def _heading(known: Sequence[Field], line: str) -> list[Field] | None:
    names: Mapping[str, Field] = {one.label.casefold(): one for one in known}
    names = {**{one.name.casefold(): one for one in known}, **names}
    cells = [cell.strip().casefold() for cell in line.split("\t")]
    if all(cell in names for cell in cells) and names[cells[0]] is not None:
        return [names[cell] for cell in cells]
    return None


def _read(parser: Parser, columns: Sequence[Field], line: PastedLine) -> None:
    if len(line.texts) > len(columns):
        line.problems.append("It has more cells than there are fields.")
    for column, text in zip(columns, line.texts, strict=False):
        if not text:
            continue
        try:
            line.values[column.name] = stored(column, parser.value(column, text))
        except Refused as refusal:
            line.problems.append(str(refusal))


@transaction.atomic
def add_lines(
    actor: Actor, kind: RecordKind, lines: Sequence[PastedLine], batch: UUID | None = None
) -> PasteOutcome:
    """Make a record of each line; those that are refused are left, with their reasons."""
    actor.require(kind.writes)
    outcome = PasteOutcome(batch or uuid4())
    with audit.in_batch(outcome.batch):
        for line in lines:
            if line.problems:
                outcome.left.append(line)
                continue
            try:
                with transaction.atomic():
                    services.create_record(actor, kind, line.values)
            except ValidationError as wrong:
                line.problems += wrong.messages
                outcome.left.append(line)
            except DomainError as refusal:
                line.problems.append(str(refusal))
                outcome.left.append(line)
            else:
                outcome.added += 1
    return outcome
