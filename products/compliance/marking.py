"""Saying that obligations are older than what they follow from."""

from collections.abc import Iterable

from products.compliance.following import tell
from products.compliance.recompute import ALL, TOPIC
from workspaces.staleness.services import BULK, PERSON, mark_stale

SINGLY = 200  # a change of more products than this waits behind what people wait for


def of_products(workspace_id: int, products: Iterable[int], cause: str) -> None:
    """These products' obligations have to be worked out anew."""
    pks = sorted(set(products))
    urgency = PERSON if len(pks) <= SINGLY else BULK
    mark_stale(workspace_id, TOPIC, pks, cause, urgency=urgency)
    tell(workspace_id, pks, cause)


def of_everything(workspace_id: int, cause: str) -> None:
    """All obligations of the workspace have to be worked out anew."""
    mark_stale(workspace_id, TOPIC, [ALL], cause, urgency=BULK)
    tell(workspace_id, None, cause)
