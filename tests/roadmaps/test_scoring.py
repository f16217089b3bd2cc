"""Scores: the published vectors, ranges, places, and why one stands above another."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from roadmaps.priorities.methods import FORMULAS, INPUTS, Method, scaled
from roadmaps.priorities.scoring import (
    Outcome,
    Range,
    names_in,
    places,
    read,
    reasons,
    work_out,
)


def certain(**values) -> dict[str, Range]:
    return {name: Range(*[Decimal(str(one))] * 3) for name, one in values.items()}


@pytest.mark.parametrize(
    ("formula", "values", "score"),
    [
        (FORMULAS[Method.RICE], {"reach": 2000, "impact": 2, "confidence": 0.8, "effort": 4}, 800),
        (FORMULAS[Method.WSJF], {"value": 8, "criticality": 5, "risk": 3, "size": 5}, "3.2"),
        (
            "(population + need + strategy - effort) * confidence",
            {"population": 7, "need": 6, "strategy": 5, "effort": 4, "confidence": 0.8},
            "11.2",
        ),
        (FORMULAS[Method.ICE], {"impact": 5, "confidence": 4, "ease": 3}, 60),
        (FORMULAS[Method.VALUE_EFFORT], {"value": 9, "effort": 3}, 3),
        (FORMULAS[Method.WEIGHTED], {"value": 10, "fit": 10, "ease": 10}, 100),
        (FORMULAS[Method.MOSCOW], {"moscow": 4}, 4),
        (
            "importance + max(importance - satisfaction, 0)",
            {"importance": 8, "satisfaction": 4},
            12,
        ),
    ],
)
def test_the_published_vectors(formula, values, score):
    outcome = work_out(read(formula), certain(**values))
    assert (outcome.value, outcome.low, outcome.high) == (Decimal(score),) * 3
    assert outcome.missing == ""


@pytest.mark.parametrize(
    ("values", "least", "most", "shares"),
    [((5, 1, -5), -5, 5, (100, 60, 0)), ((6, 3, 2), 0, 6, (100, 50, 33))],
)
def test_values_are_scaled_by_their_declared_range(values, least, most, shares):
    found = [scaled(Decimal(one), Decimal(least), Decimal(most)) for one in values]
    assert tuple(int(one) for one in found) == shares


def test_every_method_reads_and_takes_what_it_names():
    for method in Method:
        if FORMULAS[method]:
            read(FORMULAS[method])
            assert sorted(names_in(FORMULAS[method])) == sorted(one.key for one in INPUTS[method])


def test_the_formula_is_filled_in():
    outcome = work_out(
        read(FORMULAS[Method.RICE]), certain(reach=2000, impact=2, confidence="0.8", effort=4)
    )
    assert outcome.filled == "2000 × 2 × 0.8 ÷ 4"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"value": 3}, "“effort” has none"),
        ({"value": 3, "effort": 0}, "divided by zero"),
    ],
)
def test_what_cannot_be_worked_out_is_missing_with_its_reason(values, why):
    outcome = work_out(read(FORMULAS[Method.VALUE_EFFORT]), certain(**values))
    assert (outcome.value, outcome.low, outcome.missing) == (None, None, why)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "empty"),
        ("3 + 4", "name at least one input"),
        ("a +", ""),
        ("(" * 990 + "a" + ")" * 990, "nested"),
        ("a > 3", "A score is a number"),
        ("__import__(a)", "no function"),
        (" + ".join(f"a{n}" for n in range(13)), "at most 12 inputs"),
        ("a * " * 1_000 + "a", "make it shorter"),
    ],
    ids=lambda text: text[:20],
)
def test_formulas_that_make_no_score_are_refused_in_words(formula, words):
    with pytest.raises(Refused, match=words):
        read(formula)


numbers = st.decimals("0.5", 100, places=1)


@st.composite
def ranges(draw) -> Range:
    return Range(*sorted(draw(st.tuples(numbers, numbers, numbers))))


@given(st.fixed_dictionaries({name: ranges() for name in ("reach", "impact", "effort")}))
def test_a_range_is_between_the_extremes_of_its_inputs(given_):
    held = given_ | {"confidence": Range(*[Decimal(1)] * 3)}
    outcome = work_out(read(FORMULAS[Method.RICE]), held)
    ends = [
        reach * impact / effort
        for reach, impact, effort in product(
            *[(given_[n].low, given_[n].high) for n in ("reach", "impact", "effort")]
        )
    ]
    assert outcome.low <= outcome.value <= outcome.high
    assert abs(outcome.low - min(ends)) <= Decimal("0.000001")
    assert abs(outcome.high - max(ends)) <= Decimal("0.000001")


@given(st.lists(ranges(), min_size=1, max_size=12))
def test_places_say_what_could_be(found):
    outcomes = {at: Outcome(one.likely, one.low, one.high, "", "") for at, one in enumerate(found)}
    for at, place in places(outcomes).items():
        mine, others = found[at], [one for other, one in enumerate(found) if other != at]
        assert place.rank == 1 + sum(one.likely > mine.likely for one in others)
        assert place.best == 1 + sum(one.low > mine.high for one in others)
        assert place.worst == 1 + sum(one.high > mine.low for one in others)
        assert place.best <= place.rank <= place.worst
        assert 0 <= place.percentile <= 100


def test_what_has_no_score_has_no_place():
    nothing = Outcome(None, None, None, "“effort” has none", "")
    assert places({1: nothing}) == {}
    assert places({1: nothing, 2: Outcome(Decimal(3), None, None, "", "")})[2].rank == 1


def test_reasons_name_what_counts_most_first():
    above = certain(reach=2000, impact=2, confidence="0.8", effort=4)
    below = certain(reach=500, impact=2, confidence=1, effort=2)
    found = reasons(read(FORMULAS[Method.RICE]), above, below)
    assert [(one.name, one.score) for one in found] == [
        ("effort", Decimal(1600)),
        ("reach", Decimal(200)),
        ("confidence", Decimal(1000)),
    ]
