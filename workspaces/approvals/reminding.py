"""Reminding approvers: once when the due day comes near, once when it is past."""

from datetime import date, timedelta

from django.db import transaction

from core.clock import today
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.approvals.models import Approval, Approver, Reminder
from workspaces.approvals.standing import open_steps
from workspaces.audit import services as audit
from workspaces.audit.models import Channel

NEAR = timedelta(days=2)
AT_ONCE = 500


def window_of(due_on: date, now: date) -> str:
    """`near`, `overdue`, or nothing while the day is far away."""
    if due_on < now:
        return "overdue"
    return "near" if due_on - now <= NEAR else ""


def remind_next(after: int) -> int:
    """Remind those who are still to decide; returns where to go on, 0 when all is done.

    Who was reminded is written in the same transaction as the event that tells them, so that
    two workers, or one that dies, remind nobody twice.
    """
    waiting = Approval.objects.filter(
        state="pending", deleted_at=None, workspace__deleted_at=None, pk__gt=after
    )
    dated = waiting.exclude(due_on=None).order_by("pk").values_list("pk", flat=True)
    pks = list(dated[:AT_ONCE])
    for pk in pks:
        _remind(pk)
    return pks[-1] if len(pks) == AT_ONCE else 0


@transaction.atomic
def _remind(pk: int) -> None:
    rows = Approval.objects.filter(pk=pk, state="pending").select_related(
        "workspace", "requested_by"
    )
    approval = rows.select_for_update(of=("self",), skip_locked=True).first()
    if approval is None or approval.due_on is None:
        return
    window = window_of(approval.due_on, today(approval.workspace.timezone))
    if not window:
        return
    fresh = _not_reminded(approval, window)
    if not fresh or approval.requested_by is None:
        return
    Reminder.objects.bulk_create(
        [
            Reminder(
                workspace_id=approval.workspace_id,
                approver=one,
                due_on=approval.due_on,
                window=window,
            )
            for one in fresh
        ]
    )
    actor = Actor(approval.requested_by, approval.workspace, Role.OWNER, Channel.WORKER)
    told = {"reminded": (None, [one.user_id for one in fresh]), "window": (None, window)}
    audit.record(actor, "approval.reminded", approval, told)


def _not_reminded(approval: Approval, window: str) -> list[Approver]:
    """Those whose turn it is, who said nothing, and were not told of this day in this window."""
    asked = Approver.objects.in_workspace(approval.workspace_id).filter(
        step__in=open_steps(approval), passed_on=False, decision=None, user__is_active=True
    )
    told = Reminder.objects.in_workspace(approval.workspace_id).filter(
        approver__in=asked, due_on=approval.due_on, window=window
    )
    return list(asked.exclude(pk__in=told.values("approver")))
