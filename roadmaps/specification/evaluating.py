"""How far the specification and the tests of launches are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from roadmaps.launches.models import Launch
from roadmaps.launches.states import Tier
from roadmaps.readiness.evaluators import (
    NOTHING,
    Evaluator,
    Finding,
    Missing,
    Red,
    register_evaluator,
    share,
)
from roadmaps.specification.models import (
    LineKind,
    QaRun,
    RoleSignOff,
    RunResult,
    SignRole,
    SpecLine,
    Verdict,
)

R = SignRole
ROLES: dict[str, tuple[SignRole, ...]] = {
    Tier.ONE: (R.TEST, R.PRODUCT, R.LEGAL, R.FINANCE, R.MARKETING),
    Tier.TWO: (R.TEST, R.PRODUCT, R.MARKETING),
    Tier.THREE: (R.TEST,),
}
SETTLED = (Verdict.CONFIRMED, Verdict.WAIVED)
TAB = "specification"


def specification(workspace_id: int, launches: Sequence[Launch]) -> Mapping[int, Finding]:
    """Every line is confirmed or waived; what there is no Go without must be confirmed."""
    held: dict[int, list[SpecLine]] = defaultdict(list)
    rows = SpecLine.objects.in_workspace(workspace_id).filter(launch__in=launches)
    for line in rows.order_by("pk"):
        held[line.launch_id].append(line)
    return {one.pk: _of_lines(held[one.pk]) for one in launches}


def _of_lines(lines: Sequence[SpecLine]) -> Finding:
    if not lines:
        red = Red("specification", "It has no specification yet", "Specification", TAB)
        return Finding(NOTHING, 0, (Missing("No specification yet", TAB),), (red,))
    missing = []
    for kind, word in ((LineKind.REQUIREMENT, "lines"), (LineKind.IMPROVEMENT, "improvements")):
        rows = [one for one in lines if one.kind == kind]
        left = sum(one.verdict not in SETTLED for one in rows)
        if left:
            missing.append(Missing(f"{left} of {len(rows)} {word} not confirmed", TAB))
    reds = tuple(
        Red(f"line:{one.pk}", f"{one}: {_stands(one)}", "No Go without it", TAB)
        for one in lines
        if one.must and one.verdict != Verdict.CONFIRMED
    )
    done = sum(one.verdict in SETTLED for one in lines)
    return Finding(share(done, len(lines)), len(lines), tuple(missing), reds)


def _stands(line: SpecLine) -> str:
    return "failed" if line.verdict == Verdict.FAILED else "not confirmed"


def testing(workspace_id: int, launches: Sequence[Launch]) -> Mapping[int, Finding]:
    """The newest run of each test passed, and each role its tier asks for has signed."""
    runs: dict[int, dict[str, QaRun]] = defaultdict(dict)
    rows = QaRun.objects.in_workspace(workspace_id).filter(launch__in=launches)
    for run in rows.order_by("pk"):
        runs[run.launch_id][f"{run.title}\n{run.setting}".casefold()] = run
    words: dict[int, dict[str, bool]] = defaultdict(dict)
    signed = RoleSignOff.objects.in_workspace(workspace_id).filter(launch__in=launches)
    for one in signed.order_by("pk"):
        words[one.launch_id][one.role] = one.agrees
    return {one.pk: _of_tests(one, runs[one.pk], words[one.pk]) for one in launches}


def _of_tests(launch: Launch, runs: Mapping[str, QaRun], words: Mapping[str, bool]) -> Finding:
    failed = [one for one in runs.values() if one.result == RunResult.FAILED]
    missing = [Missing(f"{one} failed", TAB) for one in failed]
    if not runs:
        missing.append(Missing("No test run yet", TAB))
    red = []
    for role in ROLES[launch.tier]:
        if not words.get(role):
            said = "said no" if role in words else "has not signed"
            missing.append(Missing(f"{role.label} {said}", TAB))
            red.append(Red(f"sign:{role}", f"{role.label} {said}", "Test & sign-off", TAB))
    good = len(runs) - len(failed) + len(ROLES[launch.tier]) - len(red)
    every = max(len(runs), 1) + len(ROLES[launch.tier])
    return Finding(share(good, every), len(runs) + len(words), tuple(missing), tuple(red))


def register() -> None:
    """Called from the app's ready()."""
    register_evaluator(
        Evaluator("specification", "Specification", "file-description", 10, 20, specification, TAB)
    )
    register_evaluator(Evaluator("testing", "Test & sign-off", "test-pipe", 20, 15, testing, TAB))
