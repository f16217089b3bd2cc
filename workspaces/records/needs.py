"""What needs a member's attention: every room registers its kinds of need here once.

A need is found anew each time Home opens, from rows that exist; only putting it off is stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.snoozes.services import snoozed

RED, AMBER, INDIGO, GREY = "red", "amber", "indigo", "grey"
URGENCY = {RED: 0, AMBER: 1, INDIGO: 2, GREY: 3}


@dataclass(frozen=True, slots=True)
class Need:
    """One line: what is the matter, how much it is, and the one thing to do.

    `key` names it when it is put off: the same matter has the same key tomorrow.
    """

    key: str
    title: str
    note: str
    icon: str
    tone: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class NeedKind:
    """Finds the needs of one kind for a member who has `perm`. One statement, a few rows."""

    name: str
    perm: Perm
    find: Callable[[Actor], Sequence[Need]]


NEEDS: dict[str, NeedKind] = {}


def register_need(kind: NeedKind) -> None:
    """Called from an AppConfig's ready(); a name stands once."""
    NEEDS[kind.name] = kind


def needs_of(actor: Actor) -> tuple[list[Need], int]:
    """What needs this member, the worst first, and how many were put off."""
    found = [
        need
        for kind in NEEDS.values()
        if actor.can(kind.perm)
        for need in kind.find(actor)
        if need.url
    ]
    later = snoozed(actor) if found else set()
    open_now = [need for need in found if need.key not in later]
    open_now.sort(key=lambda need: URGENCY[need.tone])
    return open_now, len(found) - len(open_now)
