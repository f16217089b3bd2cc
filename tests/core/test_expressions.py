"""The formula language: its types, its answers, its refusals, and nothing else."""

import sys
from datetime import date
from decimal import Decimal

import pytest

from core.expressions import (
    DAY,
    DAYS,
    NUMBER,
    PERCENT,
    TEXT,
    YES_NO,
    ExpressionError,
    Kind,
    Missing,
    Type,
    check,
    evaluate,
    filled_in,
    money,
    number,
)
from tests.core.formulas import NAMES, TODAY, VALUES


def worked_out(text):
    found = evaluate(check(text, NAMES), VALUES, today=TODAY)
    return found.reason if isinstance(found, Missing) else found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ^ 3 ^ 2", 512),
        ("-2 ^ 2", -4),
        ("2 ^ -1", Decimal("0.5")),
        ("7 - 2 - 1", 4),
        ("8 / 2 / 2", 2),
        ("a × b − 0.5", 17),
        ("1 / 3 * 3", Decimal("0." + "9" * 34)),
        ("15% * 200", 30),
        ("price * (1 - share)", Decimal("16.915")),
        ("dollars * rate + 1 EUR", 10),
        ("price * pieces", Decimal("59.7")),
        ("price / weight * 2 ", Decimal("9.95")),
        ("price / 1 EUR", Decimal("19.9")),
        ("end - begin", 30),
        ("begin + 14 days", date(2026, 3, 15)),
        ("begin + days(a)", date(2026, 3, 8)),
        ("days(begin, end)", 30),
        ('today() - day("2026-11-24")', 1),
        ("today() > end", True),
        ('stage = "Won it"', True),
        ("stage <> 'idea'", True),
        ("contains(tags, 'Idea')", True),
        ("contains(title, 'JACK')", True),
        ("concat(title, ': ', stage, ' ', 15%, ' ', price)", "Trail Jacket: Won it 15% 19.9 EUR"),
        ("upper(lower(title))", "TRAIL JACKET"),
        ("len(title) + len(tags)", 14),
        ("min(a, b, 3)", Decimal("2.5")),
        ("max(amounts)", 2),
        ("sum(amounts)", Decimal("3.5")),
        ("sum(a, b)", Decimal("9.5")),
        ("count(a, none, b)", 2),
        ("count(tags)", 2),
        ("round(2.5)", 3),
        ("round(-2.345, 2)", Decimal("-2.35")),
        ("round(1234, -2)", 1200),
        ("sqrt(16) + abs(-3) + exp(0)", 8),
        ("log(1000, 10)", 3),
        ("if(ready and a > 3, 'go', 'wait')", "go"),
        ("coalesce(none, a)", 7),
        ("not ready or a = 7", True),
        ("no and none > 1", False),
        ("none > 1 or yes", True),
        ('"say ""hi"""', 'say "hi"'),
        ("if(no, 1 / 0, 2)", 2),
        ("0 ^ 0", 1),
    ],
)
def test_a_formula_is_worked_out(text, value):
    assert worked_out(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 / 0", "divided by zero"),
        ("a / (b - 2.5)", "divided by zero"),
        ("0 ^ -1", "divided by zero"),
        ("none + 1", "“none” has none"),
        ("sum(a, none)", "“none” has none"),
        ("none > 1 and yes", "“none” has none"),
        ("if(none > 1, 1, 2)", "“none” has none"),
        ("coalesce(none, 1 / 0)", "“none” has none"),
        ("sqrt(-1)", "a root of a negative number"),
        ("(-8) ^ 0.5", "a root of a negative number"),
        ("log(0)", "a logarithm of zero or less"),
        ("10 ^ a ^ a", "the number is too large"),
        ("exp(exp(99))", "the number is too large"),
        ("begin + 9999999 days", "the day is out of the calendar"),
        ('day("soon")', "“soon” is no day"),
    ],
)
def test_what_cannot_be_worked_out_is_missing_and_says_why(text, reason):
    assert worked_out(text) == reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("price * 2", money("EUR")),
        ("2 * price / price", NUMBER),
        ("price / weight", number("EUR/kg")),
        ("dollars * rate", money("EUR")),
        ("weight ^ 2", Type(Kind.NUMBER, (("kg", 2),))),
        ("share + 5%", PERCENT),
        ("1 - share", NUMBER),
        ("share * share", PERCENT),
        ("end - begin", DAYS),
        ("begin - 1 day", DAY),
        ("price > 5 EUR", YES_NO),
        ("if(ready, stage, 'idea')", TEXT),
        ("if(ready, title, stage)", TEXT),
    ],
)
def test_types_and_units_are_carried(text, kind):
    assert check(text, NAMES).type == kind


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("price + 5", "1:7", "such as 5 EUR"),
        ("price + dollars", "1:7", "an exchange rate in EUR/USD"),
        ("price * price", "1:7", "EUR squared"),
        ("price > 5", "1:7", "cannot be compared"),
        ("begin + 14", "1:7", "such as 14 days"),
        ("begin + end", "1:7", "does not go with"),
        ("title + 1", "1:7", "concat()"),
        ("weight + price", "1:8", "cannot be added"),
        ("1 +\n  prise", "2:3", "Did you mean “price”?"),
        ("secret", "1:1", "There is no “secret”"),
        ("__import__('os')", "1:1", "There is no function"),
        ("roud(1)", "1:1", "Did you mean “round”?"),
        ("round()", "1:1", "Write round(number, decimals)"),
        ("1 < 2 < 3", "1:7", "Join two comparisons"),
        ("stage = 'lost'", "1:9", "There are: Idea, Won it."),
        ("stage > 'idea'", "1:7", "has no order"),
        ("(1 + 2", "1:1", "never closed"),
        ("1 + 2)", "1:6", "closed that nothing opened"),
        ("1 +", "1:4", "stops too early"),
        ("1,000 + 1", "1:2", "without a separator"),
        ("'open", "1:1", "Close it with '"),
        ("a ? b", "1:3", "means nothing here"),
        ("a b", "1:3", "cannot stand here"),
        (".5", "1:1", "Write 0.5"),
        ("", "1:1", "is empty"),
        ("not a", "1:5", "not yes or no"),
        ("a and ready", "1:1", "not yes or no"),
        ("if(a, 1, 2)", "1:4", "Give yes or no"),
        ("if(ready, price, 0)", "1:18", "money in EUR, as before"),
        ("9 ^ 99999", "1:5", "The largest is 1000"),
        ("price ^ 2", "1:7", "cannot be raised"),
        ("9" * 31, "1:1", "too long"),
        ("1 " + "+ 1" * 900, "1:1", "2000 are the most"),
        ("(" * 1000 + "1" + ")" * 999, "1:101", "100 levels"),
        ("-" * 1000 + "1", "1:101", "100 levels"),
        ("not " * 400 + "yes", "1:401", "100 levels"),
        ("2 ^ " * 400 + "2", "1:401", "100 levels"),
        ("abs(" * 400 + "1", "1:401", "100 levels"),
    ],
)
def test_a_refusal_names_the_place_and_the_remedy(text, place, part):
    with pytest.raises(ExpressionError) as refused:
        check(text, NAMES)
    assert str(refused.value).startswith(f"{place}: ")
    assert part in str(refused.value)


