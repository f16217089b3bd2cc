"""What people outside said about a record where members do not write: shown apart in its
discussion, so that nobody takes it for a member's word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workspaces.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Heard:
    """Something said outside. `where` is the page it was said on, `acts` are (label, address, what
    is sent as `do`)."""

    who: str
    at: datetime
    text: str
    where: str
    state: str
    tone: str
    acts: Sequence[tuple[str, str, str]] = ()


Finder = Callable[[Actor, int], list[Heard]]
HEARD: dict[str, Finder] = {}


def register_heard(kind: str, find: Finder) -> None:
    """Called from an AppConfig's ready(). `find(actor, pk)` is what was said, newest first."""
    HEARD[kind] = find


def heard_about(actor: Actor, kind: str, pk: int) -> list[Heard]:
    """What was said outside about a record; nothing of kinds that are not spoken of there."""
    find = HEARD.get(kind)
    return find(actor, pk) if find else []
