"""Searching in tests: the relay tells, and entries are worked out, as workers do."""

from collections.abc import Callable

import pytest

from workspaces.audit.relay import relay_next
from workspaces.search.finding import search
from workspaces.search.recompute import TOPIC
from workspaces.staleness.recompute import recompute_everything, recompute_next


@pytest.fixture
def settle() -> Callable[[], None]:
    """Do what the workers do after commits."""

    def work() -> None:
        while relay_next():
            pass
        while recompute_next([TOPIC]):
            pass

    return work


@pytest.fixture
def indexed() -> Callable[[object], None]:
    """Work out every entry of a workspace anew."""
    return lambda workspace: recompute_everything(workspace.pk, "test")


@pytest.fixture
def found() -> Callable[..., list[str]]:
    """The names of what a member finds, best first."""

    def find(someone, text, **options) -> list[str]:
        groups = search(someone.actor, text, **options)
        return [row.record.label for group in groups for row in group.rows]

    return find
