"""What kinds of jobs there are, and what is tidied up every hour."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workspaces.jobs.running import RunningJob


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work. `run` must be safe to run twice; `bulk` work has workers of its own.

    `undoable` work says in its params which `batch` of the history it makes.
    """

    name: str
    label: str
    run: Callable[["RunningJob"], None]
    bulk: bool = False
    undoable: bool = False


KINDS: dict[str, JobKind] = {}
CLEANERS: dict[str, Callable[[], None]] = {}


def register(kind: JobKind) -> None:
    """Called from an AppConfig's ready()."""
    KINDS[kind.name] = kind


def register_cleaner(name: str, clean: Callable[[], None]) -> None:
    """Something to tidy up every hour, such as a trash after its 30 days."""
    CLEANERS[name] = clean
