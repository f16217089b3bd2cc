"""What the tabs of a launch show."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.clock import today
from products.compliance.reports import Standings, rules_at_all
from products.compliance.states import STATUS_TONES
from roadmaps.documents.pages import documents
from roadmaps.launches.models import (
    Launch,
    LaunchTask,
    TaskOrder,
    TierConfirmation,
)
from roadmaps.launches.offers import offers_for
from roadmaps.launches.records import LAUNCH, TASK
from roadmaps.launches.scope import LINKS
from roadmaps.launches.services import CONFIRMATIONS
from roadmaps.launches.states import (
    BEYOND_GO,
    CRITERIA,
    ENDED,
    FROZEN,
    MARKETING,
    MOST_POINTS,
    MOVES,
    Lane,
    LaunchState,
    tier_of,
    tier_score,
    why_needed,
)
from roadmaps.readiness.lawful import Scope, judged_on
from roadmaps.readiness.models import GateOverride
from roadmaps.readiness.pages import ReadinessPage
from roadmaps.slots.pages import planned, slots
from roadmaps.specification.evaluating import ROLES
from roadmaps.specification.models import QaRun, RoleSignOff, RunResult, SignRole, SpecLine, Verdict
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.approvals.models import Approval
from workspaces.approvals.pages import beside_record, lines
from workspaces.members.people import people_of
from workspaces.records import refs
from workspaces.records.kinds import KINDS

SHOWN, RUNS = 500, 100
LINE = "roadmaps.specline"


def moves(actor: Actor, launch: Launch) -> list[tuple[str, str, str]]:
    """The states a launch can go to, each with the question it has to answer."""
    if not actor.can(Perm.ROADMAP_EDIT):
        return []
    ways = [one for one in LaunchState if one in MOVES[launch.state]]
    return [(one.value, one.label, why_needed(launch.state, one)) for one in ways]


def readiness(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """The score, why, when, and what is in the way."""
    return "launches/readiness.html", {"page": ReadinessPage(request.actor, launch)}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the plan, and what it waits for."""

    task: LaunchTask
    url: str
    late: bool
    waits: list[LaunchTask]


