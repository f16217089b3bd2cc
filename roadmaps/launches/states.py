"""Where a launch stands, which moves there are, and its tier. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models


class LaunchState(models.TextChoices):
    """From the plan to the review (field: lifecycle states)."""

    PLAN = "plan", "Plan"
    BUILD = "build", "Build"
    VERIFY = "verify", "Verify"
    GO = "go_no_go", "Go / no-go"
    SCHEDULED = "scheduled", "Scheduled"
    LAUNCHED = "launched", "Launched"
    MONITOR = "monitor", "Monitor"
    REVIEWED = "reviewed", "Reviewed"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Cancelled"


class Tier(models.TextChoices):
    """How large a launch is: what it takes, and who must say yes."""

    ONE = "1", "Tier 1"
    TWO = "2", "Tier 2"
    THREE = "3", "Tier 3"


class Lane(models.TextChoices):
    """Where a task belongs: to the product itself, or to its marketing around the day."""

    PRODUCT = "product", "Product"
    BEFORE = "before", "Marketing before"
    DURING = "during", "Marketing during"
    AFTER = "after", "Marketing after"


MARKETING = (Lane.BEFORE, Lane.DURING, Lane.AFTER)


def day_in(lane: str, day: int) -> int:
    """The T± of a marketing task that is put into a lane: as far from the launch, on that side."""
    if lane == Lane.DURING:
        return 0
    return max(abs(day), 1) * (-1 if lane == Lane.BEFORE else 1)


S = LaunchState
MOVES: dict[str, frozenset[str]] = {
    S.PLAN: frozenset({S.BUILD, S.PAUSED, S.CANCELLED}),
    S.BUILD: frozenset({S.PLAN, S.VERIFY, S.PAUSED, S.CANCELLED}),
    S.VERIFY: frozenset({S.BUILD, S.GO, S.PAUSED, S.CANCELLED}),
    S.GO: frozenset({S.VERIFY, S.SCHEDULED, S.PAUSED, S.CANCELLED}),
    S.SCHEDULED: frozenset({S.GO, S.LAUNCHED, S.PAUSED, S.CANCELLED}),
    S.LAUNCHED: frozenset({S.MONITOR}),
    S.MONITOR: frozenset({S.REVIEWED}),
    S.REVIEWED: frozenset({S.MONITOR}),
    S.PAUSED: frozenset({S.PLAN, S.BUILD, S.VERIFY, S.CANCELLED}),
    S.CANCELLED: frozenset({S.PLAN}),
}
BEYOND_GO = (S.SCHEDULED, S.LAUNCHED, S.MONITOR, S.REVIEWED)
FROZEN = frozenset({S.VERIFY, S.GO, *BEYOND_GO})  # its specification no longer changes
OUT = frozenset({S.LAUNCHED, S.MONITOR, S.REVIEWED})
ENDED = frozenset({S.REVIEWED, S.CANCELLED})
TONES: dict[str, str] = {
    S.BUILD: "indigo",
    S.VERIFY: "indigo",
    S.GO: "amber",
    S.SCHEDULED: "green",
    S.LAUNCHED: "green",
    S.MONITOR: "green",
    S.PAUSED: "amber",
    S.CANCELLED: "red",
}
_QUESTIONS: dict[str, str] = {
    S.PAUSED: "What does it wait for?",
    S.CANCELLED: "Why is it called off?",
}


def may_move(before: str, after: str) -> bool:
    """Whether one step leads there."""
    return after in MOVES.get(before, frozenset())


def why_needed(before: str, after: str) -> str:
    """The question a move has to answer; nothing when it explains itself."""
    if after in _QUESTIONS:
        return _QUESTIONS[after]
    order = list(LaunchState.values)
    back = after in order and before in order and order.index(after) < order.index(before)
    return "What was wrong?" if back and before not in (S.PAUSED,) else ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something that makes a launch large: 0 points say not at all, 3 very much."""

    key: str
    label: str
    weight: int


CRITERIA = (
    Criterion("revenue", "Revenue expected in the first year", 3),
    Criterion("novelty", "New to us: product, category or customers", 2),
    Criterion("reach", "Markets and customers it reaches", 2),
    Criterion("risk", "What goes wrong when it goes wrong", 2),
    Criterion("effort", "Teams that have to change something", 1),
)
MOST_POINTS = 3
_ONE_FROM, _TWO_FROM = 65, 35  # of 100


def tier_score(points: Mapping[str, int]) -> int:
    """The weighted points as a share of the most there can be, from 0 to 100."""
    most = sum(one.weight for one in CRITERIA) * MOST_POINTS
    given = sum(one.weight * points.get(one.key, 0) for one in CRITERIA)
    return round(100 * given / most)


def tier_of(points: Mapping[str, int]) -> Tier:
    """The tier these points make."""
    score = tier_score(points)
    if score >= _ONE_FROM:
        return Tier.ONE
    return Tier.TWO if score >= _TWO_FROM else Tier.THREE
