"""What a filter may ask of a field, by the type of its value."""

from dataclasses import dataclass
from enum import StrEnum

from workspaces.records.fields import FieldType


class Takes(StrEnum):
    """How many values an operator is given."""

    NONE = "none"
    ONE = "one"
    TWO = "two"
    MANY = "many"
    DAYS = "days"  # a number of days


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare. `name` stands in addresses, `label` between the field and the value."""

    name: str
    label: str
    takes: Takes = Takes.ONE


EMPTY = Operator("empty", "is empty", Takes.NONE)
FILLED = Operator("filled", "is not empty", Takes.NONE)
_TEXT = (
    Operator("contains", "contains"),
    Operator("lacks", "does not contain"),
    Operator("is", "is"),
    Operator("not", "is not"),
    Operator("starts", "starts with"),
    Operator("ends", "ends with"),
    EMPTY,
    FILLED,
)
_NUMBER = (
    Operator("is", "="),
    Operator("not", "≠"),
    Operator("gt", ">"),
    Operator("gte", "≥"),
    Operator("lt", "<"),
    Operator("lte", "≤"),
    Operator("between", "is between", Takes.TWO),
    EMPTY,
    FILLED,
)
_TIME = (
    Operator("is", "is on"),
    Operator("before", "is before"),
    Operator("after", "is after"),
    Operator("between", "is between", Takes.TWO),
    Operator("last", "is in the last … days", Takes.DAYS),
    Operator("next", "is in the next … days", Takes.DAYS),
    EMPTY,
    FILLED,
)
_ONE_OF = (
    Operator("is", "is one of", Takes.MANY),
    Operator("not", "is none of", Takes.MANY),
    EMPTY,
    FILLED,
)
_SEVERAL = (
    Operator("any", "has any of", Takes.MANY),
    Operator("all", "has all of", Takes.MANY),
    Operator("none", "has none of", Takes.MANY),
    EMPTY,
    FILLED,
)
OPERATORS: dict[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: _TEXT,
    FieldType.LONG_TEXT: _TEXT,
    FieldType.URL: _TEXT,
    FieldType.NUMBER: _NUMBER,
    FieldType.MONEY: _NUMBER,
    FieldType.PERCENT: _NUMBER,
    FieldType.DAY: _TIME,
    FieldType.MOMENT: _TIME,
    FieldType.CHOICE: _ONE_OF,
    FieldType.PERSON: _ONE_OF,
    FieldType.LINK: _ONE_OF,
    FieldType.CHOICES: _SEVERAL,
    FieldType.YES_NO: (Operator("is", "is"), EMPTY, FILLED),
}


def operator(kind: FieldType, name: str) -> Operator | None:
    """The operator of that name for a type of field."""
    return next((one for one in OPERATORS[kind] if one.name == name), None)
