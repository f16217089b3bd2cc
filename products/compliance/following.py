"""Who above has to know that obligations change: told with the act, and again when it shows."""

from collections.abc import Callable, Collection

Follow = Callable[[int, Collection[int] | None, str], None]
FOLLOWERS: list[Follow] = []


def register_follower(follow: Follow) -> None:
    """Called from an AppConfig's ready(). `follow(workspace_id, products, cause)`; None is all.

    Called in the transaction of the act: what follows from obligations is older from then on.
    """
    FOLLOWERS.append(follow)


def tell(workspace_id: int, products: Collection[int] | None, cause: str) -> None:
    """Tell everybody who follows."""
    for follow in FOLLOWERS:
        follow(workspace_id, products, cause)
