"""The forecast of a launch: its open tasks, what is known of such tasks, and its working days."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from roadmaps.launches.calendar import days_off
from roadmaps.launches.models import Launch, LaunchTask, TaskOrder
from roadmaps.launches.states import OUT
from roadmaps.readiness.durations import durations
from roadmaps.readiness.forecast import Discovery, Task, discovered, forecast
from roadmaps.readiness.workdays import days_between, working_day

RECENT = 2_000
MOST_ACTIONS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What a workspace has learned: how long tasks took over what was thought, and found work."""

    ratios: Mapping[str, Sequence[float]]
    found: Sequence[int]
    off: frozenset[date]


def learned(workspace_id: int) -> Known:
    """From the tasks that were done and the launches that are out. A few statements."""
    rows = LaunchTask.objects.in_workspace(workspace_id).exclude(key="")
    done = rows.filter(started_on__isnull=False, done_on__isnull=False).order_by("-done_on", "-pk")
    off = days_off(workspace_id)
    ratios: dict[str, list[float]] = defaultdict(list)
    for one in done[:RECENT]:
        mean = float(one.low + 4 * one.likely + one.high) / 6
        if mean and one.started_on and one.done_on:
            ratios[one.key].append(days_between(one.started_on, one.done_on, off) / mean)
    out = Launch.objects.in_workspace(workspace_id).filter(state__in=OUT, template__isnull=False)
    counts = dict.fromkeys(out.values_list("pk", flat=True), 0)
    extra = LaunchTask.objects.in_workspace(workspace_id).filter(launch__in=counts, key="")
    for pk in extra.values_list("launch", flat=True):
        counts[pk] += 1
    return Known(ratios, list(counts.values()), off)


def networks(
    workspace_id: int, launches: Sequence[Launch]
) -> dict[int, tuple[list[LaunchTask], dict[int, list[int]], int]]:
    """By launch: its tasks up to its day that are open, what each waits for, how many in all."""
    tasks = LaunchTask.objects.in_workspace(workspace_id).filter(launch__in=launches, day__lte=0)
    open_ones: dict[int, list[LaunchTask]] = defaultdict(list)
    many: dict[int, int] = defaultdict(int)
    for one in tasks.order_by("pk"):
        many[one.launch_id] += 1
        if one.done_on is None:
            open_ones[one.launch_id].append(one)
    orders = TaskOrder.objects.in_workspace(workspace_id).filter(after__launch__in=launches)
    waits: dict[int, list[int]] = defaultdict(list)
    for before, after in orders.order_by("pk").values_list("before", "after"):
        waits[after].append(before)
    return {one.pk: (open_ones[one.pk], waits, many[one.pk]) for one in launches}


def drawn(
    launch: Launch,
    tasks: Sequence[LaunchTask],
    waits: Mapping[int, Sequence[int]],
    many: int,
    known: Known,
    now: date,
    held: str,
) -> dict[str, Any] | None:
    """The columns of its forecast; None where it was drawn from the same already."""
    network = _network(tasks, waits, known, now)
    left = len(tasks) / many if many else 0.0
    found = discovered(known.found, left) if tasks else Discovery()
    print_ = _fingerprint(launch, now, network, found, known.off)
    if print_ == held:
        return None
    room = days_between(now, launch.planned_on, known.off)
    drawn_ = forecast(network, seed=launch.pk, days=room, found=found)
    titles = {one.pk: one.title for one in tasks}
    days = [drawn_.within(each) for each in (0.1, 0.5, 0.85, 0.9)]
    early, ready, sure, late = (working_day(now, each, known.off) for each in days)
    chance = Decimal(str(round(drawn_.chance(room), 4)))
    if launch.planned_on < now:
        chance = Decimal(0 if tasks else 1)
    return {
        "early_on": early,
        "ready_on": ready,
        "sure_on": sure,
        "late_on": late,
        "chance": chance,
        "network": print_,
        "actions": [
            {"task": one.task, "title": titles[one.task], "gain": round(one.gain, 4)}
            for one in drawn_.actions[:MOST_ACTIONS]
        ],
    }


def _network(
    tasks: Iterable[LaunchTask], waits: Mapping[int, Sequence[int]], known: Known, now: date
) -> list[Task]:
    return [
        Task(
            one.pk,
            durations(
                float(one.low), float(one.likely), float(one.high), known.ratios.get(one.key, ())
            ),
            waits.get(one.pk, ()),
            max(days_between(one.started_on, now, known.off) - 1.0, 0.0)
            if one.started_on
            else None,
        )
        for one in tasks
    ]


def _fingerprint(
    launch: Launch, now: date, network: Sequence[Task], found: Discovery, off: frozenset[date]
) -> str:
    """Names everything a forecast is drawn from."""
    parts = [
        [launch.pk, str(launch.planned_on), str(now), found.mean, found.shape],
        [
            [one.key, sum(one.durations), len(one.durations), list(one.after), one.worked]
            for one in network
        ],
        sorted(str(day) for day in off),
    ]
    return sha256(json.dumps(parts).encode()).hexdigest()
