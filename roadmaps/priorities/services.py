"""The verbs of scoring: keeping versions, and setting an item's inputs as one act."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from core.errors import NotFound, Refused
from roadmaps.priorities.models import ModelVersion, ScoreInput, ScoringModel
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.services import (
    change_record,
    create_record,
    delete_record,
    put_away,
)

INPUT, ITEM, MODEL = "roadmaps.scoreinput", "roadmaps.item", "roadmaps.scoringmodel"
MOST_INPUTS = 20
Typed = Mapping[str, Any]


@transaction.atomic
def keep_version(actor: Actor, scoring: ScoringModel) -> ModelVersion:
    """The version of a model's formula as it is now, made if its text is new."""
    actor.require(Perm.ROADMAP_EDIT)
    rows = ModelVersion.objects.visible_to(actor).filter(scoring=scoring)
    newest = rows.order_by("-number").first()
    if newest is not None and newest.formula == scoring.formula:
        return newest
    number = newest.number + 1 if newest else 1
    return ModelVersion.objects.create(
        workspace=actor.workspace, scoring=scoring, number=number, formula=scoring.formula
    )


@transaction.atomic
def set_inputs(
    actor: Actor,
    item_pk: int,
    scoring_pk: int,
    typed: Mapping[str, Typed],
    *,
    batch: UUID | None = None,
) -> UUID:
    """Give an item these inputs of a model, as one act; an input without a value is taken away.

    `typed` is {key: {likely, low, high, reason, version}}; a version of 0 is for one that is new.
    `batch` makes it part of a larger act.
    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    if len(typed) > MOST_INPUTS:
        raise Refused(f"At most {MOST_INPUTS} inputs at once.")
    item, scoring = refs.find(actor, ITEM, item_pk), refs.find(actor, MODEL, scoring_pk)
    held = ScoreInput.objects.visible_to(actor).filter(item=item, scoring=scoring)
    known = {one.key: one for one in held}
    batch, kind = batch or uuid4(), KINDS[INPUT]
    with audit.in_batch(batch):
        for key, one in sorted(typed.items()):
            values = {name: value for name, value in one.items() if name != "version"}
            row, seen = known.get(key), int(one.get("version") or 0)
            if values.get("likely") is None:
                if row is not None:
                    delete_record(actor, kind, row.pk, seen or row.version)
            elif row is None:
                base = {"item": item, "scoring": scoring, "key": key}
                create_record(actor, kind, base | values)
            else:
                change_record(actor, kind, row.pk, seen or row.version, values)
    return batch


@transaction.atomic
def shift_inputs(actor: Actor, item_pk: int, scoring_pk: int, moved: Mapping[str, Decimal]) -> UUID:
    """Give inputs other values; their ranges move along. For a dot that was dragged."""
    actor.require(Perm.ROADMAP_EDIT)
    rows = ScoreInput.objects.visible_to(actor).filter(item=item_pk, scoring=scoring_pk)
    known = {one.key: one for one in rows}
    typed: dict[str, dict[str, Any]] = {}
    for key, value in moved.items():
        row = known.get(key)
        by = value - row.likely if row else Decimal(0)
        typed[key] = {
            "likely": value,
            "low": row.low + by if row and row.low is not None else None,
            "high": row.high + by if row and row.high is not None else None,
            "reason": row.reason if row else "Moved in the matrix",
        }
    return set_inputs(actor, item_pk, scoring_pk, typed)


@transaction.atomic
def restore_input(actor: Actor, pk: int) -> ScoreInput:
    """Bring an input back, unless there is another by now. Raises NotFound, ValidationError."""
    actor.require(Perm.ROADMAP_EDIT)
    kind = KINDS[INPUT]
    trash = ScoreInput.objects.trashed_for(actor).select_for_update(no_key=True)
    row = trash.filter(pk=pk).first()
    if row is None:
        raise NotFound("That input is not in the trash.")
    if kind.rules is not None:
        kind.rules(actor, row, {"deleted_at": (row.deleted_at, None)})
    put_away(actor, kind, row, None)
    return row
