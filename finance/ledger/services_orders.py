"""Changing orders by hand: a line, a status, a refund. Every figure above is marked with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When
from django.utils import timezone

from core.clock import check_moment, day_of
from core.errors import EditConflict, NotFound, Refused
from finance.ledger.models import Order, OrderLine, OrderStatus, Refund
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import assign, columns_of
from workspaces.staleness.services import mark_stale

MOST_LIKELY = 8
LINE_FIELDS = ("quantity", "gross", "discount", "tax")


@dataclass(frozen=True, slots=True)
class RefundFields:
    """What went back. `quantity` 0 is money alone; `refunded_at` is aware."""

    quantity: int
    amount: Decimal
    refunded_at: datetime
    reason: str = ""


@transaction.atomic
def change_line(
    actor: Actor, order_pk: int, line_pk: int, *, seen_version: int, **values: Any
) -> OrderLine:
    """Correct quantity, gross, discount or tax of a line; the order's version moves.

    Raises Denied, NotFound, EditConflict, Refused below what was refunded, or ValidationError.
    """
    actor.require(Perm.LEDGER_EDIT)
    order = _locked(actor, order_pk, seen_version)
    line = OrderLine.objects.visible_to(actor).filter(order=order, pk=line_pk).first()
    if line is None:
        raise NotFound("That line is not in this order.")
    line.order = order
    changes = assign(line, **{name: values[name] for name in LINE_FIELDS if name in values})
    if not changes:
        return line
    _check_line(line)
    line.save(update_fields=list(changes))
    _touch(order)
    audit.record(actor, "line.changed", line, changes)
    _mark(order, [line.variant_id], "an order line was changed")
    return line


@transaction.atomic
def change_order(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Order:
    """Set the status, shipping, tax, customer, account or market of an order.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.LEDGER_EDIT)
    order = _locked(actor, pk, seen_version)
    before = order.customer_id
    changes = assign(order, **custom.cleaned(actor, order, values))
    if not changes:
        return order
    order.version += 1
    order.full_clean()
    order.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, order, changes)
    repeated = {f"{name}_id": getattr(order, f"{name}_id") for name in ("account", "market")}
    _lines(order).update(counts=_counts(order), **repeated)
    _refunds(order).update(customer_id=order.customer_id, **repeated)
    audit.record(actor, "order.changed", order, changes)
    _mark(order, _variants(order), "an order was changed", customers={before, order.customer_id})
    return order


@transaction.atomic
def delete_order(actor: Actor, pk: int, *, seen_version: int) -> Order:
    """Put an order into the trash with its lines and refunds: no figure counts them any more."""
    actor.require(Perm.LEDGER_EDIT)
    order = _locked(actor, pk, seen_version)
    moment = timezone.now()
    _refunds(order).filter(deleted_at=None).update(deleted_at=moment, version=F("version") + 1)
    _set_trashed(actor, order, moment, "order.deleted")
    return order


@transaction.atomic
def restore_order(actor: Actor, pk: int) -> Order:
    """Take an order out of the trash with the refunds that went there along; it counts again."""
    actor.require(Perm.LEDGER_EDIT)
    trash = Order.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    order: Order | None = trash.filter(pk=pk).first()
    if order is None:
        raise NotFound("That order is not in the trash.")
    along = _refunds(order).filter(deleted_at=order.deleted_at)
    along.update(deleted_at=None, version=F("version") + 1)
    _set_trashed(actor, order, None, "order.restored")
    return order


