"""The assortment's life: which state may follow which, and what each move needs."""

from django.db import models


class Assortment(models.TextChoices):
    """Where a product stands in the range (field: assortment lifecycle)."""

    PROPOSED = "proposed", "Proposed"
    EVALUATING = "evaluating", "Evaluating"
    APPROVED = "approved", "Approved"
    ONBOARDING = "onboarding", "Onboarding"
    READY = "ready", "Ready"
    LIVE = "live", "Live"
    WATCH = "watch", "Watch"
    PHASE_OUT = "phase_out", "Phase-out"
    DISCONTINUED = "discontinued", "Discontinued"


S = Assortment
MOVES: dict[Assortment, tuple[Assortment, ...]] = {
    S.PROPOSED: (S.EVALUATING, S.DISCONTINUED),
    S.EVALUATING: (S.APPROVED, S.PROPOSED, S.DISCONTINUED),
    S.APPROVED: (S.ONBOARDING, S.EVALUATING, S.DISCONTINUED),
    S.ONBOARDING: (S.READY, S.APPROVED, S.DISCONTINUED),
    S.READY: (S.LIVE, S.ONBOARDING, S.DISCONTINUED),
    S.LIVE: (S.WATCH, S.PHASE_OUT),
    S.WATCH: (S.LIVE, S.PHASE_OUT),
    S.PHASE_OUT: (S.DISCONTINUED, S.WATCH),
    S.DISCONTINUED: (S.EVALUATING,),
}
SELLING = (S.LIVE, S.WATCH, S.PHASE_OUT)
END_OF_LIFE = {
    "stock": "Remaining stock is sold, returned or written off",
    "listings": "Listings and adverts are taken down or redirected",
    "service": "Warranty, spare parts and recall duties have an owner",
    "partners": "Suppliers and accounts have been told",
}


def may_move(current: str, target: str) -> bool:
    """The range's rules allow this move in one step."""
    return Assortment(target) in MOVES[Assortment(current)]


TONES = {
    S.PROPOSED: "grey",
    S.EVALUATING: "indigo",
    S.APPROVED: "indigo",
    S.ONBOARDING: "indigo",
    S.READY: "indigo",
    S.LIVE: "green",
    S.WATCH: "amber",
    S.PHASE_OUT: "amber",
    S.DISCONTINUED: "grey",
}
WHY = {
    S.LIVE: "Who decided to go, and on what grounds?",
    S.WATCH: "What makes this product one to watch?",
    S.PHASE_OUT: "Why does it leave the range?",
    S.DISCONTINUED: "Why is it discontinued?",
}


def why_needed(current: str, target: str) -> str:
    """The question a move has to answer, or nothing where none is asked.

    Going live needs a go decision; leaving the range needs a reason.
    """
    back_from_watch = current == S.WATCH and target == S.LIVE
    return "" if back_from_watch else WHY.get(Assortment(target), "")


def undone_end_of_life(current: str, target: str, done: dict[str, bool]) -> list[str]:
    """Lines of the end-of-life list still open, for a move that needs them all.

    What never sold needs none of them.
    """
    if target != S.DISCONTINUED or current not in SELLING:
        return []
    return [line for key, line in END_OF_LIFE.items() if not done.get(key)]
