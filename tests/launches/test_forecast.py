"""Forecasts as arithmetic, against what is known in closed form."""

from datetime import date
from math import log
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.items.scheduling import Bar, Bond, Plan
from roadmaps.readiness.durations import durations, three_points
from roadmaps.readiness.forecast import Discovery, Task, critical_path, discovered, forecast
from roadmaps.readiness.workdays import days_between, moved, working_day

# A textbook network: tasks A to G, their days and what they wait for. Critical: A, C, E, G.
TEXTBOOK = {
    1: (3, []),
    2: (4, [1]),
    3: (6, [1]),
    4: (2, [2]),
    5: (5, [3]),
    6: (4, [3]),
    7: (2, [4, 5, 6]),
}


def certain(network):
    return [Task(key, (float(days),), after) for key, (days, after) in network.items()]


def test_a_chain_takes_the_sum_of_its_means():
    points = [(1, 2, 6), (3, 4, 5), (2, 8, 10), (0, 1, 9)]
    tasks = [Task(n, three_points(*one), [n - 1]) for n, one in enumerate(points)]

    found = forecast(tasks, seed=7)

    means = sum((low + 4 * likely + high) / 6 for low, likely, high in points)
    assert found.mean == pytest.approx(means, abs=0.05)


def test_the_later_of_two_exponential_tasks_is_expected_after_one_and_a_half():
    exponential = tuple(-log(1 - (place + 0.5) / 2_000) for place in range(2_000))

    found = forecast([Task(1, exponential), Task(2, exponential)], seed=7)

    assert found.mean == pytest.approx(1.5, abs=0.03)


def test_certain_durations_are_the_critical_path():
    tasks = certain(TEXTBOOK)

    found = forecast(tasks, seed=1, draws=50)

    assert critical_path(tasks) == (16.0, [1, 3, 5, 7])
    assert found.totals[0] == found.totals[-1] == 16
    assert (found.chance(15), found.chance(16)) == (0, 1)
    assert _critical_by_the_roadmap(TEXTBOOK) == {1, 3, 5, 7}


def _critical_by_the_roadmap(network):
    """The same network through the roadmap's critical path, its bars as early as they can be."""
    starts, bonds = {}, []
    for key, (_, after) in network.items():
        starts[key] = max((starts[one] + network[one][0] for one in after), default=0)
        bonds += [Bond(one, key) for one in after]
    bars = {key: Bar(start, start + network[key][0]) for key, start in starts.items()}
    return Plan(bars, bonds).critical


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_certain_networks_take_their_longest_chain(seed):
    rng = Random(seed)
    network = {
        key: (rng.randint(0, 9), [one for one in range(1, key) if rng.random() < 0.3])
        for key in range(1, rng.randint(2, 12))
    }
    ends = {}
    for key, (days, after) in network.items():
        ends[key] = days + max((ends[one] for one in after), default=0)

    assert critical_path(certain(network))[0] == max(ends.values())
    assert forecast(certain(network), seed=1, draws=5).within(0.85) == max(ends.values())


def test_three_points_have_their_pert_mean_and_stay_between_the_ends():
    found = three_points(2, 5, 20)

    assert sum(found) / len(found) == pytest.approx(7, abs=0.02)
    assert found[0] > 2
    assert found[-1] < 20
    assert three_points(3, 3, 3) == (3,)


def test_own_history_counts_more_the_more_of_it_there_is():
    mean = [
        sum(found) / len(found)
        for found in (durations(4, 5, 6, [2.0] * many) for many in (0, 3, 10, 30))
    ]

    assert mean == pytest.approx([5, 6.5, 10, 10], abs=0.05)


def test_a_task_under_way_cannot_have_taken_less():
    assert Task(1, (1, 2, 5, 9), worked=2).left() == [3, 7]
    assert Task(1, (1, 2), worked=4).left() == (1.0,)


def test_discovered_work_comes_on_top_and_is_fitted_to_earlier_launches():
    fitted = discovered([0, 2, 4, 10])

    assert fitted.mean == 4
    assert fitted.shape == pytest.approx(16 / (56 / 3 - 4))
    assert discovered([3, 3, 3]).shape > 1_000
    assert discovered([]) == Discovery()
    tasks = certain(TEXTBOOK)
    later = forecast(tasks, seed=3, found=fitted)
    assert later.mean > 16.5
    assert later.totals[0] == 16


def test_the_best_action_is_the_one_that_makes_the_day_likelier():
    tasks = [
        Task(1, three_points(2, 8, 14)),
        Task(2, three_points(1, 2, 3)),
        Task(3, three_points(1, 2, 4), [1, 2]),
    ]

    found = forecast(tasks, seed=5, days=8)

    assert [one.task for one in found.actions] == [1]
    assert found.actions[0].gain == pytest.approx(1 - found.chance(8), abs=0.03)


def test_the_same_seed_gives_the_same_forecast():
    tasks = [Task(1, three_points(1, 4, 9)), Task(2, three_points(2, 3, 8), [1])]

    assert forecast(tasks, seed=4, days=6) == forecast(tasks, seed=4, days=6)


def test_nothing_left_is_done_now():
    assert forecast([], seed=1).within(0.85) == 0


FRIDAY, MONDAY = date(2026, 12, 4), date(2026, 12, 7)


def test_working_days_leave_out_weekends_and_days_off():
    assert working_day(FRIDAY, 2) == MONDAY
    assert working_day(FRIDAY, 2, {MONDAY}) == date(2026, 12, 8)
    assert working_day(FRIDAY, 0) == FRIDAY
    assert days_between(FRIDAY, date(2026, 12, 8), {MONDAY}) == 2
    assert days_between(MONDAY, FRIDAY) == 0
    assert moved(MONDAY, -1) == FRIDAY
    assert moved(date(2026, 12, 6), 1) == MONDAY


@given(
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.integers(1, 60),
    st.sets(st.dates(date(2026, 1, 1), date(2027, 6, 1)), max_size=20),
)
def test_the_nth_working_day_has_n_working_days_up_to_it(start, number, off):
    assert days_between(start, working_day(start, number, off), off) == number
