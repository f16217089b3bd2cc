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
