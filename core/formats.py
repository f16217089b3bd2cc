"""Numbers and days as a locale writes them: byte for byte what Babel writes, at a tenth of it.

Babel is asked once what a pattern looks like in a locale; after that a number costs one format().
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, partial

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    NumberPattern,
    get_currency_precision,
    get_decimal_symbol,
    get_group_symbol,
    parse_pattern,
)

Writer = Callable[[Decimal], str]
LARGEST, FINEST = 15, -12  # powers of ten beyond which Babel decides what fits


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """The locale called so, such as en-GB; British English for what is none."""
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@lru_cache(maxsize=1_024)
def writer(
    locale_name: str, pattern: str = "", currency: str | None = None, *, by_currency: bool = True
) -> Writer:
    """What writes numbers by a pattern; without one as the locale writes numbers or amounts.

    An amount has the decimals of its currency, unless not `by_currency`: then the pattern's.
    """
    locale = locale_of(locale_name)
    usual = locale.currency_formats["standard"] if currency else locale.decimal_formats[None]
    found: NumberPattern = parse_pattern(pattern) if pattern else usual
    slow = partial(found.apply, locale=locale, currency=currency, currency_digits=by_currency)
    least, most = found.frac_prec
    if currency and by_currency:
        least = most = get_currency_precision(currency)
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    one = Decimal(1).scaleb(-found.scale)
    digits = f"1{point}{'0' * least}" if least else "1"
    before, there, after = slow(one).partition(digits)
    below, _, behind = slow(-one).partition(digits)
    if not there or found.grouping != (3, 3) or found.exp_prec or found.int_prec[0] > 1:
        return slow
    symbols = None if (group, point) == (",", ".") else {ord(","): group, ord("."): point}
    quantum, scale = Decimal(1).scaleb(-most), found.scale

    def write(value: Decimal) -> str:
        if not FINEST < value.adjusted() < LARGEST:
            return slow(value)
        text = f"{abs((value.scaleb(scale) if scale else value).quantize(quantum)):,f}"
        if most > least:
            text = _without_idle_zeros(text, least)
        if symbols:
            text = text.translate(symbols)
        return f"{below}{text}{behind}" if value.is_signed() else f"{before}{text}{after}"

    return write


def _without_idle_zeros(text: str, least: int) -> str:
    """At least so many decimals; more only while they say something."""
    whole, _, part = text.partition(".")
    part = part[:least] + part[least:].rstrip("0")
    return f"{whole}.{part}" if part else whole


@lru_cache(maxsize=8_192)
def day_in_short(locale_name: str, day: date, *, with_year: bool) -> str:
    """8 Dec, or 8 Dec 2019, as the locale writes it."""
    locale = locale_of(locale_name)
    if with_year:
        return format_date(day, "medium", locale=locale)
    return format_skeleton(
        "MMMd", datetime(day.year, day.month, day.day, tzinfo=UTC), locale=locale
    )


@lru_cache(maxsize=8_192)
def month_in_short(locale_name: str, day: date) -> str:
    """Dec 2019, as the locale writes it."""
    moment = datetime(day.year, day.month, 1, tzinfo=UTC)
    return format_skeleton("yMMM", moment, locale=locale_of(locale_name))


@lru_cache(maxsize=8_192)
def day_of_moment(locale_name: str, day: date) -> str:
    """The day as it stands before a time of day: 8 Dec 2019."""
    return format_date(day, "d MMM y", locale=locale_of(locale_name))
