"""The verbs of approvals: asking, deciding, passing on, taking back. All counted under a lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.errors import Denied, NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.approvals.gates import GATES, Gate
from workspaces.approvals.models import (
    Approval,
    ApprovalState,
    ApprovalStep,
    Approver,
    Condition,
    Decision,
    Verdict,
)
from workspaces.approvals.reports import covered_values
from workspaces.approvals.standing import open_steps, outcome_of
from workspaces.audit import services as audit
from workspaces.members.models import User
from workspaces.members.people import readers_of
from workspaces.records import refs
from workspaces.todo.models import Task

MOST_STEPS, MOST_PEOPLE, MOST_CONDITIONS, LONGEST = 20, 50, 20, 200


@dataclass(frozen=True, slots=True)
class StepAsked:
    """So many (`needed`) of these people must say yes; steps of one `place` are asked at once."""

    place: int
    needed: int
    people: Sequence[User]


@transaction.atomic
def request_approval(
    actor: Actor,
    about: refs.Ref,
    title: str,
    steps: Sequence[StepAsked],
    *,
    asked: str = "",
    due_on: date | None = None,
    gate: str = "",
) -> Approval:
    """Ask people to approve something about a record. Raises NotFound, Refused, ValidationError."""
    actor.require(Perm.WORK_EDIT)
    row = refs.find(actor, *about)
    rule = _gate(about[0], gate)
    _check_steps(actor, about[0], steps, rule)
    approval = Approval(
        workspace=actor.workspace,
        kind=about[0],
        object_id=about[1],
        title=" ".join(title.split()),
        asked=asked,
        due_on=due_on,
        gate=gate,
        requested_by=actor.user,
        seen_version=getattr(row, "version", 0),
        covered=covered_values(rule.table, row.pk, rule.same) if rule else {},
    )
    approval.full_clean(validate_unique=False, validate_constraints=False)
    if rule and Approval.objects.in_workspace(actor.workspace.pk).about(*about).pending().filter(
        gate=gate
    ):
        raise Refused(f"“{rule.label}” is being decided already. Withdraw that first.")
    approval.save()
    for step in steps:
        _add_step(approval, step)
    changes = {"title": (None, approval.title), "due_on": (None, due_on)}
    audit.record(actor, "approval.requested", approval, changes)
    return approval


def _gate(kind: str, name: str) -> Gate | None:
    if not name:
        return None
    if (kind, name) not in GATES:
        raise NotFound("There is no such gate.")
    return GATES[(kind, name)]


def _check_steps(actor: Actor, kind: str, steps: Sequence[StepAsked], gate: Gate | None) -> None:
    if not steps or len(steps) > MOST_STEPS:
        raise Refused("Say who is to approve it.")
    people = {person.pk for step in steps for person in step.people}
    if len(people) > MOST_PEOPLE:
        raise Refused(f"At most {MOST_PEOPLE} people can be asked.")
    for step in steps:
        if not 0 < step.needed <= len({person.pk for person in step.people}):
            raise Refused("A step cannot need more people than it asks, nor none.")
    for pk in people:
        _check_reader(actor, kind, pk, gate)
    if gate and len(people - {actor.user.pk}) < gate.least:
        raise Refused(f"“{gate.label}” takes {gate.least} besides the one who asks.")


def _check_reader(actor: Actor, kind: str, user_pk: int, gate: Gate | None) -> User:
    """Nobody decides about what they cannot see, nor opens a gate without the right to."""
    reads = refs.readable(actor, kind).reads
    person = readers_of(actor, reads).filter(pk=user_pk).first()
    if person is None or not readers_of(actor, Perm.WORK_VIEW).filter(pk=user_pk).exists():
        raise Refused("Ask members who may open this record.")
    if gate and not readers_of(actor, gate.perm).filter(pk=user_pk).exists():
        raise Refused(f"{person}'s role does not allow to decide on “{gate.label}”.")
    return person


def _add_step(approval: Approval, step: StepAsked) -> None:
    made = ApprovalStep.objects.create(
        workspace_id=approval.workspace_id,
        approval=approval,
        place=step.place,
        needed=step.needed,
    )
    people = {person.pk: person for person in step.people}.values()
    Approver.objects.bulk_create(
        [Approver(workspace_id=approval.workspace_id, step=made, user=one) for one in people]
    )


@transaction.atomic
def decide(
    actor: Actor, pk: int, verdict: str, *, reason: str = "", conditions: Sequence[str] = ()
) -> Approval:
    """Say yes, yes with conditions, or no, in every step that waits for the actor.

    Each condition becomes a task about the record. The approval is locked: of two people who
    decide at once both count, and the state is worked out from both. Raises Denied for whoever is
    not asked, Refused when it is not their turn or they have decided.
    """
    actor.require(Perm.WORK_VIEW)
    approval = _locked(actor, pk)
    refs.find(actor, *approval.ref)
    texts = _check_words(verdict, reason, conditions)
    if approval.state != ApprovalState.PENDING:
        raise Refused(f"It is {approval.get_state_display().lower()} already.")
    _check_may_decide(actor, approval)
    mine = _mine(actor, approval)
    for approver in mine:
        decision = Decision.objects.create(
            workspace=actor.workspace,
            approver=approver,
            user=actor.user,
            verdict=verdict,
            reason=reason.strip(),
        )
        _make_tasks(actor, approval, decision, texts)
        texts = []
    before, approval.state = approval.state, outcome_of(approval)
    changes: dict[str, tuple[object, object]] = {"decision": (None, Verdict(verdict).label)}
    if approval.state != before:
        approval.decided_at = timezone.now()
        changes["state"] = (before, approval.state)
    approval.version += 1
    approval.save(update_fields=["state", "decided_at", "version", "updated_at"])
    audit.record(actor, f"approval.{verdict}", approval, {**changes, "reason": ("", reason)})
    return approval


def _check_words(verdict: str, reason: str, conditions: Sequence[str]) -> list[str]:
    if verdict not in Verdict.values:
        raise Refused("Say whether you approve.")
    if verdict == Verdict.REJECT and not reason.strip():
        raise Refused("Say why, so that it can be mended.")
    texts = [words for line in conditions if (words := " ".join(line.split()))]
    if verdict == Verdict.CONDITIONS and not texts:
        raise Refused("Say what has to be done, one condition a line.")
    if len(texts) > MOST_CONDITIONS or any(len(text) > LONGEST for text in texts):
        raise Refused(f"At most {MOST_CONDITIONS} conditions of {LONGEST} characters each.")
    return texts if verdict == Verdict.CONDITIONS else []


def _check_may_decide(actor: Actor, approval: Approval) -> None:
    gate = GATES.get((approval.kind, approval.gate))
    if gate is None:
        return
    if not actor.can(gate.perm):
        raise Denied(f"Your role here does not allow to decide on “{gate.label}”.")
    if approval.requested_by_id == actor.user.pk:
        raise Refused("You asked for it, so somebody else has to decide.")


def _mine(actor: Actor, approval: Approval) -> list[Approver]:
    """Where it is the actor's turn. Raises Denied or Refused, saying which."""
    asked = Approver.objects.visible_to(actor).filter(step__approval=approval, user=actor.user)
    if not asked.exists():
        raise Denied("You are not asked to decide on this.")
    waiting = list(asked.filter(passed_on=False, decision=None))
    if not waiting:
        raise Refused("You have decided on this, or passed it on.")
    turns = open_steps(approval)
    mine = [one for one in waiting if one.step_id in turns]
    if not mine:
        raise Refused("It is not your turn yet: an earlier step is still open.")
    return mine


