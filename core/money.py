"""Money arithmetic: Decimal only, and nothing lost when a total is split."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator

CENT = Decimal("0.01")
MAX_DIGITS, PLACES = 14, 4  # NUMERIC(14,4) everywhere a stored amount stands
NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """The ISO 4217 codes that exist."""
    from babel import Locale

    return frozenset(code for code in map(str, Locale("en").currencies) if len(code) == 3)


def validate_currency(code: str) -> None:
    """Refuse what is no ISO 4217 code in capitals."""
    if code not in currency_codes():
        raise ValidationError(f"“{code}” is not a currency code. Use three letters such as EUR.")


@lru_cache(maxsize=512)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency that can be paid: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the currency's minor unit, halves away from zero."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def split(total: Decimal, weights: Sequence[Decimal], unit: Decimal = CENT) -> list[Decimal]:
    """`total` in proportion to `weights`, in whole `unit`s that add up to it exactly.

    Largest remainder: what rounding down leaves goes to the largest fractions, first come first.
    All weights zero: equal shares. `total` must itself be a multiple of `unit`.
    """
    if not weights:
        return []
    base = sum(weights)
    shares = list(weights) if base else [Decimal(1)] * len(weights)
    base = base or Decimal(len(weights))
    sign = -1 if total < 0 else 1
    units = int(abs(total) / unit)
    exact = [units * share / base for share in shares]
    whole = [int(part) for part in exact]
    by_fraction = sorted(range(len(exact)), key=lambda i: whole[i] - exact[i])
    for index in by_fraction[: units - sum(whole)]:
        whole[index] += 1
    return [sign * count * unit for count in whole]