@transaction.atomic
def create_refund(
    actor: Actor, order_pk: int, line_pk: int, fields: RefundFields, *, seen_version: int
) -> Refund:
    """Record what went back of a line. Raises Refused when it is more than was sold."""
    actor.require(Perm.LEDGER_EDIT)
    check_moment(fields.refunded_at, "refunded_at")
    order = _locked(actor, order_pk, seen_version)
    line = OrderLine.objects.visible_to(actor).filter(order=order, pk=line_pk).first()
    if line is None:
        raise NotFound("That line is not in this order.")
    number = Refund.objects.with_trash(actor.workspace.pk).filter(order_line__order=order).count()
    refund = Refund(
        workspace=actor.workspace,
        number=f"{order.number}-R{number + 1}",
        order_line=line,
        variant_id=line.variant_id,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        market_id=order.market_id,
        account_id=order.account_id,
        refunded_at=fields.refunded_at,
        day=day_of(fields.refunded_at, actor.workspace.timezone),
        ordered_day=order.day,
        quantity=fields.quantity,
        amount=fields.amount,
        currency=order.currency,
        reason=fields.reason,
    )
    _check_refunded(line, adding=refund)
    refund.full_clean()
    refund.save()
    _touch(order)
    audit.record(actor, "refund.created", refund, {"amount": (None, refund.amount)})
    _mark(order, [line.variant_id], "a refund was added")
    return refund


def likely_lines(actor: Actor, refund: Refund) -> list[OrderLine]:
    """Sales a refund may undo: of as many units and before it, its own customer's first."""
    actor.require(Perm.LEDGER_EDIT)
    theirs = When(order__customer=refund.customer_id, then=Value(0))
    first = Case(theirs, default=Value(1), output_field=IntegerField())
    lines = OrderLine.objects.visible_to(actor).select_related("order")
    sold = lines.filter(variant=refund.variant_id, day__lte=refund.day, counts=True)
    sold = sold.filter(quantity__gte=refund.quantity)
    return list(sold.order_by(first, "-day", "-pk")[:MOST_LIKELY])


@transaction.atomic
def link_refund(
    actor: Actor, pk: int, *, seen_version: int, line: int = 0, number: str = ""
) -> Refund:
    """Say which order line a refund undoes, by the line or by the order's number.

    Raises Refused, in words, for an order that did not sell it, or not before it came back.
    """
    actor.require(Perm.LEDGER_EDIT)
    refund = _locked_refund(actor, pk, seen_version)
    found = _sale(actor, refund, line, number)
    order = Order.objects.in_workspace(refund.workspace_id).select_for_update(no_key=True)
    held = order.get(pk=found.order_id)
    if refund.order_line_id != found.pk:
        _check_refunded(found, adding=refund)
    customer = refund.customer_id or held.customer_id
    changes = assign(refund, order_line=found, ordered_day=found.day, customer_id=customer)
    refund.version += 1
    refund.full_clean()
    refund.save(update_fields=[*changes, "version", "updated_at"])
    audit.record(actor, "refund.updated", refund, changes)
    mark_stale(
        refund.workspace_id, "sales", [f"variant:{refund.variant_id}"], "a refund was linked"
    )
    return refund


@transaction.atomic
def delete_refund(actor: Actor, pk: int, *, seen_version: int) -> Refund:
    """Put a refund into the trash."""
    actor.require(Perm.LEDGER_EDIT)
    refund = _locked_refund(actor, pk, seen_version)
    _move_refund(actor, refund, timezone.now(), "refund.deleted")
    return refund


@transaction.atomic
def restore_refund(actor: Actor, pk: int) -> Refund:
    """Take a refund out of the trash."""
    actor.require(Perm.LEDGER_EDIT)
    trash = Refund.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    refund: Refund | None = trash.filter(pk=pk).first()
    if refund is None:
        raise NotFound("That refund is not in the trash.")
    if refund.order_line:
        if refund.order_line.order.deleted_at:
            raise Refused(f"Restore order {refund.order_line.order} first.")
        _check_refunded(refund.order_line, adding=refund)
    _move_refund(actor, refund, None, "refund.restored")
    return refund