def _make_tasks(actor: Actor, approval: Approval, decision: Decision, texts: Sequence[str]) -> None:
    for text in texts:
        task = Task.objects.create(
            workspace=actor.workspace,
            title=text,
            assignee=approval.requested_by,
            kind=approval.kind,
            object_id=approval.object_id,
        )
        audit.record(actor, "task.created", task, {"title": (None, text)})
        Condition.objects.create(workspace=actor.workspace, decision=decision, text=text, task=task)


@transaction.atomic
def withdraw(actor: Actor, pk: int) -> Approval:
    """Take the question back: whoever asked, or who manages the workspace."""
    actor.require(Perm.WORK_VIEW)
    approval = _locked(actor, pk)
    if approval.requested_by_id != actor.user.pk:
        actor.require(Perm.WORKSPACE_MANAGE)
    if approval.state != ApprovalState.PENDING:
        raise Refused("Only what is not decided yet can be withdrawn.")
    approval.state, approval.decided_at = ApprovalState.WITHDRAWN, timezone.now()
    approval.version += 1
    approval.save(update_fields=["state", "decided_at", "version", "updated_at"])
    audit.record(actor, "approval.withdrawn", approval, {"state": ("pending", approval.state)})
    return approval


@transaction.atomic
def delegate(actor: Actor, pk: int, to_pk: int) -> Approval:
    """Pass one's own say on to somebody who may read the record. The chain stays to be seen."""
    actor.require(Perm.WORK_VIEW)
    approval = _pending(actor, pk)
    asked = Approver.objects.visible_to(actor).filter(step__approval=approval, user=actor.user)
    mine = list(asked.filter(passed_on=False, decision=None))
    if not mine:
        raise Refused("There is nothing of yours to pass on.")
    for approver in mine:
        _pass_on(actor, approval, approver, to_pk)
    return approval


@transaction.atomic
def reassign(actor: Actor, pk: int, approver_pk: int, to_pk: int) -> Approval:
    """Ask somebody in the stead of an approver who is gone: deactivated, removed or deleted."""
    actor.require(Perm.WORKSPACE_MANAGE)
    approval = _pending(actor, pk)
    rows = Approver.objects.visible_to(actor).filter(step__approval=approval, passed_on=False)
    approver = rows.filter(pk=approver_pk, decision=None).first()
    if approver is None:
        raise NotFound("That approver is not asked any more.")
    here = readers_of(actor, Perm.WORK_VIEW).filter(pk=approver.user_id or 0)
    if here.exists():
        raise Refused(f"{approver} is still here and decides, or passes it on.")
    _pass_on(actor, approval, approver, to_pk)
    return approval


def _pass_on(actor: Actor, approval: Approval, approver: Approver, to_pk: int) -> None:
    gate = GATES.get((approval.kind, approval.gate))
    to = _check_reader(actor, approval.kind, to_pk, gate)
    if gate and to.pk == approval.requested_by_id:
        raise Refused(f"{to} asked for it, so somebody else has to decide.")
    same = Approver.objects.visible_to(actor).filter(step=approver.step_id, user=to)
    if same.exists():
        raise Refused(f"{to} is asked in that step already, or was.")
    approver.passed_on = True
    approver.save(update_fields=["passed_on"])
    Approver.objects.create(
        workspace=actor.workspace, step_id=approver.step_id, user=to, passed_from=approver
    )
    audit.record(actor, "approval.passed_on", approval, {"approver": (str(approver), str(to))})


def _pending(actor: Actor, pk: int) -> Approval:
    approval = _locked(actor, pk)
    if approval.state != ApprovalState.PENDING:
        raise Refused(f"It is {approval.get_state_display().lower()} already.")
    return approval


def _locked(actor: Actor, pk: int) -> Approval:
    rows = Approval.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    approval = rows.filter(pk=pk).first()
    if approval is None:
        raise NotFound("That approval no longer exists.")
    return approval
