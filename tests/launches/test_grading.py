"""Forecasts are kept as they were first said, and graded once the launch is out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import today
from roadmaps.launches.models import LaunchTask
from roadmaps.launches.records import TASK
from roadmaps.readiness.drawing import learned
from roadmaps.readiness.grading import Grade, calibration, graded, reliability
from roadmaps.readiness.models import LaunchForecast
from roadmaps.readiness.pages import accuracy_of
from tests.factories.launches import LaunchFactory, LaunchTaskFactory
from tests.launches.conftest import recompute
from workspaces.records.services import change_record

MONDAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("actual", "grade"),
    [
        (0, Grade(0, True)),
        (4, Grade(4, True)),
        (7, Grade(5, True)),  # over a weekend: five working days
        (8, Grade(6, False)),
        (-3, Grade(-1, True)),  # the Friday before
        (5, Grade(4, True)),  # a Saturday is no working day
    ],
)
def test_a_forecast_is_off_by_working_days_and_holds_up_to_its_sure_day(actual, grade):
    day = MONDAY + timedelta(days=actual)
    assert graded(day, MONDAY, MONDAY + timedelta(days=7)) == grade


def test_days_off_are_no_error():
    friday, tuesday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=8)
    assert graded(tuesday, friday, friday, {MONDAY + timedelta(days=7)}) == Grade(1, False)


@given(st.lists(st.booleans(), max_size=40))
def test_calibration_is_the_share_that_held_and_too_few_says_so(held):
    found = calibration(held)
    assert (found.launches, found.inside) == (len(held), held.count(True))
    assert found.enough == (len(held) >= 10)
    assert found.missing == max(0, 10 - len(held))
    share = sum(held) / len(held) if held else None
    assert (found.share and float(found.share)) == (share and pytest.approx(share))


@pytest.fixture
def task(ready, workspace):
    return LaunchTaskFactory(workspace=workspace, launch=ready, day=-5, low=3, likely=5, high=9)


def test_a_forecast_is_kept_in_each_state_as_first_said_and_graded_when_it_goes(
    ready, task, move, said_go, member, client_of, workspace
):
    recompute(ready)
    assert not LaunchForecast.objects.exists()  # a plan promises nothing yet
    move(ready, "build")
    recompute(ready)
    first = LaunchForecast.objects.get()
    LaunchTask.objects.filter(pk=task.pk).update(high=200)
    recompute(ready)
    assert LaunchForecast.objects.get().sure_on == first.sure_on
    now = today(workspace.timezone)
    task.refresh_from_db()
    done = {"started_on": now, "done_on": now}
    change_record(member.actor, TASK, task.pk, task.version, done)
    move(ready, "verify", "go_no_go")
    said_go(ready)
    move(ready, "scheduled")
    recompute(ready)
    move(ready, "launched")

    rows = {one.state: one for one in LaunchForecast.objects.all()}
    assert set(rows) >= {"build", "scheduled"}
    assert rows["build"].actual_on == now
    assert rows["build"].inside
    assert rows["build"].error < 0
    assert (rows["scheduled"].error, rows["scheduled"].inside) == (0, True)
    page = client_of(member).get(f"/w/{workspace.slug}/launches/{ready.pk}/").content.decode()
    assert "Forecasts, graded" in page


def test_what_was_not_done_when_it_went_counts_as_ready_on_that_day(
    ready, task, move, said_go, member, workspace
):
    now = today(workspace.timezone)
    LaunchForecast.objects.create(
        workspace=workspace,
        launch=ready,
        state="build",
        planned_on=now,
        likely_on=now - timedelta(days=20),
        sure_on=now - timedelta(days=10),
    )
    LaunchTask.objects.filter(pk=task.pk).update(day=0)
    move(ready, "build", "verify", "go_no_go")
    said_go(ready)
    move(ready, "scheduled", "launched")
    row = LaunchForecast.objects.get(state="build")
    assert (row.actual_on, row.inside) == (now, False)
    assert row.error > 0


def _out(workspace, inside, number):
    launch = LaunchFactory(workspace=workspace, title=f"Out {number}")
    grade = {"actual_on": MONDAY, "error": 0}
    days = {"planned_on": MONDAY, "likely_on": MONDAY, "sure_on": MONDAY}
    for state, held in (("build", inside), ("scheduled", True)):
        LaunchForecast.objects.create(
            workspace=workspace, launch=launch, state=state, inside=held, **grade, **days
        )
    return launch


def test_over_all_launches_the_first_forecast_of_each_counts(
    member, outsider, workspace, client_of
):
    url = f"/w/{workspace.slug}/launches/"
    client = client_of(member)
    assert "Forecasts:" not in client.get(url).content.decode()
    for number in range(9):
        _out(workspace, number % 3 > 0, number)
    assert "too few to judge, 1 more needed" in client.get(url).content.decode()
    _out(workspace, True, 9)
    found = accuracy_of(member.actor).calibration
    assert (found.launches, found.inside, found.enough) == (10, 7, True)
    assert "7 ÷ 10 = 70 %, expected 85 %" in client.get(url).content.decode()
    assert accuracy_of(outsider.actor).calibration.launches == 0


def test_the_brier_score_is_the_mean_square_of_what_was_said_and_what_came():
    perfect = reliability([(Decimal(1), True), (Decimal(0), False)])
    half = reliability([(Decimal("0.5"), made) for made in (True, False, True)])
    mixed = reliability([(Decimal("0.9"), True), (Decimal("0.8"), False), (Decimal("0.3"), False)])

    assert reliability([]) is None
    assert perfect.brier == 0
    assert half.brier == Decimal("0.25")
    assert mixed.brier == (Decimal("0.01") + Decimal("0.64") + Decimal("0.09")) / 3
    assert [(one.launches, one.said, one.came) for one in mixed.bands] == [
        (1, Decimal("0.3"), 0),
        (2, Decimal("0.85"), Decimal("0.5")),
    ]
    assert [one.launches for one in perfect.bands] == [1, 1]


def test_what_was_said_of_planned_days_is_held_against_what_came(
    member, outsider, workspace, client_of
):
    for number in range(10):
        launch = _out(workspace, True, number)
        rows = LaunchForecast.objects.filter(launch=launch, state="build")
        late = timedelta(days=number % 2)  # every other one was a day late
        rows.update(chance=Decimal("0.5"), actual_on=MONDAY + late)

    found = accuracy_of(member.actor)

    assert found.reliability.brier == Decimal("0.25")
    assert found.bands == [(10, 50, 50)]
    assert accuracy_of(outsider.actor).reliability is None
    page = client_of(member).get(f"/w/{workspace.slug}/launches/").content.decode()
    assert "Brier score 0.25" in page


def test_how_long_tasks_took_is_learned_from_those_that_were_done(workspace):
    points = {"low": 2, "likely": 2, "high": 2, "key": "photos"}
    for days in (0, 1, 3):
        LaunchTaskFactory(
            workspace=workspace,
            started_on=MONDAY,
            done_on=MONDAY + timedelta(days=days),
            **points,
        )
    LaunchTaskFactory(workspace=workspace, started_on=MONDAY, **points)  # not done: says nothing
    LaunchTaskFactory(started_on=MONDAY, done_on=MONDAY, **points)  # another workspace's
    assert sorted(learned(workspace.pk).ratios["photos"]) == [0.5, 1.0, 2.0]
