"""Days as people say them, and places in an order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.records.ranks import between, spread
from workspaces.todo.words import read_day, read_task

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("today", date(2026, 11, 25)),
        ("Tomorrow", date(2026, 11, 26)),
        ("Fri", date(2026, 11, 27)),
        ("wed", date(2026, 12, 2)),  # the next one, not today
        ("next monday", date(2026, 11, 30)),
        ("next week", date(2026, 11, 30)),
        ("2 Dec", date(2026, 12, 2)),
        ("Dec 2", date(2026, 12, 2)),
        ("2 December 2027", date(2027, 12, 2)),
        ("1 nov", date(2027, 11, 1)),  # this year's is over
        ("29 feb", date(2028, 2, 29)),
        ("+3d", date(2026, 11, 28)),
        ("+2w", date(2026, 12, 9)),
        ("+3m", date(2027, 2, 25)),
        ("2027-01-31", date(2027, 1, 31)),
        ("31 Feb", None),
        ("2027-02-30", None),
        ("9999-01-01", None),
        ("soon", None),
        ("", None),
        ("+9999w", None),
    ],
)
def test_days_are_read_as_people_say_them(words, means):
    assert read_day(words, WEDNESDAY) == means


def test_a_month_later_ends_where_the_month_does():
    assert read_day("+1m", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("line", "task"),
    [
        ("Call the printer Fri", ("Call the printer", date(2026, 11, 27))),
        ("Send proofs by 2 Dec", ("Send proofs", date(2026, 12, 2))),
        ("Order   boxes +3d ", ("Order boxes", date(2026, 11, 28))),
        ("Fri", ("Fri", None)),
        ("Look at the second draft", ("Look at the second draft", None)),
        ("   ", ("", None)),
    ],
)
def test_a_line_is_what_to_do_and_by_when(line, task):
    assert read_task(line, WEDNESDAY) == task


@given(st.text(max_size=40))
def test_no_words_break_the_reading(words):
    found = read_day(words, WEDNESDAY)
    assert found is None or found >= WEDNESDAY - timedelta(days=366 * 200)


@given(st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=60))
def test_between_two_ranks_there_is_always_another(places):
    ranks: list[str] = []
    for place in places:
        at = place % (len(ranks) + 1)
        low = ranks[at - 1] if at else ""
        high = ranks[at] if at < len(ranks) else ""
        ranks.insert(at, between(low, high))
    assert ranks == sorted(set(ranks), key=lambda rank: rank.encode())


def test_ranks_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="does not stand before"):
        between("V", "V")


@given(st.integers(min_value=0, max_value=5_000))
def test_many_ranks_are_apart_and_in_order(count):
    ranks = spread(count)
    assert len(ranks) == count
    assert ranks == sorted(set(ranks), key=lambda rank: rank.encode())
