"""Short filters of a kind beside those of its fields: `cost=missing`, `state=selling`.

An app above registers one for a question that no field answers.
"""

from workspaces.access.actor import Actor
from workspaces.records.lists import ListFilter

QUICK: dict[str, dict[str, ListFilter]] = {}


def register_quick_filter(kind: str, one: ListFilter) -> None:
    """Called from an AppConfig's ready(). `kind` is the kind's name, such as products.product."""
    QUICK.setdefault(kind, {})[one.name] = one


def quick_filters(actor: Actor, kind: str) -> list[ListFilter]:
    """Those this member may use, in order."""
    own = QUICK.get(kind, {}).values()
    allowed = [one for one in own if one.perm is None or actor.can(one.perm)]
    return sorted(allowed, key=lambda one: one.order)
