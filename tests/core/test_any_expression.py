"""Whatever is typed as a formula is taken or refused, and means what Python means by it."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from hypothesis import given, settings
from hypothesis import strategies as st

from core.expressions import ExpressionError, Missing, check, evaluate, parse, printed
from tests.core.formulas import NAMES, TODAY, VALUES


@given(st.text(max_size=60) | st.text("ab()+-*/^=<>,.%\"' 0179andortify\n", max_size=80))
@settings(max_examples=600, deadline=None)
def test_any_text_is_taken_or_refused_and_nothing_else(text):
    refused = None
    try:
        expression = check(text, NAMES)
    except ExpressionError as error:
        refused = error
    if refused is not None:
        assert 1 <= refused.place.line <= text.count("\n") + 1
        assert refused.fault
        assert refused.remedy
        return
    assert expression.names <= set(NAMES)
    evaluate(expression, VALUES, today=TODAY)
    evaluate(expression, {name: object() for name in NAMES}, today=TODAY)


class Watched(dict):
    """Values that say which were asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


leaves = st.sampled_from(["a", "b", "none", "0", "1", "2.5", "10", "15%"])
numbers = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda one: f"(-{one})"),
        st.tuples(inner, inner).map(lambda p: f"min({p[0]}, {p[1]})"),
        st.tuples(inner, inner, inner, inner).map(lambda p: f"if({p[0]} < {p[1]}, {p[2]}, {p[3]})"),
        st.tuples(inner, inner).map(lambda p: f"coalesce({p[0]}, {p[1]})"),
        st.tuples(inner, st.integers(0, 4)).map(lambda p: f"round({p[0]}, {p[1]})"),
    ),
    max_leaves=12,
)


@given(numbers)
@settings(max_examples=300, deadline=None)
def test_only_names_that_are_known_are_asked_for(text):
    values = Watched(VALUES | {"secret": 1})
    evaluate(check(text, NAMES), values, today=TODAY)
    assert values.asked <= set(NAMES)


@given(numbers)
@settings(max_examples=300, deadline=None)
def test_printing_and_reading_again_gives_the_same_tree(text):
    tree = parse(text)
    assert parse(printed(tree)) == tree


CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_UP,
    Emin=-400,
    Emax=400,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)


class Number:
    """An independent reading of the same rules: a number, or nothing."""

    def __init__(self, value):
        self.value = value

    def _with(self, other, act):
        if self.value is None or other.value is None:
            return Number(None)
        try:
            return Number(act(self.value, other.value))
        except (DivisionByZero, InvalidOperation, Overflow):
            return Number(None)

    def __add__(self, other):
        return self._with(other, CONTEXT.add)

    def __sub__(self, other):
        return self._with(other, CONTEXT.subtract)

    def __mul__(self, other):
        return self._with(other, CONTEXT.multiply)

    def __truediv__(self, other):
        return self._with(other, CONTEXT.divide)

    def __neg__(self):
        return Number(None if self.value is None else CONTEXT.minus(self.value))

    def __lt__(self, other):
        return None if None in (self.value, other.value) else self.value < other.value


def by_python(text):
    """The same formula as Python reads it."""
    source = re.sub(r"\b(\d+)%", lambda m: f"N(D('0.{m[1]}'))", text)
    source = re.sub(r"(?<![\w.'])(\d+(?:\.\d+)?)(?![\w.'])", r"N(D('\1'))", source)
    source = re.sub(r"\bif\(", "choose(", source)
    return eval(source, {"__builtins__": {}}, _environment())


def _environment():
    def least(one, other):
        return one._with(other, min)

    def rounded(one, places):
        return one._with(
            places, lambda value, n: CONTEXT.quantize(value, Decimal(1).scaleb(-int(n)))
        )

    def first(one, other):
        return one if one.value is not None else other

    return {
        "N": Number,
        "D": Decimal,
        "a": Number(Decimal(7)),
        "b": Number(Decimal("2.5")),
        "none": Number(None),
        "min": least,
        "round": rounded,
        "coalesce": first,
        "choose": lambda condition, then, otherwise: (
            Number(None) if condition is None else then if condition else otherwise
        ),
    }


@given(numbers)
@settings(max_examples=500, deadline=None)
def test_it_agrees_with_python(text):
    found = evaluate(check(text, NAMES), VALUES, today=TODAY)
    expected = by_python(text).value
    if isinstance(found, Missing):
        assert expected is None
    else:
        assert found == expected
