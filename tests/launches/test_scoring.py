"""Readiness as arithmetic: every point is accounted for."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from roadmaps.readiness.scoring import Area, readiness

D = Decimal
CAP = D(49)
SHARES = st.decimals(min_value=0, max_value=1, places=4)
WEIGHTS = st.decimals(min_value=D("0.1"), max_value=100, places=1)
AREAS = st.lists(st.tuples(WEIGHTS, SHARES), min_size=1, max_size=12).map(
    lambda rows: [Area(str(place), *row) for place, row in enumerate(rows)]
)
# The areas of the picture in design: weights add up to 100.
LAUNCH = [
    Area("specification", D(20), D("0.84")),
    Area("defects", D(15), D("0.7")),
    Area("compliance", D(20), D("0.62")),
    Area("documents", D(10), D(1)),
    Area("approvals", D(10), D("0.5")),
    Area("marketing", D(10), D("0.68")),
    Area("price", D(10), D("0.8")),
    Area("customers", D(5), D("0.3")),
]


def test_the_weighted_mean_and_the_points_lost_of_each_area():
    found = readiness(LAUNCH, red=False, cap=CAP)

    assert found.score == D("71.00")
    assert found.lost["compliance"] == D("7.60")
    assert found.lost["documents"] == D("0.00")
    assert found.capped == 0
    assert sum(found.lost.values()) == D("29.00")


def test_a_red_gate_caps_the_score_and_the_points_it_took_are_said():
    found = readiness(LAUNCH, red=True, cap=CAP)

    assert found.score == D("49.00")
    assert found.capped == D("22.00")
    assert found.score + found.capped + sum(found.lost.values()) == 100


def test_a_cap_above_the_score_takes_nothing():
    assert readiness(LAUNCH, red=True, cap=D(79)).score == D("71.00")


def test_nothing_to_weigh_is_not_ready():
    assert readiness([], red=False, cap=CAP).score == 0


@given(AREAS, st.booleans())
def test_score_and_points_lost_are_exactly_a_hundred(areas, red):
    found = readiness(areas, red=red, cap=CAP)

    assert 0 <= found.score <= 100
    assert all(one >= 0 for one in [*found.lost.values(), found.capped])
    assert found.score + found.capped + sum(found.lost.values(), D(0)) == 100
    assert all(one >= 0 for one in found.points.values())
    assert sum(found.points.values(), D(0)) == found.score + found.capped


@given(AREAS, st.data())
def test_more_evidence_never_lowers_the_score(areas, data):
    place = data.draw(st.integers(0, len(areas) - 1))
    more = data.draw(st.decimals(min_value=areas[place].done, max_value=1, places=4))
    better = [*areas]
    better[place] = Area(areas[place].key, areas[place].weight, more)

    for red in (True, False):
        before = readiness(areas, red=red, cap=CAP).score
        assert readiness(better, red=red, cap=CAP).score >= before
        assert readiness(better, red=False, cap=CAP).score >= before
