"""Changing the people and firms that orders belong to. Personal data is written here alone."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from finance.ledger.models import Account, Customer
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.audit.models import ActivityEvent
from workspaces.fields import values as custom
from workspaces.imports.models import ImportChange
from workspaces.records.changes import CUSTOM, assign, columns_of
from workspaces.records.forgetting import forget_everywhere

Row = TypeVar("Row", Account, Customer)
PERSONAL = ("email", "name", "country")


@transaction.atomic
def create_account(actor: Actor, **values: Any) -> Account:
    """Add a business customer. Raises Denied, or ValidationError naming the fields."""
    actor.require(Perm.CUSTOMERS_EDIT)
    return _create(actor, Account, "name", values)


@transaction.atomic
def change_account(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Account:
    """Set fields of an account. Raises as `change_customer` does."""
    actor.require(Perm.CUSTOMERS_EDIT)
    return _change(actor, Account, pk, seen_version, values)


@transaction.atomic
def delete_account(actor: Actor, pk: int, *, seen_version: int) -> Account:
    """Put an account into the trash. Raises Refused while customers belong to it."""
    actor.require(Perm.CUSTOMERS_EDIT)
    account = _locked(actor, Account, pk, seen_version)
    members = Customer.objects.visible_to(actor).filter(account=account).count()
    if members:
        raise Refused(f"{members} customers belong to “{account}”. Move them first.")
    return _throw_away(actor, account)


@transaction.atomic
def create_customer(actor: Actor, **values: Any) -> Customer:
    """Add a customer. Raises Denied, or ValidationError naming the fields."""
    actor.require(Perm.CUSTOMERS_EDIT)
    return _create(actor, Customer, "external_id", values)


@transaction.atomic
def change_customer(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Customer:
    """Set fields of a customer. Orders keep the account they were placed for.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.CUSTOMERS_EDIT)
    return _change(actor, Customer, pk, seen_version, values)


@transaction.atomic
def delete_customer(actor: Actor, pk: int, *, seen_version: int) -> Customer:
    """Put a customer into the trash; their orders stay and count."""
    actor.require(Perm.CUSTOMERS_EDIT)
    return _throw_away(actor, _locked(actor, Customer, pk, seen_version))


def _create(actor: Actor, model: type[Row], key: str, values: dict[str, Any]) -> Row:
    trash = model.objects.trashed_in(actor.workspace.pk)
    named = str(values.get(key, ""))
    if named and trash.filter(**{f"{key}__iexact": named}).exists():
        words = f"“{named}” lies in the trash. Restore that one, or choose another."
        raise ValidationError({key: [words]})
    row = model(workspace=actor.workspace)
    changes = assign(row, **custom.cleaned(actor, row, values))
    row.full_clean()
    row.save()
    custom.claim(actor, row, changes)
    audit.record(actor, f"{model._meta.model_name}.created", row, changes)
    return row


def _change(
    actor: Actor, model: type[Row], pk: int, seen_version: int, values: dict[str, Any]
) -> Row:
    row = _locked(actor, model, pk, seen_version)
    changes: dict[str, tuple[Any, Any]] = assign(row, **custom.cleaned(actor, row, values))
    if not changes:
        return row
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, row, changes)
    audit.record(actor, f"{model._meta.model_name}.changed", row, changes)
    return row


def _locked(actor: Actor, model: type[Row], pk: int, seen_version: int) -> Row:
    rows = model.objects.visible_to(actor).select_for_update(no_key=True)
    row: Row | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {model._meta.verbose_name} no longer exists.")
    if row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were editing it.")
    return row


def _throw_away(actor: Actor, row: Row) -> Row:
    row.deleted_at, row.version = timezone.now(), row.version + 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    verb = f"{row._meta.model_name}.deleted"
    audit.record(actor, verb, row, {"deleted_at": (None, row.deleted_at)})
    return row


@transaction.atomic
def restore_customer(actor: Actor, pk: int) -> Customer:
    """Take a customer out of the trash."""
    actor.require(Perm.CUSTOMERS_EDIT)
    return _restore(actor, Customer, pk)


@transaction.atomic
def restore_account(actor: Actor, pk: int) -> Account:
    """Take an account out of the trash."""
    actor.require(Perm.CUSTOMERS_EDIT)
    return _restore(actor, Account, pk)


def _restore(actor: Actor, model: type[Row], pk: int) -> Row:
    trash = model.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    row: Row | None = trash.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {model._meta.verbose_name} is not in the trash.")
    deleted_at, row.deleted_at = row.deleted_at, None
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    verb = f"{row._meta.model_name}.restored"
    audit.record(actor, verb, row, {"deleted_at": (deleted_at, None)})
    return row


@transaction.atomic
def erase_customer(actor: Actor, pk: int, *, seen_version: int) -> Customer:
    """Erase who a customer is, for good: here, in the history and in letters to them.

    Their orders stay and count. The shop's key goes as well, since it may be an address. Raises as
    `change_customer` does.
    """
    actor.require(Perm.CUSTOMERS_EDIT)
    row = _locked(actor, Customer, pk, seen_version)
    forget_everywhere(row.workspace_id, row.pk, row.email)
    row.external_id = f"erased-{row.pk}"
    row.email = row.name = row.country = ""
    own = [f"{CUSTOM}{key}" for key in row.custom]
    row.custom = {}  # whatever a shop keeps of its customers may be personal
    row.version += 1
    row.save(update_fields=["external_id", *PERSONAL, "custom", "version", "updated_at"])
    custom.claim(actor, row, own)
    events = ActivityEvent.objects.visible_to(actor).of(row)
    events.update(changes={}, label=str(row))
    ImportChange.objects.in_workspace(row.workspace_id).filter(
        model=row._meta.label_lower, object_id=row.pk
    ).delete()
    audit.record(actor, "customer.erased", row, {})
    return row
