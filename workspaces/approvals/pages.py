"""What the approvals of a record, one approval, and the page of all of them show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.clock import today
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.approvals.counting import NOT_YET, OPEN
from workspaces.approvals.gates import GATES, Gate, gates_of, newest, opens
from workspaces.approvals.models import Approval, ApprovalState, Approver, Condition, Decision
from workspaces.approvals.records import APPROVAL, TONES
from workspaces.approvals.standing import StepSoFar, people_asked, steps_of
from workspaces.members.people import people_of, readers_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.needs import AMBER, INDIGO, RED, Need

MOST, NEEDS, BESIDE = 200, 4, 3
SHOWN = {"waiting": "Waiting for me", "asked": "Asked by me", "all": "All"}


@dataclass(frozen=True, slots=True)
class Line:
    """An approval as a line: about what, and who is still to say something."""

    approval: Approval
    url: str
    about: refs.Named | None
    people: list[Approver]
    late: bool
    tone: str


def lines(actor: Actor, approvals: list[Approval]) -> list[Line]:
    """Approvals as lines: two statements, and one a kind they are about."""
    about = refs.named(actor, [one.ref for one in approvals])
    people = people_asked([one for one in approvals if one.state == ApprovalState.PENDING])
    now = today(actor.workspace.timezone)
    return [
        Line(
            one,
            refs.url_of(actor, APPROVAL, one.pk),
            about.get(one.ref),
            people.get(one.pk, []),
            is_late(one, now),
            TONES[one.state],
        )
        for one in approvals
    ]


def is_late(approval: Approval, now: date) -> bool:
    """Due on a day that is past, and nobody has decided."""
    waiting = approval.state == ApprovalState.PENDING
    return waiting and approval.due_on is not None and approval.due_on < now


def page(actor: Actor, asked: str) -> dict[str, Any]:
    """The approvals of the page: waiting for me, asked by me, or all."""
    shown = asked if asked in SHOWN else "waiting"
    rows = Approval.objects.visible_to(actor).select_related("requested_by")
    if shown == "waiting":
        rows = rows.waiting_for(actor.user).order_by("due_on", "pk")
    elif shown == "asked":
        rows = rows.filter(requested_by=actor.user).order_by("-pk")
    else:
        rows = rows.order_by("-pk")
    return {"lines": lines(actor, list(rows[:MOST])), "shown": shown}


def needs(actor: Actor) -> list[Need]:
    """What waits for the actor's word."""
    waiting = Approval.objects.visible_to(actor).waiting_for(actor.user)
    now = today(actor.workspace.timezone)
    return [
        Need(
            f"approval:{one.pk}",
            one.title,
            _note(one, now),
            "shield-check",
            RED if is_late(one, now) else AMBER if one.due_on == now else INDIGO,
            "Decide",
            refs.url_of(actor, APPROVAL, one.pk),
        )
        for one in waiting.select_related("requested_by").order_by("due_on", "pk")[:NEEDS]
    ]


def _note(approval: Approval, now: date) -> str:
    who = f"{approval.requested_by or 'Somebody who left'} asks for your approval"
    if approval.due_on is None:
        return who
    days = (approval.due_on - now).days
    when = "due today" if days == 0 else f"due in {days} d" if days > 0 else f"{-days} d overdue"
    return f"{who} · {when}"


def has_changed(approval: Approval, row: Any) -> bool:
    """The record is not as it was when people were asked."""
    version = getattr(row, "version", approval.seen_version)
    return bool(approval.seen_version) and version != approval.seen_version


@dataclass(frozen=True, slots=True)
class GateShown:
    """A gate beside a record: open or not."""

    gate: Gate
    is_open: bool
    pending: bool


def beside_record(request: WorkspaceRequest, kind: RecordKind, row: Any) -> dict[str, Any] | None:
    """The newest approvals of a record, its gates, and where to ask."""
    actor = request.actor
    rows = Approval.objects.visible_to(actor).about(kind.name, row.pk)
    found = lines(actor, list(rows.select_related("requested_by")[:BESIDE]))
    gates = []
    for gate in gates_of(kind.name):
        approval = newest(actor.workspace.pk, gate, row.pk)
        pending = approval is not None and approval.state == ApprovalState.PENDING
        gates.append(GateShown(gate, opens(gate, approval), pending))
    asks = actor.can(Perm.WORK_EDIT)
    if not found and not gates and not asks:
        return None
    return {
        "lines": [(one, has_changed(one.approval, row)) for one in found],
        "gates": gates,
        "asks": asks,
        "kind": kind.name,
        "pk": row.pk,
    }


