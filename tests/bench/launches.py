"""What readiness costs at its size: launches worked out over the one statement that would do, and
the forecast of a large plan.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.db import connection, transaction

from core.clock import today
from roadmaps.launches.models import Launch, LaunchTask
from roadmaps.readiness.durations import three_points
from roadmaps.readiness.forecast import DRAWS, Discovery, Task, forecast
from roadmaps.readiness.models import ReadinessSnapshot
from roadmaps.readiness.recompute import recompute_readiness
from roadmaps.specification.models import QaRun, SpecLine
from tests.bench.load import Timing, timing
from tests.bench.machine import watched
from tests.bench.table import Line, Table
from workspaces.members.models import Workspace

LAUNCHES, LINES, TASKS, RUNS = 500, 50, 30, 20  # 100 pieces of evidence each
# Rows become Python objects, which the statement below spares itself: 49 times it at first measure.
OVER_SQL, PLAN, FORECAST_MS = 60, 200, 1_000
# All three counted and written at once: what a database does at its best, without saying why.
BARE = """
UPDATE roadmaps_readiness r SET score = found.score, checked_at = now() FROM (
    SELECT l.id, round(100 * (coalesce(s.done, 0) + coalesce(t.done, 0) + coalesce(q.done, 0)) / 3,
        2) AS score
    FROM roadmaps_launch l
    LEFT JOIN (SELECT launch_id, avg((verdict IN ('confirmed', 'waived'))::int) AS done
        FROM roadmaps_specline WHERE workspace_id = %(w)s AND deleted_at IS NULL GROUP BY 1) s
        ON s.launch_id = l.id
    LEFT JOIN (SELECT launch_id, avg((done_on IS NOT NULL)::int) AS done FROM roadmaps_launchtask
        WHERE workspace_id = %(w)s AND deleted_at IS NULL AND day <= 0 GROUP BY 1) t
        ON t.launch_id = l.id
    LEFT JOIN (SELECT launch_id, avg((result = 'passed')::int) AS done FROM (
        SELECT DISTINCT ON (launch_id, title, setting) launch_id, result FROM roadmaps_qarun
        WHERE workspace_id = %(w)s ORDER BY launch_id, title, setting, id DESC) newest GROUP BY 1) q
        ON q.launch_id = l.id
    WHERE l.workspace_id = %(w)s AND l.deleted_at IS NULL
) found WHERE found.id = r.launch_id
"""


def run(workspace: Workspace, table: Table, *, quick: bool = False) -> None:
    """Fill the launches of the bench's workspace, then work them out again and again."""
    samples = 3 if quick else 10
    keys = _fill(workspace)
    with transaction.atomic():
        recompute_readiness(workspace.pk, keys)  # the first time all forecasts are drawn
    shots = ReadinessSnapshot.objects.in_workspace(workspace.pk).filter(current=True)
    pieces = min(shots.values_list("pieces", flat=True))
    if pieces < LINES + TASKS + RUNS:
        raise AssertionError(f"{pieces} pieces of evidence, not as many as were made")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE roadmaps_specline, roadmaps_launchtask, roadmaps_qarun")
    with watched() as watch:
        floor = _timed(lambda: _bare(workspace), samples)
        ours = _timed(lambda: recompute_readiness(workspace.pk, keys), samples)
    what = f"{LAUNCHES} launches worked out: p50"
    why = "It says what is missing and where, holds the gates, and keeps every outcome."
    table.add(Line("", what, ours.p50, floor.p50, OVER_SQL, foreign=watch.foreign, why=why))
    _forecasts(table, samples)


def _fill(workspace: Workspace) -> list[str]:
    here = {"workspace": workspace}
    day = today(workspace.timezone) + timedelta(days=60)
    launches = Launch.objects.bulk_create(
        Launch(**here, title=f"Launch {number}", planned_on=day) for number in range(LAUNCHES)
    )
    SpecLine.objects.bulk_create(
        SpecLine(
            **here,
            launch=launch,
            title=f"Line {number}",
            actual="5,212",
            verdict="confirmed" if number % 5 else "open",
        )
        for launch in launches
        for number in range(LINES)
    )
    LaunchTask.objects.bulk_create(
        LaunchTask(
            **here,
            launch=launch,
            title=f"Task {number}",
            day=-number,
            due_on=day - timedelta(days=number),
            started_on=today(workspace.timezone) if number % 2 else None,
            done_on=today(workspace.timezone) if number % 2 else None,
        )
        for launch in launches
        for number in range(TASKS)
    )
    QaRun.objects.bulk_create(
        QaRun(**here, launch=launch, title=f"Test {number}", result="passed")
        for launch in launches
        for number in range(RUNS)
    )
    return [f"launch:{one.pk}" for one in launches]


def _bare(workspace: Workspace) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, {"w": workspace.pk})


def _forecasts(table: Table, samples: int) -> None:
    """A plan of many tasks that wait for one another, with work that is still to be found."""
    rng = Random(7)
    tasks = [
        Task(
            key,
            three_points(1 + key % 3, 3 + key % 5, 8 + key % 7),
            tuple({rng.randint(max(0, key - 15), key - 1) for _ in range(min(key, 2))}),
        )
        for key in range(PLAN)
    ]
    found = Discovery(4.0, 2.0)
    with watched() as watch:
        ours = _timed(lambda: forecast(tasks, seed=7, days=60, found=found), samples)
    what = f"forecast of {PLAN} tasks × {DRAWS:,} draws"
    table.add(Line("", what, ours.p50, None, FORECAST_MS, foreign=watch.foreign))


def _timed(act: Callable[[], object], samples: int) -> Timing:
    with transaction.atomic():
        act()
    spent = []
    for _ in range(samples):
        start = time.perf_counter()
        with transaction.atomic():
            act()
        spent.append((time.perf_counter() - start) * 1_000)
    return timing(spent)
