"""A safe language for formulas: typed, bounded, and never more than arithmetic.

`check` reads a text and says what type its value has, or refuses it by place and remedy. `evaluate`
works it out from values: a number that cannot be worked out is missing, with its reason, never zero
and never an error. docs/fields.md has the language.
"""

from core.expressions.checking import Expression, check
from core.expressions.evaluating import evaluate
from core.expressions.parser import parse
from core.expressions.printing import filled_in, printed
from core.expressions.refusal import ExpressionError, Place
from core.expressions.types import (
    DAY,
    DAYS,
    NUMBER,
    PERCENT,
    TEXT,
    YES_NO,
    Kind,
    Missing,
    Type,
    Value,
    choice,
    list_of,
    money,
    number,
)

__all__ = [
    "DAY",
    "DAYS",
    "NUMBER",
    "PERCENT",
    "TEXT",
    "YES_NO",
    "Expression",
    "ExpressionError",
    "Kind",
    "Missing",
    "Place",
    "Type",
    "Value",
    "check",
    "choice",
    "evaluate",
    "filled_in",
    "list_of",
    "money",
    "number",
    "parse",
    "printed",
]
