"""Who else keeps an address that is to be erased. Rooms register once; erasing asks them all."""

from collections.abc import Callable

Forgetter = Callable[[int, str], None]
FORGETTERS: dict[str, Forgetter] = {}


def register_forgetter(name: str, forget: Forgetter) -> None:
    """Called from an AppConfig's ready(). `forget(workspace_id, address)` takes it out for good."""
    FORGETTERS[name] = forget


def forget_everywhere(workspace_id: int, address: str) -> None:
    """Take an address out of whatever keeps it. Part of the caller's transaction."""
    for forget in FORGETTERS.values():
        forget(workspace_id, address)
