"""What can be asked about a product: typed attributes, described as data.

Pure arithmetic. The shipped ones stand in `packs/attributes.json`; a pack may bring its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any

from products.compliance.logic import Leaf

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CHOICES = 12
BIGGEST = Decimal(10) ** 12


class Kind(StrEnum):
    """How an attribute is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question about a product. `help` says how to tell; `choices` are (value, label)."""

    key: str
    question: str
    kind: Kind
    help: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> Any:
        """What somebody answered, as it is kept. Raises ValueError in words."""
        text = text.strip()
        if self.kind is Kind.YES_NO:
            if text not in ("yes", "no"):
                raise ValueError("Answer yes or no.")
            return text == "yes"
        if self.kind is Kind.CHOICE:
            if text not in {value for value, _ in self.choices}:
                raise ValueError("Choose one of the answers.")
            return text
        return _number(text)

    def holds(self, value: Any) -> bool:
        """Whether a kept answer is one this attribute may have."""
        if self.kind is Kind.YES_NO:
            return isinstance(value, bool)
        if self.kind is Kind.CHOICE:
            return value in {one for one, _ in self.choices}
        return isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?", value))

    def words(self, value: Any) -> str:
        """An answer as people read it."""
        if self.kind is Kind.YES_NO:
            return "yes" if value else "no"
        if self.kind is Kind.CHOICE:
            return dict(self.choices).get(value, str(value))
        return f"{value} {self.unit}".strip()

    def domain(self, asked: Iterable[Leaf]) -> list[Any]:
        """Answers that stand for all there are, as far as these comparisons can tell them apart."""
        if self.kind is Kind.YES_NO:
            return [True, False]
        if self.kind is Kind.CHOICE:
            return [value for value, _ in self.choices]
        bounds = sorted({leaf.value for leaf in asked if leaf.fact == self.key})
        between = [(low + high) / 2 for low, high in pairwise(bounds)]
        ends = [bounds[0] - 1, bounds[-1] + 1] if bounds else [Decimal(0)]
        return sorted({*bounds, *between, *ends})


def _number(text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError("Give a number, such as 12.5.") from None
    if not number.is_finite() or abs(number) > BIGGEST or len(text) > 30:
        raise ValueError("Give a number of usual size.")
    return f"{number.normalize():f}"


Vocabulary = Mapping[str, Attribute]
