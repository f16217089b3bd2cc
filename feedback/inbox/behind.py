"""What stands behind a note: what its customer buys, and how often its product comes back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from feedback.ideas.recompute import window
from feedback.inbox.models import Note
from feedback.inbox.reports import bought
from finance.metrics.periods import last_days
from finance.metrics.query import Query, run
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

DAYS = 90
RATE = "return_rate"


@dataclass(frozen=True, slots=True)
class Returns:
    """How many of a product's units came back, in all and week by week; None is nothing sold."""

    rate: Decimal
    units: Decimal
    returned: Decimal
    weeks: list[Decimal | None]

    @property
    def known(self) -> list[Decimal]:
        return [one for one in self.weeks if one is not None]


def behind(actor: Actor, note: Note) -> dict[str, Any]:
    """The customer and the product of a note, each to those who may see them."""
    found: dict[str, Any] = {"customer": None, "bought": None, "returns": None}
    if note.customer_id is not None and actor.can(Perm.CUSTOMERS_VIEW):
        start, end = window(actor.workspace)
        found["customer"] = note.customer
        found["bought"] = bought(
            actor.workspace.pk, note.customer_id, start, end, actor.workspace.currency
        )
        found["currency"], found["sees_money"] = actor.workspace.currency, actor.sees_money
    if note.product_id is not None and actor.can(Perm.METRICS_VIEW):
        found["returns"] = _returns(actor, note.product_id)
    return found


def _returns(actor: Actor, product: int) -> Returns | None:
    """From the metric engine, over the last 90 days; None where nothing was sold."""
    period = last_days(DAYS, actor.workspace.timezone)
    asked = Query(
        (RATE,), period.start, period.end, by=(period.step,), filters={"product": (product,)}
    )
    answer = run(actor, asked)
    whole = answer.total.figures[RATE]
    if whole.value is None:
        return None
    weeks = {row.keys[period.step]: row.figures[RATE].value for row in answer.rows}
    return Returns(
        whole.value,
        whole.measures["units"] or Decimal(0),
        whole.measures["returned_units"] or Decimal(0),
        [weeks.get(day) for day in period.steps()],
    )