def plan(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """What it brings where, its tasks by lane, and what its template says by now."""
    actor = request.actor
    edits = actor.can(Perm.ROADMAP_EDIT) and launch.state not in ENDED
    tasks = _task_lines(actor, launch)
    return "launches/plan.html", {
        "lanes": [
            (lane, lane.label, [one for one in tasks if one.task.lane == lane]) for lane in Lane
        ],
        "titles": sorted({one.task.title for one in tasks}),
        "people": [(one.pk, str(one)) for one in people_of(actor)] if edits else [],
        "offers": offers_for(actor, launch) if edits else [],
        "conflicts": planned(actor, launch),
        "scopes": _scopes(actor, launch),
        "edits": edits,
        "scoped": edits and launch.state not in BEYOND_GO,
        "lane_choices": Lane.choices,
    }


def marketing(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """What is done for its marketing before, during and after the day."""
    actor = request.actor
    edits = actor.can(Perm.ROADMAP_EDIT) and launch.state not in ENDED
    tasks = [one for one in _task_lines(actor, launch) if one.task.lane in MARKETING]
    return "launches/marketing.html", {
        "lanes": [
            (lane, lane.label.partition(" ")[2], [one for one in tasks if one.task.lane == lane])
            for lane in MARKETING
        ],
        "many": len(tasks),
        "done": sum(one.task.done_on is not None for one in tasks),
        "people": [(one.pk, str(one)) for one in people_of(actor)] if edits else [],
        "edits": edits,
    }


def _task_lines(actor: Actor, launch: Launch) -> list[TaskLine]:
    rows = LaunchTask.objects.visible_to(actor).filter(launch=launch).select_related("owner")
    tasks = {one.pk: one for one in rows.order_by("due_on", "day", "pk")[:SHOWN]}
    orders = TaskOrder.objects.visible_to(actor).filter(after__launch=launch)
    waits: dict[int, list[LaunchTask]] = {}
    for before, after in orders.order_by("pk").values_list("before", "after"):
        if before in tasks:
            waits.setdefault(after, []).append(tasks[before])
    now = today(actor.workspace.timezone)
    return [
        TaskLine(
            one,
            refs.url_of(actor, TASK, one.pk),
            one.done_on is None and one.due_on < now,
            waits.get(one.pk, []),
        )
        for one in tasks.values()
    ]


def _scopes(actor: Actor, launch: Launch) -> list[dict[str, Any]]:
    """Products, markets, segments and items: what it has of each, and what could be added."""
    found = []
    for what, (link, target, name) in LINKS.items():
        kind = target._meta.label_lower
        rows: Any = link.objects.visible_to(actor)
        held = [getattr(one, name) for one in rows.filter(launch=launch).select_related(name)]
        options: Any = target.objects.visible_to(actor)
        others = options.exclude(pk__in=[one.pk for one in held]).order_by(
            "title" if what == "items" else "name", "pk"
        )
        readable = kind in KINDS and actor.can(KINDS[kind].reads)
        found.append(
            {
                "what": what,
                "label": "From the roadmap" if what == "items" else what.capitalize(),
                "name": name,
                "held": [
                    (one, refs.url_of(actor, KINDS[kind], one.pk) if readable else "")
                    for one in held
                ],
                "others": [(one.pk, str(one)) for one in others[:SHOWN]],
            }
        )
    return found


def specification(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """Line by line what is required and what was found; tests; and each role's word."""
    actor = request.actor
    rows = SpecLine.objects.visible_to(actor).filter(launch=launch).select_related("judged_by")
    found = list(rows.order_by("kind", "pk")[:SHOWN])
    runs = QaRun.objects.visible_to(actor).filter(launch=launch).select_related("run_by")
    signed: dict[str, RoleSignOff] = {}
    words = RoleSignOff.objects.visible_to(actor).filter(launch=launch).select_related("user")
    for one in words.order_by("pk"):
        signed[one.role] = one
    asked = ROLES[launch.tier]
    mine = next((one.role for one in signed.values() if one.user_id == actor.user.pk), None)
    return "launches/specification.html", {
        "groups": [
            (
                label,
                [
                    (one, refs.url_of(actor, KINDS[LINE], one.pk))
                    for one in found
                    if one.kind == kind
                ],
            )
            for kind, label in (("requirement", "Requirements"), ("improvement", "Improvements"))
        ],
        "runs": runs.order_by("-pk")[:RUNS],
        "roles": [(role, role.label, role in asked, signed.get(role)) for role in SignRole],
        "speaks_for": [(one.value, one.label) for one in SignRole if mine in (None, one)],
        "verdicts": Verdict.choices,
        "results": RunResult.choices,
        "frozen": launch.state in FROZEN,
        "edits": actor.can(Perm.ROADMAP_EDIT) and launch.state not in ENDED,
        "lines_url": reverse(
            "workspaces:records", args=[actor.workspace.slug, KINDS[LINE].address]
        ),
    }


def compliance(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """What the law asks of each product in each market, as it stands on the day it goes."""
    actor, workspace = request.actor, request.actor.workspace
    scope = Scope(workspace.pk, [launch])
    pairs = list(scope.pairs(launch.pk))
    day = judged_on(launch, workspace.timezone)
    rows = Standings(workspace.pk, scope.products, scope.markets).on(day, pairs)
    return "launches/compliance.html", {
        "lines": [
            (one, STATUS_TONES[one.status], scope.products[one.product_id], market)
            for one in rows[:SHOWN]
            for market in [scope.markets[one.market_id]]
        ],
        "pairs": len(pairs),
        "counted": len(rows),
        "red": sum(one.red for one in rows),
        "day": day,
        "rules": rules_at_all(workspace.pk),
        "exports": actor.can(Perm.DATA_EXPORT) and actor.can(Perm.DOCUMENTS_VIEW),
        "chooses": actor.can(Perm.COMPLIANCE_REVIEW),
        "packs_url": reverse("products:rule_packs", args=[workspace.slug]),
    }


def approvals(request: WorkspaceRequest, launch: Launch) -> tuple[str, dict[str, Any]]:
    """Its tier, what was asked of whom, and every override there ever was."""
    actor = request.actor
    page = ReadinessPage(actor, launch)
    confirmed = TierConfirmation.objects.visible_to(actor).filter(launch=launch)
    people = list(confirmed.select_related("user").order_by("pk"))
    rows = Approval.objects.visible_to(actor).about(LAUNCH.name, launch.pk)
    rows_of_gates = GateOverride.objects.visible_to(actor).filter(launch=launch)
    people_of_gates = rows_of_gates.select_related("asked_by", "confirmed_by")
    overrides = [(one, _holds(one, launch)) for one in people_of_gates.order_by("-pk")]
    asked = {one.key for one, holds in overrides if holds}
    return "launches/approvals.html", {
        "page": page,
        "confirmed": people,
        "confirmations": CONFIRMATIONS,
        "may_confirm": launch.points and actor.user.pk not in {one.user_id for one in people},
        "criteria": [(one, launch.points.get(one.key)) for one in CRITERIA],
        "points": range(MOST_POINTS + 1),
        "points_sum": tier_score(launch.points),
        "points_tier": tier_of(launch.points).label if launch.points else "",
        "lines": lines(actor, list(rows.select_related("requested_by")[:SHOWN])),
        "beside": beside_record(request, LAUNCH, launch),
        "overrides": overrides,
        "open_gates": [one for one in page.first_gates if one.gate.key not in asked],
        "edits": actor.can(Perm.ROADMAP_EDIT) and launch.state not in ENDED,
        "scoped": actor.can(Perm.ROADMAP_EDIT) and launch.state not in (*BEYOND_GO, *ENDED),
        **slots(actor, launch),
    }


def _holds(one: GateOverride, launch: Launch) -> bool:
    """Whether an override is for the launch as it is, so that it can be confirmed or counts."""
    same = (one.planned_on, one.tier) == (launch.planned_on, launch.tier)
    return same and one.ended_at is None and one.asked_by_id is not None


TABS = {
    "overview": ("Readiness", readiness),
    "plan": ("Plan", plan),
    "specification": ("Specification", specification),
    "compliance": ("Compliance", compliance),
    "documents": ("Documents", documents),
    "marketing": ("Marketing", marketing),
    "approvals": ("Approvals", approvals),
}
