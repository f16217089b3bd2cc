"""The ways to score that are known by name: their formulas, and what they are worked out from.

RICE, WSJF, ICE and value ÷ effort as the field defines them. A weighted score is scaled by the
declared range of each input, never by what other items have: no score moves because another item
was edited. MoSCoW is an order, not a number: must 4, should 3, could 2, won't 1.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models


class Method(models.TextChoices):
    """How a model scores."""

    RICE = "rice", "RICE"
    ICE = "ice", "ICE"
    WSJF = "wsjf", "WSJF"
    VALUE_EFFORT = "value_effort", "Value ÷ effort"
    WEIGHTED = "weighted", "Weighted"
    MOSCOW = "moscow", "MoSCoW"
    OWN = "own", "Own formula"


@dataclass(frozen=True, slots=True)
class Input:
    """One number a score is worked out from, and the range it lies in where that is declared."""

    key: str
    label: str
    least: Decimal | None = None
    most: Decimal | None = None
    help: str = ""


def _scaled(key: str, label: str, help_: str = "", least: str = "0", most: str = "10") -> Input:
    return Input(key, label, Decimal(least), Decimal(most), help_)


ABOVE_ZERO = Decimal("0.01")
FORMULAS: dict[str, str] = {
    Method.RICE: "reach * impact * confidence / effort",
    Method.ICE: "impact * confidence * ease",
    Method.WSJF: "(value + criticality + risk) / size",
    Method.VALUE_EFFORT: "value / effort",
    Method.WEIGHTED: "(3 * value + 2 * fit + 1 * ease) / 6 * 10",
    Method.MOSCOW: "moscow",
    Method.OWN: "",
}
INPUTS: dict[str, tuple[Input, ...]] = {
    Method.RICE: (
        Input("reach", "Reach", Decimal(0), None, "People in 90 days."),
        _scaled("impact", "Impact", "3, 2, 1, 0.5 or 0.25.", "0.25", "3"),
        _scaled("confidence", "Confidence", "1, 0.8 or 0.5.", "0", "1"),
        Input("effort", "Effort", ABOVE_ZERO, None, "Person-months, of all teams together."),
    ),
    Method.ICE: tuple(_scaled(one, one.capitalize()) for one in ("impact", "confidence", "ease")),
    Method.WSJF: (
        _scaled("value", "User and business value", most="20"),
        _scaled("criticality", "Time criticality", most="20"),
        _scaled("risk", "Risk reduction or opportunity", most="20"),
        Input("size", "Job size", ABOVE_ZERO, Decimal(20)),
    ),
    Method.VALUE_EFFORT: (
        _scaled("value", "Value"),
        Input("effort", "Effort", ABOVE_ZERO, None, "Person-months, of all teams together."),
    ),
    Method.WEIGHTED: tuple(_scaled(one, one.capitalize()) for one in ("value", "fit", "ease")),
    Method.MOSCOW: (_scaled("moscow", "MoSCoW", "Must 4, should 3, could 2, won't 1.", "1", "4"),),
    Method.OWN: (),
}


def inputs_of(method: str, names: list[str]) -> list[Input]:
    """What a formula of these names takes, in the order of the method, then of the formula."""
    known = {one.key: one for one in INPUTS.get(method, ())}
    own = [Input(name, name.replace("_", " ").capitalize()) for name in names if name not in known]
    return [one for one in known.values() if one.key in names] + own


def scaled(value: Decimal, least: Decimal, most: Decimal) -> Decimal:
    """A value as a share of its declared range, from 0 to 100."""
    return (value - least) * 100 / (most - least)
