"""Readiness brought up to date: areas, gates, score and forecast of launches that are ahead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.clock import today
from core.db import lock_keys
from roadmaps.launches.models import Launch
from roadmaps.launches.states import ENDED, OUT
from roadmaps.marking import ALL, READINESS
from roadmaps.readiness.drawing import drawn, learned, networks
from roadmaps.readiness.evaluators import Evaluator, Finding, Red, evaluators_in_order
from roadmaps.readiness.models import (
    GateOverride,
    ManualScore,
    Readiness,
    ReadinessModel,
    ReadinessSnapshot,
    RedGate,
)
from roadmaps.readiness.recompute_forecasts import keep_forecasts
from roadmaps.readiness.scoring import Area, readiness
from roadmaps.readiness.weighing import models_of, weight_of
from workspaces.members.models import Workspace
from workspaces.staleness.models import StaleMark

WEEK = timedelta(days=7)
BATCH = 500
DRAWN = ("early_on", "ready_on", "sure_on", "late_on", "chance", "network", "actions")
NIGHTLY = "time passed"
LONGEST_CAUSES = 280


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out of one launch."""

    launch: Launch
    weighed: ReadinessModel
    score: Decimal
    capped: Decimal
    areas: list[dict[str, Any]]
    pieces: int
    red: dict[str, tuple[str, Red]]


def recompute_readiness(workspace_id: int, keys: Sequence[str]) -> None:
    """Refresh the launches named by `keys` (`launch:7`, `all`)."""
    if ALL in keys:
        recompute_all_readiness(workspace_id)
        return
    _recompute(workspace_id, sorted(int(key.removeprefix("launch:")) for key in keys))


def recompute_all_readiness(workspace_id: int) -> None:
    """Refresh every launch, so that time alone lowers what it should."""
    rows = Launch.objects.in_workspace(workspace_id).exclude(state__in=ENDED)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _recompute(workspace_id, ids[start : start + BATCH])


@transaction.atomic(savepoint=False)
def _recompute(workspace_id: int, ids: Sequence[int]) -> None:
    lock_keys(READINESS, [f"{workspace_id}:{pk}" for pk in ids])
    rows = Launch.objects.in_workspace(workspace_id).filter(pk__in=ids).exclude(state__in=ENDED)
    launches = list(rows.order_by("pk"))
    if not launches:
        return
    causes = _causes(workspace_id)
    worked = _work_out(workspace_id, launches)
    _write_gates(workspace_id, worked)
    _write_snapshots(workspace_id, worked, causes)
    _write_standing(workspace_id, worked)


def _causes(workspace_id: int) -> dict[int, list[str]]:
    """What each launch was marked for, the oldest first."""
    marks = StaleMark.objects.in_workspace(workspace_id).filter(topic=READINESS)
    found: dict[int, list[str]] = defaultdict(list)
    for key, cause in marks.order_by("pk").values_list("key", "cause"):
        name, _, number = key.partition(":")
        if name == "launch" and cause not in found[int(number)]:
            found[int(number)].append(cause)
    return found


def _told(causes: Sequence[str]) -> str:
    """The causes in one line that fits, and how many more there were."""
    said = ""
    for number, one in enumerate(causes):
        longer = f"{said}; {one}" if said else one
        if len(longer) > LONGEST_CAUSES:
            return f"{said}; and {len(causes) - number} more"
        said = longer
    return said or NIGHTLY


def _work_out(workspace_id: int, launches: Sequence[Launch]) -> list[Worked]:
    areas = evaluators_in_order()
    found = {one.key: one.evaluate(workspace_id, launches) for one in areas}
    weighed = models_of(workspace_id)
    by_hand: dict[tuple[int, str], ManualScore] = {}
    rows = ManualScore.objects.in_workspace(workspace_id).filter(launch__in=launches, ended_at=None)
    for one in rows.select_related("user"):
        by_hand[(one.launch_id, one.area)] = one
    overridden = overrides_in_force(workspace_id, launches)
    return [
        _of_launch(one, weighed[one.tier], areas, found, by_hand, overridden[one.pk])
        for one in launches
    ]


def overrides_in_force(
    workspace_id: int, launches: Sequence[Launch]
) -> dict[int, dict[str, GateOverride]]:
    """By launch and gate what two people, both still known, let pass for the day it has now."""
    rows = GateOverride.objects.in_workspace(workspace_id).filter(
        launch__in=launches, ended_at=None, asked_by__isnull=False, confirmed_by__isnull=False
    )
    held: dict[int, dict[str, GateOverride]] = defaultdict(dict)
    known = {one.pk: (one.planned_on, one.tier) for one in launches}
    for one in rows.select_related("asked_by", "confirmed_by"):
        if known[one.launch_id] == (one.planned_on, one.tier):
            held[one.launch_id][one.key] = one
    return held


def _of_launch(
    launch: Launch,
    weighed: ReadinessModel,
    areas: Sequence[Evaluator],
    found: Mapping[str, Mapping[int, Finding]],
    by_hand: Mapping[tuple[int, str], ManualScore],
    overridden: Mapping[str, GateOverride],
) -> Worked:
    parts: list[Area] = []
    shown: list[dict[str, Any]] = []
    red: dict[str, tuple[str, Red]] = {}
    pieces = 0
    for area in areas:
        finding = found[area.key].get(launch.pk)
        if finding is None:
            continue
        hand = by_hand.get((launch.pk, area.key))
        part = Area(area.key, weight_of(weighed.weights, area), hand.done if hand else finding.done)
        parts.append(part)
        pieces += finding.pieces
        red |= {one.key: (area.label, one) for one in finding.red}
        shown.append(_shown(area, part, finding, hand))
    locked = any(key not in overridden for key in red)
    outcome = readiness(parts, red=locked, cap=weighed.cap)
    for one in shown:
        one["lost"] = str(outcome.lost[one["key"]])
        one["points"] = str(outcome.points[one["key"]])
    return Worked(launch, weighed, outcome.score, outcome.capped, shown, pieces, red)


