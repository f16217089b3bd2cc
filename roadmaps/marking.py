"""Saying that scores are older than what they are made of. Part of the act that made them so."""

from collections.abc import Iterable

from workspaces.staleness.services import PERSON, mark_stale

SCORES, READINESS, ALL = "scores", "readiness", "all"


def of_items(workspace_id: int, items: Iterable[int], cause: str) -> None:
    """The scores of these items, by every model."""
    mark_stale(workspace_id, SCORES, [f"item:{pk}" for pk in items], cause)


def of_model(workspace_id: int, model: int, cause: str) -> None:
    """The scores of every item by one model."""
    mark_stale(workspace_id, SCORES, [f"model:{model}"], cause)


def of_launches(
    workspace_id: int, launches: Iterable[int], cause: str, urgency: int = PERSON
) -> None:
    """How ready these launches are, and when they will be."""
    keys = [f"launch:{pk}" for pk in sorted(set(launches))]
    mark_stale(workspace_id, READINESS, keys, cause, urgency=urgency)
