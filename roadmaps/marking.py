"""Saying that scores are older than what they are made of. Part of the act that made them so."""

from collections.abc import Iterable

from workspaces.staleness.services import mark_stale

SCORES, ALL = "scores", "all"


def of_items(workspace_id: int, items: Iterable[int], cause: str) -> None:
    """The scores of these items, by every model."""
    mark_stale(workspace_id, SCORES, [f"item:{pk}" for pk in items], cause)


def of_model(workspace_id: int, model: int, cause: str) -> None:
    """The scores of every item by one model."""
    mark_stale(workspace_id, SCORES, [f"model:{model}"], cause)