def test_a_long_chain_is_not_deep():
    assert worked_out("+".join(["1"] * 900)) == 900


def test_the_deepest_formula_works_far_down_the_stack():
    text = "abs(" * 99 + "1" + ")" * 99

    def below(frames):
        return below(frames - 1) if frames else worked_out(text)

    assert sys.getrecursionlimit() == 1_000
    assert below(200) == 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize("base", ["1." + "0" * 30 + "1", "0.999999", "9" * 34, "1e390", "-1.5"])
@pytest.mark.parametrize("exponent", ["1e300", "-1e300", "9" * 17, "0.3333333", "1e-300"])
def test_powers_of_any_size_come_to_an_end(base, exponent):
    power = check("a ^ b", {"a": NUMBER, "b": NUMBER})
    assert isinstance(evaluate(power, {"a": base, "b": exponent}), Decimal | Missing)


def test_the_names_a_formula_needs_are_known():
    assert check("a + if(ready, b, 0)", NAMES).names == {"a", "b", "ready"}


def test_the_formula_is_shown_with_its_numbers():
    expression = check("(a + none) * price / 2 - -b * 1 EUR", NAMES)
    assert filled_in(expression, VALUES) == "(7 + none?) * 19.9 EUR / 2 - -2.5 * 1 EUR"
