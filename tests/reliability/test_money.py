"""D9: money is Decimal with its currency, and the parts of a sum add up to it."""

from decimal import Decimal

from django.apps import apps
from django.db import connection, models
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import minor_unit, rounded, split

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CHF"])
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**6, places=3), min_size=1, max_size=30)


@settings(max_examples=2_000, deadline=None)
@given(AMOUNTS, WEIGHTS, CURRENCIES)
def test_the_parts_of_a_split_add_up_to_the_total(amount, weights, currency):
    unit, total = minor_unit(currency), rounded(amount, currency)
    parts = split(total, weights, unit)

    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(part % unit == 0 for part in parts)
    assert all(part * total >= 0 for part in parts)
    base = sum(weights)
    if base:
        exact = [total * weight / base for weight in weights]
        assert all(abs(part - share) < unit for part, share in zip(parts, exact, strict=True))


@settings(max_examples=500, deadline=None)
@given(AMOUNTS, CURRENCIES)
def test_rounding_moves_by_at_most_half_a_unit_and_only_once(amount, currency):
    once = rounded(amount, currency)

    assert abs(once - amount) * 2 <= minor_unit(currency)
    assert rounded(once, currency) == once
    assert rounded(-amount, currency) == -once


def test_no_money_column_is_a_float_and_none_lacks_a_currency_beside_it(db):
    for model in apps.get_models():
        fields = {field.name: field for field in model._meta.concrete_fields}
        assert not any(isinstance(field, models.FloatField) for field in fields.values()), model
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('money', 'real', 'double precision')"
        )
        assert cursor.fetchall() == []


def test_a_cent_is_a_cent():
    assert split(Decimal("0.10"), [Decimal(1)] * 3) == [
        Decimal("0.04"),
        Decimal("0.03"),
        Decimal("0.03"),
    ]
