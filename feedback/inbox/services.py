"""Taking notes in, linking them, putting them away. A note's own words never change."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.clock import check_moment, day_of
from core.errors import EditConflict, NotFound
from feedback.inbox.matching import Named, cut, find_customer, find_product, remember
from feedback.inbox.models import Clue, Note, NoteState
from finance.ledger.models import Customer
from products.catalog.models import Channel, Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import CUSTOM, assign, check, columns_of
from workspaces.staleness.services import mark_stale

TOPIC = "feedback"
LINKED = {"product", "customer"}
FREE = {*LINKED, "state", "snoozed_until", "assignee"}  # all else is as it came in


@transaction.atomic
def create_note(actor: Actor, *, named: Named | None = None, **values: Any) -> Note:
    """Take in what somebody said; without a key of its source it gets one of ours.

    `named` is what it names its customer and product by: what is not known yet is waited for.
    Raises Denied, or ValidationError naming the fields.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    note = Note(workspace=actor.workspace)
    named = cut(named or Named())
    if named.wants_customer and values.get("customer") is None:
        pk = find_customer(actor.workspace.pk, named)
        values["customer"] = Customer.objects.visible_to(actor).filter(pk=pk or 0).first()
    if named.wants_product and values.get("product") is None:
        pk = find_product(actor.workspace.pk, named)
        values["product"] = Product.objects.visible_to(actor).filter(pk=pk or 0).first()
    values["external_id"] = values.get("external_id") or f"own-{uuid4().hex[:12]}"
    values["said_at"] = values.get("said_at") or timezone.now()
    check_moment(values["said_at"], "said_at")
    changes = assign(note, **custom.cleaned(actor, note, values))
    note.day = day_of(note.said_at, actor.workspace.timezone)
    if not (note.title.strip() or note.text.strip() or note.rating is not None):
        raise ValidationError({"text": ["Write what was said, or give a rating."]})
    _refuse_twin(actor, note)
    check(note, changes | {"channel": None})
    note.save()
    if named:
        remember(note, named)
    custom.claim(actor, note, changes)
    mark_note(note, {note.product_id}, "a note was added")
    audit.record(actor, "note.created", note, changes)
    return note


def usual_channel(actor: Actor, name: str) -> Channel:
    """The channel of that name, made when it is first needed."""
    actor.require(Perm.FEEDBACK_EDIT)
    found = Channel.objects.visible_to(actor).filter(name__iexact=name).first()
    if found is None:
        found = Channel(workspace=actor.workspace, name=name)
        found.full_clean()
        found.save()
        audit.record(actor, "channel.created", found, {"name": (None, name)})
    return found


@transaction.atomic
def change_note(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Note:
    """Link a note to a product or customer, or to none, set its custom values and where it stands.

    The rest never changes. What a person links or unlinks, no worker links anew.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    if beyond := {name for name in values if not name.startswith(CUSTOM)} - FREE:
        raise ValidationError({beyond.pop(): ["What somebody said is never changed."]})
    if "customer" in values:
        actor.require(Perm.CUSTOMERS_VIEW)
    note = _locked(actor, pk, seen_version)
    before = note.product_id
    changes = assign(note, **custom.cleaned(actor, note, values))
    if not changes:
        return note
    if note.state == NoteState.SNOOZED and note.snoozed_until is None:
        raise ValidationError({"snoozed_until": ["Say until which day."]})
    check(note, changes)
    note.version += 1
    note.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, note, changes)
    if "product" in changes:
        mark_note(note, {before, note.product_id}, "a note was linked")
    linked = bool(LINKED & set(changes))
    if linked:
        Clue.objects.visible_to(actor).filter(note=note).update(waits=False)
    audit.record(actor, "note.linked" if linked else "note.triaged", note, changes)
    return note


@transaction.atomic
def delete_note(actor: Actor, pk: int, *, seen_version: int) -> Note:
    """Put a note into the trash; it no longer counts."""
    actor.require(Perm.FEEDBACK_EDIT)
    note = _locked(actor, pk, seen_version)
    note.deleted_at, note.version = timezone.now(), note.version + 1
    note.save(update_fields=["deleted_at", "version", "updated_at"])
    mark_note(note, {note.product_id}, "a note was deleted")
    audit.record(actor, "note.deleted", note, {"deleted_at": (None, note.deleted_at)})
    return note


@transaction.atomic
def restore_note(actor: Actor, pk: int) -> Note:
    """Bring a note back out of the trash."""
    actor.require(Perm.FEEDBACK_EDIT)
    trash = Note.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    note = trash.filter(pk=pk).first()
    if note is None:
        raise NotFound("That note is not in the trash.")
    deleted_at, note.deleted_at, note.version = note.deleted_at, None, note.version + 1
    note.save(update_fields=["deleted_at", "version", "updated_at"])
    mark_note(note, {note.product_id}, "a note was restored")
    audit.record(actor, "note.restored", note, {"deleted_at": (deleted_at, None)})
    return note


def _locked(actor: Actor, pk: int, seen_version: int) -> Note:
    note = Note.objects.visible_to(actor).select_for_update(no_key=True).filter(pk=pk).first()
    if note is None:
        raise NotFound("That note no longer exists.")
    if note.version != seen_version:
        raise EditConflict("This note changed while you were looking at it.")
    return note


def _refuse_twin(actor: Actor, note: Note) -> None:
    """A channel gives each of its notes one key."""
    same = Note.objects.with_trash(actor.workspace.pk).filter(
        channel_id=note.channel_id, external_id=note.external_id
    )
    if same.exists():
        text = f"This channel already has a note “{note.external_id}”."
        raise ValidationError({"external_id": [text]})


def mark_note(note: Note, products: set[int | None], cause: str) -> None:
    """The day it was said on, and the products whose summary it counts in."""
    keys = [f"day:{note.day.isoformat()}"]
    keys += [f"product:{pk}" for pk in sorted(pk for pk in products if pk)]
    mark_stale(note.workspace_id, TOPIC, keys, cause)