def _sale(actor: Actor, refund: Refund, line: int, number: str) -> OrderLine:
    sold = OrderLine.objects.visible_to(actor).filter(variant=refund.variant_id)
    if line:
        found = sold.filter(pk=line).select_related("order").first()
    else:
        bare = number.strip().lstrip("#")
        named = sold.filter(order__number__in={number.strip(), bare, f"#{bare}"})
        own = When(channel=refund.channel_id, then=Value(0))
        first = Case(own, default=Value(1), output_field=IntegerField())
        found = named.select_related("order").order_by(first, "-day", "position").first()
    if found is None or found.order.deleted_at is not None:
        raise Refused(f"No order of this number sold {refund.variant}. Look it up under Orders.")
    if found.day > refund.day:
        raise Refused("That order was placed after the money went back.")
    return found


def _locked_refund(actor: Actor, pk: int, seen_version: int) -> Refund:
    rows = Refund.objects.visible_to(actor).select_for_update(no_key=True)
    refund: Refund | None = rows.filter(pk=pk).first()
    if refund is None:
        raise NotFound("That refund no longer exists.")
    if refund.version != seen_version:
        raise EditConflict("This refund changed while you were looking at it.")
    return refund


def _move_refund(actor: Actor, refund: Refund, moment: datetime | None, verb: str) -> None:
    changes = assign(refund, deleted_at=moment)
    refund.version += 1
    refund.save(update_fields=["deleted_at", "version", "updated_at"])
    audit.record(actor, verb, refund, changes)
    mark_stale(refund.workspace_id, "sales", [f"variant:{refund.variant_id}"], verb)


def _locked(actor: Actor, pk: int, seen_version: int) -> Order:
    rows = Order.objects.visible_to(actor).select_for_update(no_key=True)
    order: Order | None = rows.filter(pk=pk).first()
    if order is None:
        raise NotFound("That order no longer exists.")
    if order.version != seen_version:
        raise EditConflict("This order changed while you were editing it.")
    return order


def _touch(order: Order) -> None:
    order.version += 1
    order.save(update_fields=["version", "updated_at"])


def _set_trashed(actor: Actor, order: Order, moment: datetime | None, verb: str) -> None:
    changes = assign(order, deleted_at=moment)
    order.version += 1
    order.save(update_fields=["deleted_at", "version", "updated_at"])
    _lines(order).update(counts=_counts(order))
    audit.record(actor, verb, order, changes)
    _mark(order, _variants(order), verb.replace(".", " was "), customers={order.customer_id})


def _lines(order: Order) -> Any:
    return OrderLine.objects.in_workspace(order.workspace_id).filter(order=order)


def _refunds(order: Order) -> Any:
    """What went back of an order, in the trash or not."""
    return Refund.objects.with_trash(order.workspace_id).filter(order_line__order=order)


def _variants(order: Order) -> list[int]:
    return list(_lines(order).values_list("variant_id", flat=True))


def _counts(order: Order) -> bool:
    """Whether the order enters figures: placed, and not in the trash."""
    return order.status == OrderStatus.PLACED and order.deleted_at is None


def _check_line(line: OrderLine) -> None:
    line.full_clean(exclude=["workspace", "order", "variant", "channel", "market", "account"])
    if line.discount > line.gross:
        raise ValidationError({"discount": ["The discount is more than the line is worth."]})
    _check_refunded(line)


def _check_refunded(line: OrderLine, adding: Refund | None = None) -> None:
    """No more may come back than was sold."""
    rows = Refund.objects.in_workspace(line.workspace_id).filter(order_line=line)
    back = [(refund.quantity, refund.amount) for refund in rows]
    if adding is not None:
        back.append((adding.quantity, adding.amount))
    units, money = sum(each[0] for each in back), sum(each[1] for each in back)
    if units > line.quantity:
        raise Refused(f"{units} units would have come back of {line.quantity} sold.")
    if money > line.gross - line.discount:
        raise Refused("More money would have gone back than was paid for this line.")


def _mark(
    order: Order, variants: Iterable[int], cause: str, customers: Iterable[int | None] = ()
) -> None:
    mark_stale(order.workspace_id, "sales", [f"variant:{pk}" for pk in variants], cause)
    mark_stale(order.workspace_id, "customers", [f"customer:{pk}" for pk in customers if pk], cause)
