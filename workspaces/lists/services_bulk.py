"""One change to many records of any kind, as one act that can be undone as one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError, Refused
from workspaces.access.actor import Actor
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records import services
from workspaces.records.changes import assign, check, columns_of
from workspaces.records.describing import field_of
from workspaces.records.fields import Field
from workspaces.records.kinds import HOUSE_RULES, RecordKind
from workspaces.records.parsing import Parser, stored

SET, ADD, REMOVE, DELETE = "set", "add", "remove", "delete"
REASON = "reason"
AT_ONCE = 1_000


@dataclass(slots=True)
class BulkOutcome:
    """What became of a bulk edit: how many changed, and why others did not."""

    kind: RecordKind
    batch: UUID
    changed: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def words(self) -> str:
        noun = self.kind.label if self.changed == 1 else self.kind.plural
        done = f"{self.changed} {noun.lower()} changed."
        if not self.refused:
            return done
        reason, _ = self.refused.most_common(1)[0]
        were = "was left as it is" if self.refused.total() == 1 else "were left as they are"
        return f"{done} {self.refused.total()} {were}: {reason}"


@dataclass(frozen=True, slots=True)
class BulkAct:
    """What is done to each record: a field set, words added to it or taken away, or deleting."""

    mode: str
    field: Field | None = None
    value: Any = None
    reason: str = ""


def act_of(actor: Actor, kind: RecordKind, action: str, text: str, reason: str = "") -> BulkAct:
    """The act written as `set:state`, `add:tags`, `remove:tags` or `delete`, its value read.

    Raises Refused, or ValidationError when the value itself is wrong.
    """
    actor.require(kind.writes)
    mode, _, name = action.partition(":")
    if mode == DELETE and not name:
        if not kind.deletes:
            raise Refused(f"{kind.plural} cannot be deleted here.")
        return BulkAct(DELETE, reason=reason)
    found = field_of(actor, kind, name)
    if mode not in (SET, ADD, REMOVE) or found is None or not found.editable:
        raise Refused("Choose what to change.")
    if mode != SET and not found.takes_parts:
        raise Refused(f"Nothing can be added to {found.label}.")
    if mode == SET and (found.unique or found.name in kind.together):
        raise Refused(f"{found.label} must differ from record to record.")
    value = stored(found, Parser(actor).value(found, text))
    if mode != SET and not value:
        raise Refused("Type what to add or take away.")
    if found.required and value in (None, ""):
        raise Refused(f"{found.label} cannot be empty.")
    if mode == SET or found.is_custom:
        value = _checked(actor, kind, found, value)
    return BulkAct(mode, found, value, reason)


def _checked(actor: Actor, kind: RecordKind, found: Field, value: Any) -> Any:
    """The value as it will be stored. Raises ValidationError: once for all rows."""
    probe = kind.model(workspace=actor.workspace)
    probe._state.adding = False
    values = custom.cleaned(actor, probe, {found.name: value})
    if not found.is_custom:
        check(probe, assign(probe, **values) or {found.name: (None, value)})
    return values[found.name]


@transaction.atomic
def bulk_change(
    actor: Actor,
    kind: RecordKind,
    pks: Sequence[int],
    act: BulkAct,
    *,
    batch: UUID | None = None,
) -> BulkOutcome:
    """Do the same to each of these records; those the rules refuse are left as they are.

    Locks in one order. Kinds of plain verbs are saved in a few statements whatever their number.
    """
    actor.require(kind.writes)
    outcome = BulkOutcome(kind, batch or uuid4())
    rows = kind.rows(actor).filter(pk__in=pks).order_by("pk")
    own = kind.delete if act.mode == DELETE else kind.change
    if own is None or kind.plain_verbs:
        _at_once(actor, kind, list(rows.select_for_update(no_key=True, of=("self",))), act, outcome)
    else:
        _one_by_one(actor, kind, list(rows), act, outcome)
    return outcome


def _at_once(
    actor: Actor, kind: RecordKind, rows: list[Any], act: BulkAct, outcome: BulkOutcome
) -> None:
    changed: list[tuple[Any, dict[str, tuple[Any, Any]]]] = []
    now = timezone.now()
    for row in rows:
        try:
            changes = _changes(actor, kind, row, act, now)
        except (DomainError, ValidationError) as refusal:
            outcome.refused[_reason(refusal, row)] += 1
            continue
        if changes:
            row.version += 1
            row.updated_at = now
            changed.append((row, changes))
    if not changed:
        return
    columns = columns_of({name for _, changes in changed for name in changes} - {REASON})
    manager: Any = kind.model._base_manager
    saved = [row for row, _ in changed]
    manager.bulk_update(saved, [*columns, "version", "updated_at"], batch_size=AT_ONCE)
    verb = f"{kind.noun}.{'deleted' if act.mode == DELETE else 'changed'}"
    audit.record_many(actor, verb, changed, outcome.batch)
    if kind.after is not None:
        for row, changes in changed:
            kind.after(actor, row, changes)
    outcome.changed = len(changed)


def _changes(
    actor: Actor, kind: RecordKind, row: Any, act: BulkAct, now: Any
) -> dict[str, tuple[Any, Any]]:
    if act.mode == DELETE:
        return assign(row, deleted_at=now)
    changes = assign(row, **_values(row, act))
    if not changes:
        return changes
    if act.reason:
        changes[REASON] = (None, act.reason)
    for rule in HOUSE_RULES.values():
        rule(actor, kind, row, changes)
    if kind.rules is not None:
        kind.rules(actor, row, changes)
    row.clean()
    return changes


def _one_by_one(
    actor: Actor, kind: RecordKind, rows: list[Any], act: BulkAct, outcome: BulkOutcome
) -> None:
    with audit.in_batch(outcome.batch):
        for row in rows:
            try:
                with transaction.atomic():
                    done = _one(actor, kind, row, act)
            except (DomainError, ValidationError) as refusal:
                outcome.refused[_reason(refusal, row)] += 1
            else:
                outcome.changed += done


def _one(actor: Actor, kind: RecordKind, row: Any, act: BulkAct) -> bool:
    if act.mode == DELETE:
        services.delete_record(actor, kind, row.pk, row.version)
        return True
    values = _values(row, act)
    if act.reason and kind.reasons:
        values[REASON] = act.reason
    after = services.change_record(actor, kind, row.pk, row.version, values)
    return bool(after.version != row.version)


def _values(row: Any, act: BulkAct) -> dict[str, Any]:
    if act.field is None:
        return {}
    if act.mode == SET:
        return {act.field.name: act.value}
    before = act.field.value_of(row)
    many = isinstance(act.value, list)
    words = list(before or []) if many else _words(str(before or ""))
    asked = act.value if many else _words(str(act.value))
    folded = {str(one).casefold() for one in asked}
    kept = [one for one in words if str(one).casefold() not in folded]
    if act.mode == ADD:
        missing = [o for o in asked if str(o).casefold() not in {str(w).casefold() for w in words}]
        kept = [*words, *missing]
    return {act.field.name: kept if many else ", ".join(kept)}


def _words(text: str) -> list[str]:
    return [one for part in text.split(",") if (one := part.strip())]


def _reason(refusal: DomainError | ValidationError, row: Any) -> str:
    """Why, without the record's name, so that the same reason is counted together."""
    words = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
    return words.replace(f"“{row}” ", "")
