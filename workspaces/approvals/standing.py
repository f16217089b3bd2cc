"""How an approval stands, worked out from what was said."""

from collections import defaultdict
from dataclasses import dataclass, field

from workspaces.approvals.counting import NO, OPEN, YES, Counted, outcomes, verdict_of
from workspaces.approvals.models import (
    Approval,
    ApprovalState,
    ApprovalStep,
    Approver,
    Decision,
    Verdict,
)


@dataclass(slots=True)
class StepSoFar:
    """A step with those it asks, those who passed it on included, and their answers."""

    step: ApprovalStep
    approvers: list[Approver] = field(default_factory=list)
    answers: dict[int, Decision] = field(default_factory=dict)
    outcome: str = OPEN

    @property
    def asked(self) -> list[Approver]:
        return [one for one in self.approvers if not one.passed_on]

    @property
    def counted(self) -> Counted:
        said = [one.verdict for one in self.answers.values()]
        no = said.count(Verdict.REJECT)
        step = self.step
        return Counted(step.place, step.needed, len(self.asked), len(said) - no, no)


def steps_of(approval: Approval) -> list[StepSoFar]:
    """The steps in order, each with its outcome so far: three statements."""
    inside = approval.workspace_id
    steps = ApprovalStep.objects.in_workspace(inside).filter(approval=approval)
    found = {step.pk: StepSoFar(step) for step in steps.order_by("place", "pk")}
    approvers = Approver.objects.in_workspace(inside).filter(step__in=found)
    of: dict[int, int] = {}
    for approver in approvers.select_related("user", "passed_from__user").order_by("pk"):
        found[approver.step_id].approvers.append(approver)
        of[approver.pk] = approver.step_id
    for said in Decision.objects.in_workspace(inside).filter(approver__in=of):
        found[of[said.approver_id]].answers[said.approver_id] = said
    in_order = list(found.values())
    for step, outcome in zip(in_order, outcomes([one.counted for one in in_order]), strict=True):
        step.outcome = outcome
    return in_order


def open_steps(approval: Approval) -> set[int]:
    """The steps whose turn it is."""
    return {one.step.pk for one in steps_of(approval) if one.outcome == OPEN}


def outcome_of(approval: Approval) -> str:
    """The state that the answers amount to."""
    steps = steps_of(approval)
    match verdict_of([one.counted for one in steps]):
        case verdict if verdict == NO:
            return ApprovalState.REJECTED
        case verdict if verdict == YES:
            said = [one.verdict for step in steps for one in step.answers.values()]
            with_conditions = Verdict.CONDITIONS in said
            return ApprovalState.CONDITIONAL if with_conditions else ApprovalState.APPROVED
    return ApprovalState.PENDING


def people_asked(approvals: list[Approval]) -> dict[int, list[Approver]]:
    """Who is still to say something, by approval, their turn or not: one statement."""
    if not approvals:
        return {}
    rows = Approver.objects.in_workspace(approvals[0].workspace_id).filter(
        step__approval__in=approvals, passed_on=False, decision=None
    )
    found: dict[int, list[Approver]] = defaultdict(list)
    for approver in rows.select_related("user", "step").order_by("step__place", "pk"):
        found[approver.step.approval_id].append(approver)
    return found
