"""Files of every kind of record, made of its registration: its columns, its export, its import.

A row is a record, known by its id or, where its name is given once in a workspace, by that. Rows
go through the verbs of their kind: whatever these refuse, the row is refused for, in their words.
"""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from django.db import transaction

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.audit.models import ActivityEvent
from workspaces.fields import transfer as own
from workspaces.imports.accounting import told
from workspaces.imports.cells import ID, cells_of, in_files
from workspaces.imports.kinds import KINDS, Cell, Column, Export, Kind, Outcome, Stage
from workspaces.imports.merging import Work, count, finished
from workspaces.imports.models import ImportRun
from workspaces.imports.rows import RecordRows, known_by, tried
from workspaces.records import undo as undoing
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind, listed
from workspaces.records.undo_many import batch_events

CHUNK = 1_000
HELP = own.HELP | {FieldType.LINK: "Its name, or # and its id."}
EXAMPLES: dict[FieldType, str] = {
    FieldType.NUMBER: "12",
    FieldType.MONEY: "12.50",
    FieldType.PERCENT: "12.5",
    FieldType.DAY: "2026-03-31",
    FieldType.MOMENT: "2026-03-31 14:30",
    FieldType.YES_NO: "yes",
    FieldType.URL: "https://example.com",
}
FIRST = ("products", "orders", "costs", "customers", "feedback")  # as a new shop needs them


def known() -> dict[str, Kind]:
    """Every kind of file by name: those with an import of their own, then all other records."""
    theirs = {kind.record for kind in KINDS.values()}
    made = {
        record.address: kind_of_record(record)
        for record in listed()
        if not record.read_only and record.name not in theirs and record.address not in KINDS
    }
    kinds = sorted(KINDS.values(), key=lambda kind: (*FIRST, kind.name).index(kind.name))
    return {kind.name: kind for kind in kinds} | made


def kind_of_record(record: RecordKind) -> Kind:
    """Files of a kind of record; the workspace's own fields are added to its columns by name."""
    return Kind(
        name=record.address,
        label=record.plural,
        perm=record.writes,
        columns=_columns(record),
        key=(ID,),
        unique_key=True,
        check=partial(_check, record),
        merge=partial(_merge, record),
        undo=partial(_undo, record),
        description=_description(record),
        export=Export(
            record.reads,
            partial(_names, record),
            partial(_rows, record),
            {one.name: one.label for one in record.fields},
        ),
        record=record.name,
        section=record.section,
    )


def _description(record: RecordKind) -> str:
    begins = f"One row is one {record.label.lower()}"
    if name := known_by(record):
        label = next(one.label for one in record.fields if one.name == name)
        return f"{begins}; one with a known id or {label.lower()} changes what is there."
    return f"{begins}; one with an id changes what is there, one without makes a new one."


def _columns(record: RecordKind) -> tuple[Column, ...]:
    """The id, and what can be set; what is worked out comes in where records are known by it."""
    known_as = known_by(record)
    found = [Column(ID, "Id", Cell.INTEGER, help="Empty for what is new.", minimum=1)]
    comes_in = [one for one in record.fields if one.editable or one.name == known_as]
    return (*found, *(_column(one) for one in comes_in if in_files(one)))


def _column(field: Field) -> Column:
    cell = own.CELLS.get(field.type, Cell.TEXT)
    if cell is Cell.DECIMAL and field.places == 0:
        cell = Cell.INTEGER
    choices = ", ".join(one.label for one in field.choices)
    help_ = HELP.get(field.type, field.help) or (f"One of: {choices}." if choices else "")
    return Column(
        field.name,
        field.label,
        cell,
        help=help_,
        example=_example(field),
        max_length=field.max_length if cell is Cell.TEXT and not field.choices else None,
    )


def _example(field: Field) -> str:
    if not field.editable or field.example:
        return field.example
    if field.choices:
        return field.choices[0].label
    if field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
        return field.label[: field.max_length] if field.required else ""
    return EXAMPLES.get(field.type, "")


def _names(record: RecordKind, actor: Actor) -> tuple[str, ...]:
    hidden = record.masked_for(actor)
    fields = [one.name for one in record.fields if in_files(one) and one.name not in hidden]
    return (ID, *fields, *own.names(actor, record.name))


def _rows(record: RecordKind, actor: Actor) -> Iterator[tuple[object, ...]]:
    actor.require(Perm.DATA_EXPORT)
    names = _names(record, actor)
    rows = record.rows(actor).order_by("pk").iterator(chunk_size=CHUNK)
    while part := list(islice(rows, CHUNK)):
        cells = cells_of(actor, record, part)
        for row in part:
            yield tuple(cells[row.pk][name] for name in names)


def _check(record: RecordKind, stage: Stage) -> None:
    """Try every row with the verbs and take all of it back: what they refuse is told by row."""
    rows = RecordRows(record, stage, Outcome())
    with transaction.atomic():
        rows.bring("Checking")
        transaction.set_rollback(True)
    rows.report()


def _merge(record: RecordKind, stage: Stage) -> Outcome:
    """Bring the rows that are ok in, as one act of the history. Raises Refused."""
    work, outcome = Work(stage), Outcome()
    work.alone()
    rows = RecordRows(record, stage, outcome)
    with audit.in_batch(work.batch):
        rows.bring("Importing")
    if rows.issues:
        raise Refused(f"Line {rows.issues[0][0] + 1}: {rows.issues[0][3]} Check the file again.")
    told(stage, outcome, record.name, rows.taken)
    return finished(work, outcome, record.address)


def _undo(record: RecordKind, actor: Actor, run_id: int) -> Outcome:
    """What it made goes into the trash, what it changed returns; what people edited since stays.

    In the outcome `created` counts what went, `updated` what returned, `skipped` what stayed.
    """
    outcome = Outcome()
    run = ActivityEvent.objects.in_workspace(actor.workspace.pk).filter(
        model=ImportRun._meta.label_lower, object_id=run_id, verb=f"import.{record.address}"
    )
    batch = run.values_list("batch", flat=True).first()
    if batch is None:
        raise NotFound("That import is not in the history.")
    for event in batch_events(actor, batch):
        if event.model != record.name:
            continue
        if _edited(event) or tried(partial(undoing.undo_event, actor, event.pk)):
            outcome.skipped += 1
        else:
            made = event.verb.endswith(".created")
            count(outcome.created if made else outcome.updated, record.model, 1)
    return outcome


def _edited(event: ActivityEvent) -> bool:
    """Whether somebody changed what the import made."""
    later = ActivityEvent.objects.in_workspace(event.workspace_id).filter(
        model=event.model, object_id=event.object_id, pk__gt=event.pk
    )
    return event.verb.endswith(".created") and later.exists()
