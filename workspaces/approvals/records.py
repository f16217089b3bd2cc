"""Approvals as records: shown and found like all others, but decided in their own way alone."""

from typing import Any

from django.utils import timezone

from core.errors import NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.approvals.models import GRANTED, Approval, ApprovalState
from workspaces.records.fields import Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.records.services import locked, put_away

TONES = {
    "pending": "amber",
    "approved": "green",
    "conditional": "green",
    "rejected": "red",
    "withdrawn": "grey",
}
CHANGED_BY_HAND = {"title", "asked", "due_on"}


def rules(actor: Actor, row: Any, changes: Changes) -> None:
    """Words and due day change until it is decided; what was decided never does."""
    if row.pk is None:
        raise Refused("Ask for an approval on the page of the record it is about.")
    if gone := {name for name in changes if not name.startswith("custom.")} - CHANGED_BY_HAND:
        raise Refused(f"What approvers say cannot be set by hand: {', '.join(sorted(gone))}.")
    if row.state != ApprovalState.PENDING:
        raise Refused("It is decided. Ask anew instead of changing it.")
    if row.requested_by_id != actor.user.pk:
        actor.require(Perm.WORKSPACE_MANAGE)


def delete(actor: Actor, pk: int, seen_version: int) -> Any:
    """Put one that opened nothing into the trash: what was granted stays as evidence."""
    actor.require(Perm.WORK_EDIT)
    row = locked(actor, APPROVAL, pk, seen_version)
    if row.state in GRANTED:
        raise Refused("What was approved stays, as evidence.")
    if row.state == ApprovalState.PENDING:
        raise Refused("Withdraw it first.")
    return put_away(actor, APPROVAL, row, timezone.now())


APPROVAL = RecordKind(
    model=Approval,
    label="Approval",
    plural="Approvals",
    reads=Perm.WORK_VIEW,
    writes=Perm.WORK_EDIT,
    delete=delete,
    fields=fields_of_model(
        Approval,
        "title",
        "state",
        "due_on",
        "requested_by",
        "decided_at",
        "asked",
        state={
            "choices": tuple(Choice(s.value, s.label, TONES[s.value]) for s in ApprovalState),
            "required": False,
        },
        requested_by={"label": "Asked by"},
        decided_at={"label": "Decided", "shown": False},
        asked={"shown": False},
    ),
    rules=rules,
    icon="shield-check",
    section="Work",
    board="",
    searched=("title", "asked"),
    dated=("due_on",),
    sample="May we go live on 2 December? · waits for Ada",
)


def find(actor: Actor, pk: int) -> Approval:
    """The approval, if the actor may read it. Raises NotFound."""
    approval = Approval.objects.visible_to(actor).filter(pk=pk).first()
    if approval is None:
        raise NotFound("That approval no longer exists.")
    return approval


def register() -> None:
    """Called from the app's ready()."""
    register_record(APPROVAL)