@dataclass(frozen=True, slots=True)
class Said:
    """An approver as the page shows them: who, in whose stead, and what they said."""

    approver: Approver
    decision: Decision | None
    conditions: list[tuple[str, str]]
    gone: bool
    chain: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as the page shows it."""

    step: StepSoFar
    said: list[Said]
    words: str
    tone: str


WORDS = {"open": "Open", "yes": "Approved", "no": "Rejected", "not yet": "Not yet"}
STEP_TONES = {"open": "amber", "yes": "green", "no": "red", "not yet": "grey"}


def beside_approval(request: WorkspaceRequest, kind: RecordKind, row: Approval) -> dict[str, Any]:
    """Everything there is to decide: what it is about, who was asked, what they said."""
    actor, pending = request.actor, row.state == ApprovalState.PENDING
    steps = steps_of(row)
    about = refs.named(actor, [row.ref]).get(row.ref)
    record = KINDS[row.kind].rows(actor).filter(pk=row.object_id).first() if about else None
    mine = [
        step.outcome
        for step in steps
        for one in step.asked
        if one.user_id == actor.user.pk and one.pk not in step.answers
    ]
    gate = GATES.get((row.kind, row.gate))
    may = gate is None or (actor.can(gate.perm) and row.requested_by_id != actor.user.pk)
    manages = actor.can(Perm.WORKSPACE_MANAGE)
    return {
        "approval": row,
        "tone": TONES[row.state],
        "about": about,
        "gate": gate,
        "changed": record is not None and has_changed(row, record),
        "steps": _steps_shown(actor, steps),
        "decides": pending and may and OPEN in mine,
        "waits": pending and bool(mine) and OPEN not in mine,
        "passes": pending and bool(mine),
        "withdraws": pending and (manages or row.requested_by_id == actor.user.pk),
        "reassigns": pending and manages,
        "people": _choosable(actor, row, gate) if pending and (mine or manages) else [],
    }


def _choosable(actor: Actor, approval: Approval, gate: Gate | None) -> list[Any]:
    """Members who may be asked about this record."""
    kind = KINDS.get(approval.kind)
    if kind is None:
        return []
    perms = [kind.reads, Perm.WORK_VIEW, *([gate.perm] if gate else [])]
    people = readers_of(actor, perms[0])
    for perm in perms[1:]:
        people = people & readers_of(actor, perm)
    return [one for one in people if not gate or one.pk != approval.requested_by_id]


def _steps_shown(actor: Actor, steps: list[StepSoFar]) -> list[StepShown]:
    here = set(people_of(actor).values_list("pk", flat=True))
    conditions: dict[int, list[tuple[str, str]]] = {}
    said = [one.pk for step in steps for one in step.answers.values()]
    rows = Condition.objects.visible_to(actor).filter(decision__in=said).select_related("task")
    for one in rows.order_by("pk"):
        state = one.task.get_state_display() if one.task else "no longer there"
        conditions.setdefault(one.decision_id, []).append((one.text, state))
    return [
        StepShown(
            step,
            [_said(step, one, here, conditions) for one in step.asked],
            WORDS[step.outcome],
            STEP_TONES[step.outcome],
        )
        for step in steps
    ]


def _said(
    step: StepSoFar,
    approver: Approver,
    here: set[int],
    conditions: dict[int, list[tuple[str, str]]],
) -> Said:
    decision = step.answers.get(approver.pk)
    by_pk = {one.pk: one for one in step.approvers}
    chain, before = [], approver.passed_from_id
    while before in by_pk:
        chain.append(str(by_pk[before]))
        before = by_pk[before].passed_from_id
    return Said(
        approver,
        decision,
        conditions.get(decision.pk, []) if decision else [],
        decision is None and approver.user_id not in here and step.outcome in (OPEN, NOT_YET),
        ", ".join(chain),
    )
