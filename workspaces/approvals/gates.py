"""Moves that need an approval first. A kind declares them; the database refuses them otherwise.

A gate is declared twice, in the same words: here, so that people are told and asked, and in a
migration (`core.db.needs_approval`), so that no import, call, bulk edit, admin page or statement
typed by hand gets past it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.approvals.models import GRANTED, Approval, ApprovalState
from workspaces.approvals.reports import covered_values, granting_people
from workspaces.records.kinds import Changes, RecordKind


@dataclass(frozen=True, slots=True)
class Gate:
    """`field` of a record of `kind` takes one of `values` only once the gate is open.

    It is open while the newest approval asked for it (withdrawn ones aside) is granted, by at
    least `least` people other than the one who asked, each of whom had `perm`, and while the
    columns `same` hold what they held when it was asked. `label` says what is approved: “Go live”.
    """

    kind: str
    name: str
    label: str
    field: str
    values: frozenset[str]
    perm: Perm
    least: int = 1
    same: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return str(apps.get_model(self.kind)._meta.db_table)


GATES: dict[tuple[str, str], Gate] = {}


def register_gate(gate: Gate) -> None:
    """Called from an AppConfig's ready(), beside the trigger in a migration."""
    GATES[(gate.kind, gate.name)] = gate


def gates_of(kind: str) -> list[Gate]:
    """The gates of a kind of record."""
    return [gate for gate in GATES.values() if gate.kind == kind]


def newest(workspace_id: int, gate: Gate, object_id: int) -> Approval | None:
    """The approval that counts for this gate of a record."""
    rows = Approval.objects.in_workspace(workspace_id).about(gate.kind, object_id)
    return rows.filter(gate=gate.name).exclude(state=ApprovalState.WITHDRAWN).first()


def opens(gate: Gate, approval: Approval | None) -> bool:
    """Whether this approval opens the gate for the record as it is stored now."""
    if approval is None or approval.state not in GRANTED:
        return False
    if granting_people(approval.workspace_id, approval.pk) < gate.least:
        return False
    return covered_values(gate.table, approval.object_id, gate.same) == approval.covered


def obey(actor: Actor, kind: RecordKind, row: Any, changes: Changes) -> None:
    """Refuse, in words, a change that a gate forbids. Called before every save of the house."""
    for gate in gates_of(kind.name):
        wanted = changes.get(gate.field, (None, None))[1]
        held = getattr(row, gate.field, None)
        touched = wanted in gate.values or (held in gate.values and _touches(gate, changes))
        if not touched:
            continue
        approval = newest(actor.workspace.pk, gate, row.pk) if row.pk else None
        if _touches(gate, changes) or not opens(gate, approval):
            raise Refused(f"This needs an approval first: {gate.label}.")


def _touches(gate: Gate, changes: Changes) -> bool:
    same: Sequence[str] = gate.same
    return any(name in same or f"{name}_id" in same for name in changes)
