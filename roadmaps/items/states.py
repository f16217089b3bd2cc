"""Where an item of the roadmap stands, and which moves there are. Pure."""

from django.db import models


class ItemState(models.TextChoices):
    """From an idea that is parked to a result that was measured (field: lifecycle states)."""

    PARKED = "parked", "Parking lot"
    DISCOVERY = "discovery", "Discovery"
    READY = "ready", "Ready"
    DELIVERY = "delivery", "In delivery"
    SHIPPED = "shipped", "Shipped"
    MEASURED = "measured", "Measured"
    CLOSED = "closed", "Closed"
    NOT_DOING = "not_doing", "Not doing"
    DUPLICATE = "duplicate", "Duplicate"
    FAILED = "failed", "Failed experiment"


S = ItemState
MOVES: dict[str, frozenset[str]] = {
    S.PARKED: frozenset({S.DISCOVERY, S.READY, S.NOT_DOING, S.DUPLICATE}),
    S.DISCOVERY: frozenset({S.PARKED, S.READY, S.NOT_DOING, S.DUPLICATE, S.FAILED}),
    S.READY: frozenset({S.PARKED, S.DISCOVERY, S.DELIVERY, S.NOT_DOING, S.DUPLICATE}),
    S.DELIVERY: frozenset({S.READY, S.SHIPPED, S.NOT_DOING, S.FAILED}),
    S.SHIPPED: frozenset({S.DELIVERY, S.MEASURED, S.FAILED}),
    S.MEASURED: frozenset({S.SHIPPED, S.CLOSED, S.FAILED}),
    S.CLOSED: frozenset({S.MEASURED}),
    S.NOT_DOING: frozenset({S.PARKED}),
    S.DUPLICATE: frozenset({S.PARKED}),
    S.FAILED: frozenset({S.PARKED, S.DISCOVERY}),
}
ENDED = frozenset({S.NOT_DOING, S.DUPLICATE, S.FAILED})
DONE = frozenset({S.SHIPPED, S.MEASURED, S.CLOSED})
CLOSED = frozenset({S.CLOSED}) | ENDED
TONES: dict[str, str] = {
    S.DISCOVERY: "amber",
    S.READY: "indigo",
    S.DELIVERY: "indigo",
    S.SHIPPED: "green",
    S.MEASURED: "green",
    S.FAILED: "red",
}
_QUESTIONS: dict[str, str] = {
    S.NOT_DOING: "Why is it not done?",
    S.DUPLICATE: "Of what is it a duplicate?",
    S.FAILED: "What did the experiment show?",
    S.MEASURED: "What did it bring?",
}


def may_move(before: str, after: str) -> bool:
    """Whether one step leads there."""
    return after in MOVES.get(before, frozenset())


def why_needed(before: str, after: str) -> str:
    """The question a move has to answer; nothing when it explains itself."""
    if after in _QUESTIONS and before != S.CLOSED:
        return _QUESTIONS[after]
    if before in CLOSED:
        return "Why is it taken up again?"
    back = (before, after) in {(S.SHIPPED, S.DELIVERY), (S.MEASURED, S.SHIPPED)}
    return "What was wrong?" if back else ""
