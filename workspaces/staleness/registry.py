"""Recomputers by topic: a fact below refreshes a figure above without importing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Recompute = Callable[[int, Sequence[str]], None]
Everything = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Topic:
    """How one kind of derived row is brought up to date.

    `recompute(workspace_id, keys)` and `everything(workspace_id)` are set-based, idempotent and
    run inside the worker's transaction. `order`: lower topics first, since higher ones read them.
    `batch`: how many marks are taken at once, so that a bulk load lets a person's change through.
    """

    name: str
    label: str
    recompute: Recompute
    everything: Everything
    order: int = 0
    batch: int = 500


TOPICS: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Called from an AppConfig's ready()."""
    TOPICS[topic.name] = topic


def in_order() -> list[Topic]:
    """All topics, those that others read first."""
    return sorted(TOPICS.values(), key=lambda topic: (topic.order, topic.name))
