"""Forecasts kept as they were first said in each state, and graded once a launch is out."""

from collections.abc import Sequence
from datetime import date

from roadmaps.launches.calendar import days_off
from roadmaps.launches.models import Launch, LaunchTask
from roadmaps.launches.states import LaunchState
from roadmaps.readiness.grading import graded
from roadmaps.readiness.models import LaunchForecast, Readiness

KEPT_IN = (LaunchState.BUILD, LaunchState.VERIFY, LaunchState.GO, LaunchState.SCHEDULED)


def keep_forecasts(
    workspace_id: int, launches: Sequence[Launch], standing: Sequence[Readiness]
) -> None:
    """Keep what is forecast now of launches that were never forecast in the state they are in."""
    found = {one.launch_id: one for one in standing}
    fresh = [
        LaunchForecast(
            workspace_id=workspace_id,
            launch=launch,
            state=launch.state,
            planned_on=launch.planned_on,
            likely_on=row.ready_on,
            sure_on=row.sure_on,
            chance=row.chance,
        )
        for launch in launches
        if launch.state in KEPT_IN
        and (row := found.get(launch.pk))
        and row.ready_on
        and row.sure_on
    ]
    LaunchForecast.objects.bulk_create(fresh, ignore_conflicts=True)


def grade_forecasts(launch: Launch) -> None:
    """Hold what was forecast of a launch that goes out now against the day it was ready."""
    rows = list(LaunchForecast.objects.in_workspace(launch.workspace_id).filter(launch=launch))
    if not rows or launch.launched_on is None:
        return
    actual, off = _ready_on(launch, launch.launched_on), days_off(launch.workspace_id)
    for one in rows:
        grade = graded(actual, one.likely_on, one.sure_on, off)
        one.actual_on, one.error, one.inside = actual, grade.error, grade.inside
    LaunchForecast.objects.bulk_update(rows, ["actual_on", "error", "inside"])


def _ready_on(launch: Launch, launched_on: date) -> date:
    """The day the last task up to the launch was done; the day it went where some were not."""
    tasks = LaunchTask.objects.in_workspace(launch.workspace_id).filter(launch=launch, day__lte=0)
    done = list(tasks.values_list("done_on", flat=True))
    days = [one for one in done if one is not None]
    return min(max(days), launched_on) if days and len(days) == len(done) else launched_on
