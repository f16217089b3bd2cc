"""What a launch is judged by: each room registers an evaluator for the area it knows.

An evaluator looks at many launches at once, in a few statements, and says of each how far the area
is, from how many pieces of evidence, what is missing, and which hard gates are red. `to` says where
a thing is put right: `specification` is a tab of the launch, `workspaces.approval:7` a record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from roadmaps.launches.models import Launch

NOTHING, ALL = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that keeps an area from being done."""

    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Red:
    """A hard gate that is red. `key` names the same matter every time it is found."""

    key: str
    title: str
    note: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an evaluator found of one launch."""

    done: Decimal
    pieces: int = 0
    missing: tuple[Missing, ...] = ()
    red: tuple[Red, ...] = ()


Evaluate = Callable[[int, Sequence[Launch]], Mapping[int, Finding]]


@dataclass(frozen=True, slots=True)
class Evaluator:
    """One area. A launch it says nothing about has no such area, and no weight for it.

    `weight` is what it counts where the tier's model does not say. `tab` is where it is seen.
    """

    key: str
    label: str
    icon: str
    order: int
    weight: int
    evaluate: Evaluate
    tab: str = ""


EVALUATORS: dict[str, Evaluator] = {}


def register_evaluator(evaluator: Evaluator) -> None:
    """Called from an AppConfig's ready()."""
    EVALUATORS[evaluator.key] = evaluator


def evaluators_in_order() -> list[Evaluator]:
    return sorted(EVALUATORS.values(), key=lambda one: (one.order, one.key))


def share(done: int, of: int) -> Decimal:
    """How much of it is done; nothing to do is not done."""
    return (Decimal(done) / Decimal(of)).quantize(Decimal("0.0001")) if of else NOTHING
