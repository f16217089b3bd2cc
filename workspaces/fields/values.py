"""Custom values on their way into a record: read, checked, defaulted, and claimed where unique.

Every verb that takes values calls `cleaned` before it assigns and `claim` after it saved. A verb of
a workspace without custom fields pays no statement for either.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from workspaces.access.actor import Actor
from workspaces.fields import known
from workspaces.fields.models import CustomField, CustomUnique
from workspaces.fields.storing import as_stored, hash_of
from workspaces.members.models import Membership, Workspace
from workspaces.records import refs
from workspaces.records.changes import CUSTOM
from workspaces.records.fields import FieldType

BATCH = 1_000


def sees(actor: Actor, field: CustomField) -> bool:
    """Whether this role may read the field, and so write it."""
    return not field.roles or actor.role.value in field.roles


def cleaned(actor: Actor, row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every `custom.<key>` as it is stored; for a new row also the defaults.

    Raises ValidationError naming the fields: one that is unknown or hidden from this role, a value
    that does not fit, an empty one that is needed.
    """
    found = dict(values)
    asked = {name: found[name] for name in found if name.startswith(CUSTOM)}
    fields = known.fields_of_kind(actor.workspace, row._meta.label_lower)
    if not fields and not asked:
        return found
    mine = {one.name: one for one in fields if sees(actor, one)}
    wrong = {name: ["There is no such field."] for name in asked if name not in mine}
    for name, value in asked.items():
        if name in mine:
            try:
                found[name] = _stored(actor, mine[name], row, value)
            except ValidationError as error:
                wrong[name] = error.messages
    if row._state.adding:
        wrong |= _complete(mine, found, wrong, actor)
    if wrong:
        raise ValidationError(wrong)
    return found


def _stored(actor: Actor, field: CustomField, row: Any, value: Any) -> Any:
    stored = as_stored(field, value, actor.workspace.timezone)
    if stored is None:
        if field.required:
            raise ValidationError("This is needed.")
        return None
    if not row._state.adding and (row.custom or {}).get(field.key) == stored:
        return stored  # what it holds already is not looked up again
    if field.type == FieldType.PERSON:
        members = Membership.objects.visible_to(actor).active()
        if not members.filter(user=stored).exists():
            raise ValidationError("This person is not a member of the workspace.")
    if field.type == FieldType.LINK and not refs.named(actor, [(field.to, stored)]):
        raise ValidationError("There is no such record here.")
    return stored


def _complete(
    mine: Mapping[str, CustomField],
    found: dict[str, Any],
    wrong: Mapping[str, Any],
    actor: Actor,
) -> dict[str, list[str]]:
    """Give a new record its defaults, and say what it lacks."""
    lacks = {}
    for name, field in mine.items():
        if found.get(name) is not None or name in wrong:
            continue
        if field.default is not None and name not in found:
            found[name] = field.default
        elif field.required:
            lacks[name] = ["This is needed."]
    return lacks


def claim(actor: Actor, row: Any, changes: Iterable[str]) -> None:
    """Hold the unique values that a saved row got. Raises ValidationError where one is taken."""
    changed = {name for name in changes if name.startswith(CUSTOM)}
    if not changed:
        return
    fields = known.fields_of_kind(actor.workspace, row._meta.label_lower)
    wrong = {}
    for field in fields:
        if not field.unique or field.name not in changed:
            continue
        value = row.custom.get(field.key)
        taken = claim_all(actor.workspace, type(row), field, {row.pk: value})
        if taken:
            wrong[field.name] = [f"“{value}” is already used by another record."]
    if wrong:
        raise ValidationError(wrong)


def claim_all(
    workspace: Workspace, model: Any, field: CustomField, values: Mapping[int, Any]
) -> set[int]:
    """Hold {record: value} of a unique field; the records whose value somebody else has.

    A claim made at the same moment by somebody else is waited for.
    """
    claims = CustomUnique.objects.in_workspace(workspace.pk).filter(field=field)
    claims.filter(object_id__in=values).delete()
    wanted = {hash_of(value): pk for pk, value in values.items() if value is not None}
    twice = {pk for pk, value in values.items() if value is not None} - set(wanted.values())
    _void(claims, model, field, wanted)
    rows = [
        CustomUnique(workspace=workspace, field=field, value_hash=hashed, object_id=pk)
        for hashed, pk in wanted.items()
    ]
    CustomUnique.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    held = dict(claims.filter(value_hash__in=wanted).values_list("value_hash", "object_id"))
    return twice | {pk for hashed, pk in wanted.items() if held.get(hashed) != pk}


def _void(claims: Any, model: Any, field: CustomField, wanted: Mapping[str, int]) -> None:
    """Drop claims to these values whose record is gone or holds another value by now."""
    others = dict(claims.filter(value_hash__in=wanted).values_list("object_id", "value_hash"))
    if not others:
        return
    rows = model.objects.with_trash(field.workspace_id).filter(pk__in=others)
    now = {
        pk: hash_of((custom or {}).get(field.key))
        for pk, custom in rows.values_list("pk", "custom")
    }
    stale = [pk for pk, hashed in others.items() if now.get(pk) != hashed]
    claims.filter(object_id__in=stale).delete()
