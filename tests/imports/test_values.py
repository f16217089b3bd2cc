"""How cells are read: numbers and dates as whole columns write them."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.imports.dates import Habits as DateHabits
from workspaces.imports.dates import Unclear, day_of_text, moment_of_text
from workspaces.imports.kinds import Cell, Column
from workspaces.imports.values import (
    DecimalHabit,
    Habits,
    Wrong,
    currency_of,
    decimal_of,
    reader_of,
    yes_no_of,
)

AMOUNTS = st.decimals(-9_999_999, 9_999_999, places=2, allow_nan=False, allow_infinity=False)
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def written(amount: Decimal, thousands: str, point: str) -> str:
    return f"{amount:,.2f}".replace(",", "\0").replace(".", point).replace("\0", thousands)


def learned(texts: list[str]) -> DecimalHabit:
    habit = DecimalHabit()
    for text in texts:
        habit.observe(text)
    return habit


@given(
    st.lists(AMOUNTS, min_size=1),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u202f", ","), ("", ",")]),
    st.sampled_from(["{}", "€ {}", "{} €", "{} EUR", "${}", " {} "]),
)
def test_amounts_are_read_back_however_the_column_writes_them(amounts, signs, frame):
    texts = [frame.format(written(amount, *signs)) for amount in amounts]
    habit = learned(texts)

    assert [decimal_of(text, habit) for text in texts] == amounts


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1.234", "5.5"], ["1.234", "5.5"]),
        (["1.234", "5,5"], ["1234", "5.5"]),
        (["1,234", "5.5"], ["1234", "5.5"]),
        (["1.234.567", "1.234"], ["1234567", "1234"]),
        (["(5.00)", "5-", "-5", "−5"], ["-5.00", "-5", "-5", "-5"]),
        (["007", "0.125", ".5", "1e3", "+4"], ["7", "0.125", "0.5", "1000", "4"]),
    ],
)
def test_one_column_has_one_decimal_sign(column, expected):
    habit = learned(column)

    assert [decimal_of(text, habit) for text in column] == [Decimal(text) for text in expected]


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        (["1,234"], "1,234", "with decimals or with thousands"),
        (["5,5", "5.5", "1.234"], "1.234", "with decimals or with thousands"),
        (["5,5", "7,25"], "1.5", "the column uses"),
        ([], "12 apples", "not a number"),
        ([], "NaN", "not a number"),
        ([], "Infinity", "not a number"),
        ([], "0x1F", "not a number"),
        ([], "1.2.3,4", "wrong places"),
        ([], "12345678901234", "too large"),
        ([], "1e99", "too large"),
        ([], "=1+1", "not a number"),
    ],
)
def test_what_could_be_read_wrongly_is_asked(column, text, words):
    with pytest.raises(Wrong, match=words):
        decimal_of(text, learned(column))


@given(st.text(max_size=20))
def test_no_text_makes_a_reader_fail_otherwise(text):
    for cell in Cell:
        read = reader_of(Column("x", "X", cell, choices=("a", "b")), Habits.new())
        if text.strip():
            with suppress(Wrong):
                assert isinstance(read(text.strip()), str)


@given(
    st.lists(DAYS, min_size=1),
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d %B %Y", "%b %d, %Y", "%d-%b-%Y"]
    ),
)
def test_dates_that_need_no_guess_are_read_back(days, pattern):
    habits = DateHabits()

    assert [day_of_text(day.strftime(pattern), habits) for day in days] == days


@given(st.lists(DAYS, min_size=1), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"]))
def test_the_order_is_learned_from_any_cell_or_asked(days, pattern):
    texts = [day.strftime(pattern) for day in days]
    habits = DateHabits()
    for text in texts:
        habits.observe(text)

    if any(day.day > 12 for day in days):
        assert [day_of_text(text, habits) for text in texts] == days
    elif any(day.day != day.month for day in days):
        with pytest.raises(Unclear, match="whether the day or the month comes first"):
            [day_of_text(text, habits) for text in texts]


def test_a_column_that_mixes_orders_is_refused():
    habits = DateHabits()
    for text in ("31/01/2024", "01/31/2024"):
        habits.observe(text)

    with pytest.raises(Unclear, match="some dates day first and others month first"):
        day_of_text("31/01/2024", habits)


def test_a_chosen_order_settles_it():
    assert day_of_text("03/04/2024", DateHabits(chosen="dmy")) == date(2024, 4, 3)
    assert day_of_text("03/04/2024", DateHabits(chosen="mdy")) == date(2024, 3, 4)


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "yesterday", "45000", "0001-01-01"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(Unclear):
        day_of_text(text, DateHabits(chosen="dmy"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-31T14:30:05Z", datetime(2024, 3, 31, 14, 30, 5, tzinfo=UTC)),
        ("2024-03-31 14:30:05 +0200", datetime(2024, 3, 31, 12, 30, 5, tzinfo=UTC)),
        ("2024-03-31 14:30", datetime(2024, 3, 31, 14, 30)),
        ("31.03.2024 2:30 PM", datetime(2024, 3, 31, 14, 30)),
        ("12/01/2010 08:26", datetime(2010, 12, 1, 8, 26)),
        ("2024-03-31", datetime(2024, 3, 31)),
        ("Mar 31, 2024 12:05 am", datetime(2024, 3, 31, 0, 5)),
    ],
)
def test_moments(text, moment):
    assert moment_of_text(text, DateHabits(month_first=True)) == moment


def test_words_and_codes():
    assert [yes_no_of(word) for word in ("Yes", "ja", "1", "no", "FALSE")] == [True] * 3 + [
        False
    ] * 2
    assert [currency_of(code) for code in ("eur", "€", "JPY")] == ["EUR", "EUR", "JPY"]
    for wrong in ("$", "EURO", "ZZZ"):
        with pytest.raises(Wrong, match="not a currency code"):
            currency_of(wrong)
