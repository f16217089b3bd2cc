"""Figures are written byte for byte as Babel writes them, whatever the locale."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from core.formats import day_in_short, day_of_moment, writer
from core.money import rounded
from workspaces.members.forms import LOCALES

NBSP = "\u00a0"
NAMES = sorted(
    {name for name, _ in LOCALES} | {"hi-IN", "en-IN", "de-CH", "pl-PL", "ar-EG", "sv-SE"}
)
locales = st.sampled_from(NAMES)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**16), max_value=10**16)
short = st.decimals(places=4, min_value=-(10**10), max_value=10**10)
values = st.one_of(short, numbers, st.sampled_from([Decimal("-0.001"), Decimal(0), Decimal("-0")]))
days = st.dates(min_value=date(1000, 1, 1))


def babel(name: str) -> Locale:
    return Locale.parse(name, sep="-")


@given(values, locales, st.sampled_from(["", "#,##0", "#,##0.0", "#,##0.##", "+0.0'x';−0.0'x'"]))
def test_numbers(value, name, pattern):
    assert writer(name, pattern)(value) == format_decimal(value, pattern or None, babel(name))


@given(values, locales, st.integers(0, 2))
def test_percentages(value, name, places):
    pattern = ("#,##0" + ("." + "0" * places if places else "")) + f"{NBSP}%"
    assert writer(name, pattern)(value) == format_percent(value, pattern, babel(name))


@given(short, locales, st.sampled_from(["EUR", "USD", "JPY", "KWD", "CHF", "XAU"]))
def test_amounts(value, name, currency):
    amount = rounded(value, currency)
    assert writer(name, "", currency)(amount) == format_currency(
        amount, currency, locale=babel(name)
    )


@given(short, locales, st.sampled_from(["¤#,##0.#'M'", "#,##0.###' k' ¤", "¤#,##0"]))
def test_amounts_by_a_pattern(value, name, pattern):
    written = writer(name, pattern, "EUR", by_currency=False)(value)
    assert written == format_currency(value, "EUR", pattern, babel(name), currency_digits=False)


@given(days, locales, st.times())
def test_days(day, name, time):
    locale, moment = babel(name), datetime.combine(day, time, UTC)
    assert day_in_short(name, day, with_year=True) == format_date(day, "medium", locale)
    assert day_in_short(name, day, with_year=False) == format_skeleton(
        "MMMd", datetime(day.year, day.month, day.day, tzinfo=UTC), locale=locale
    )
    written = f"{day_of_moment(name, day)}, {moment:%H:%M}"
    assert written == format_datetime(moment, "d MMM y, HH:mm", locale=locale)


@pytest.mark.parametrize("name", ["hi-IN", "en-GB"])
def test_what_is_grouped_otherwise_is_left_to_babel(name):
    assert writer(name)(Decimal(12_345_678)) == format_decimal(12_345_678, locale=babel(name))
