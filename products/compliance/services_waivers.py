"""Waiving a rule for a product in a market: asked by one member, approved by another."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.clock import today
from core.errors import NotFound, Refused
from core.typed import trimmed
from products.compliance import marking
from products.compliance.models import Obligation, Waiver
from products.compliance.states import WaiverState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit

LONGEST = timedelta(days=366)


@transaction.atomic
def ask_waiver(
    actor: Actor, product_pk: int, market_pk: int, rule: str, *, reason: str, until: date
) -> Waiver:
    """Ask somebody else to waive an obligation until a day, a year ahead at most.

    Raises Denied, NotFound, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.CATALOG_EDIT)
    rows = Obligation.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    about = {"product_id": product_pk, "market_id": market_pk, "rule": rule}
    due: Obligation | None = rows.filter(**about).first()
    if due is None:
        raise NotFound("That obligation is no longer there.")
    if due.applies is None:
        raise Refused("It is not known whether this applies. Answer the question first.")
    day = today(actor.workspace.timezone)
    reason = trimmed(reason)
    wrong: dict[str, list[str]] = {}
    if not reason:
        wrong["reason"] = ["Say why it need not be shown."]
    elif len(reason) > 2_000:
        wrong["reason"] = ["At most 2,000 characters."]
    if not day <= until <= day + LONGEST:
        wrong["until"] = ["Choose a day from today, a year ahead at most."]
    if wrong:
        raise ValidationError(wrong)
    if Waiver.objects.visible_to(actor).filter(**about, state=WaiverState.ASKED).exists():
        raise Refused("Somebody asked for this already.")
    row = Waiver(
        workspace=actor.workspace, reason=reason, until=until, requested_by=actor.user, **about
    )
    row.save()
    changes = {"waiver": (None, row.pk), "reason": (None, reason), "until": (None, until)}
    audit.record(actor, "obligation.waiver_asked", due, changes)
    return row


@transaction.atomic
def decide_waiver(actor: Actor, pk: int, *, approved: bool) -> Waiver:
    """Approve or decline a waiver. Not by who asked. Raises Denied, NotFound or Refused."""
    actor.require(Perm.COMPLIANCE_REVIEW)
    row = locked(actor, pk)
    if row.state != WaiverState.ASKED:
        raise Refused("This was decided already.")
    if row.requested_by_id == actor.user.pk:
        raise Refused("Somebody else has to approve what you asked for.")
    day = today(actor.workspace.timezone)
    if approved and row.until < day:
        raise Refused("Its last day is past. Ask for a new one.")
    row.state = WaiverState.APPROVED if approved else WaiverState.DECLINED
    row.approved_by, row.decided_at = actor.user, timezone.now()
    row.starts_on = day if approved else None
    row.save()
    _tell(actor, row, "waived" if approved else "waiver_declined")
    return row


@transaction.atomic
def end_waiver(actor: Actor, pk: int) -> Waiver:
    """Let a waiver count no more, or take a question back. Raises Denied, NotFound or Refused."""
    actor.require(Perm.CATALOG_EDIT)
    row = locked(actor, pk)
    if row.state not in (WaiverState.ASKED, WaiverState.APPROVED):
        raise Refused("This waiver does not count.")
    if row.requested_by_id != actor.user.pk:
        actor.require(Perm.COMPLIANCE_REVIEW)
    row.state = WaiverState.ENDED
    row.save(update_fields=["state"])
    _tell(actor, row, "waiver_ended")
    return row


def locked(actor: Actor, pk: int) -> Waiver:
    """The waiver, locked. Raises NotFound."""
    rows = Waiver.objects.visible_to(actor).select_for_update(no_key=True)
    row: Waiver | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("That waiver is not here.")
    return row


def _tell(actor: Actor, row: Waiver, verb: str) -> None:
    marking.of_products(actor.workspace.pk, [row.product_id], "a waiver")
    due = Obligation.objects.visible_to(actor).filter(
        product=row.product_id, market=row.market_id, rule=row.rule
    )
    obligation = due.first()
    if obligation is not None:
        changes = {"waiver": (None, row.pk), "until": (None, row.until)}
        audit.record(actor, f"obligation.{verb}", obligation, changes)
