"""Who forgets an erased customer too: rooms above keep what people said, and from which address."""

from collections.abc import Callable

Forget = Callable[[int, int, str], None]
FORGETTERS: list[Forget] = []


def register_forgetter(forget: Forget) -> None:
    """Called from an AppConfig's ready(). `forget(workspace_id, customer, email)` is part of the
    transaction that erases."""
    FORGETTERS.append(forget)


def forget_everywhere(workspace_id: int, customer: int, email: str) -> None:
    """Ask all of them."""
    for forget in FORGETTERS:
        forget(workspace_id, customer, email)