def _shown(
    area: Evaluator, part: Area, finding: Finding, hand: ManualScore | None
) -> dict[str, Any]:
    said = None
    if hand:
        by = str(hand.user) if hand.user else "Former member"
        said = {"reason": hand.reason, "by": by, "computed": str(finding.done)}
    return {
        "key": area.key,
        "label": area.label,
        "icon": area.icon,
        "tab": area.tab,
        "weight": f"{part.weight.normalize():f}",
        "done": str(part.done),
        "missing": [{"text": one.text, "to": one.to} for one in finding.missing],
        "hand": said,
    }


def _write_gates(workspace_id: int, worked: Sequence[Worked]) -> None:
    """The red gates as rows: those that stay keep since when."""
    ids = [one.launch.pk for one in worked]
    held: dict[int, dict[str, RedGate]] = defaultdict(dict)
    for row in RedGate.objects.in_workspace(workspace_id).filter(launch__in=ids):
        held[row.launch_id][row.key] = row
    fresh: list[RedGate] = []
    gone: list[int] = []
    changed: list[RedGate] = []
    for one in worked:
        known = held[one.launch.pk]
        gone += [gate.pk for key, gate in known.items() if key not in one.red]
        for key, (area, red) in one.red.items():
            said = {"area": area, "title": red.title[:300], "note": red.note[:300], "to": red.to}
            gate = known.get(key)
            if gate is None:
                fresh.append(RedGate(workspace_id=workspace_id, launch=one.launch, key=key, **said))
            elif any(getattr(gate, name) != value for name, value in said.items()):
                for name, value in said.items():
                    setattr(gate, name, value)
                changed.append(gate)
    RedGate.objects.in_workspace(workspace_id).filter(pk__in=gone).delete()
    RedGate.objects.bulk_update(changed, ["area", "title", "note", "to"], batch_size=BATCH)
    RedGate.objects.bulk_create(fresh, batch_size=BATCH)


def _write_snapshots(
    workspace_id: int, worked: Sequence[Worked], causes: Mapping[int, list[str]]
) -> None:
    """A new row for each launch whose outcome differs from its current one."""
    rows = ReadinessSnapshot.objects.in_workspace(workspace_id).filter(current=True)
    held = {one.launch_id: one for one in rows.filter(launch__in=[w.launch.pk for w in worked])}
    fresh, gone = [], []
    for one in worked:
        before = held.get(one.launch.pk)
        if before is not None:
            was = (before.weighed_id, before.score, before.capped, before.areas, before.pieces)
            if was == (one.weighed.pk, one.score, one.capped, one.areas, one.pieces):
                continue
            gone.append(before.pk)
        fresh.append(
            ReadinessSnapshot(
                workspace_id=workspace_id,
                launch=one.launch,
                weighed=one.weighed,
                score=one.score,
                capped=one.capped,
                areas=one.areas,
                pieces=one.pieces,
                causes=_told(causes.get(one.launch.pk, [])),
            )
        )
    rows.filter(pk__in=gone).update(current=False)
    ReadinessSnapshot.objects.bulk_create(fresh, batch_size=BATCH)


def _write_standing(workspace_id: int, worked: Sequence[Worked]) -> None:
    """Where each launch stands now, with its forecast where what it is drawn from changed."""
    launches = [one.launch for one in worked]
    rows = Readiness.objects.in_workspace(workspace_id).filter(launch__in=launches)
    held = {one.launch_id: one for one in rows}
    now, day = timezone.now(), today(Workspace.objects.get(pk=workspace_id).timezone)
    older = ReadinessSnapshot.objects.in_workspace(workspace_id).filter(
        launch__in=launches, made_at__lte=now - WEEK
    )
    week = dict(older.order_by("launch", "-pk").distinct("launch").values_list("launch", "score"))
    overridden = overrides_in_force(workspace_id, launches)
    ahead = [one for one in launches if one.state not in OUT]
    known, nets = learned(workspace_id), networks(workspace_id, ahead)
    fresh: list[Readiness] = []
    kept: list[Readiness] = []
    for one in worked:
        pk = one.launch.pk
        row = held.get(pk) or Readiness(workspace_id=workspace_id, launch=one.launch)
        row.score, row.before, row.checked_at = one.score, week.get(pk), now
        row.red = sum(key not in overridden[pk] for key in one.red)
        if pk in nets:
            columns = drawn(one.launch, *nets[pk], known, day, row.network)
            for name, value in (columns or {}).items():
                setattr(row, name, value)
        (kept if pk in held else fresh).append(row)
    Readiness.objects.bulk_create(fresh, batch_size=BATCH)
    Readiness.objects.bulk_update(
        kept, ["score", "before", "red", "checked_at", *DRAWN], batch_size=BATCH
    )
    keep_forecasts(workspace_id, launches, [*fresh, *kept])
