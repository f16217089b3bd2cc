"""Who else keeps what an erased customer is known by: rooms register, erasing asks them all."""

import re
from collections.abc import Callable

Forgetter = Callable[[int, int, str], None]
GONE = "[address taken out]"
FORGETTERS: dict[str, Forgetter] = {}


def register_forgetter(name: str, forget: Forgetter) -> None:
    """Called from an AppConfig's ready(). `forget(workspace_id, customer, address)` takes them out
    for good; the address is empty where none was known."""
    FORGETTERS[name] = forget


def by_address(forget: Callable[[int, str], None]) -> Forgetter:
    """A forgetter for what is known by its address alone."""

    def forgets(workspace_id: int, customer: int, address: str) -> None:
        if address:
            forget(workspace_id, address)

    return forgets


def without(text: str, address: str, most: int) -> str:
    """A text of somebody's own words without an address, at most so long."""
    return re.sub(re.escape(address), GONE, text, flags=re.IGNORECASE)[:most]


def forget_everywhere(workspace_id: int, customer: int, address: str) -> None:
    """Take a customer out of whatever keeps them. Part of the caller's transaction."""
    for forget in FORGETTERS.values():
        forget(workspace_id, customer, address)
