"""What a round holds: its items and scales, and what everybody gave once that is shown."""

from decimal import Decimal

from roadmaps.priorities.methods import Input, inputs_of
from roadmaps.priorities.scoring import names_in
from roadmaps.rounds.models import Rating, Round, RoundItem, RoundState
from roadmaps.rounds.spread import Spread, spread_of
from workspaces.access.actor import Actor

Cell = tuple[int, str]  # an item of the round, and an input


def scales_of(row: Round) -> dict[str, Input]:
    """The inputs of the round that its model still has, each with the range it lies in."""
    scoring = row.scoring
    known = inputs_of(scoring.method, names_in(scoring.formula))
    return {one.key: one for one in known if one.key in row.keys}


def items_of(actor: Actor, row: Round) -> list[RoundItem]:
    """The items of a round that are not in the trash."""
    rows = RoundItem.objects.visible_to(actor).filter(round=row, item__deleted_at=None)
    return list(rows.select_related("item").order_by("pk"))


def shown_ratings(actor: Actor, row: Round) -> list[Rating]:
    """What everybody gave in this turn; nothing while the round is blind or was withdrawn."""
    if row.state not in (RoundState.SHOWN, RoundState.SETTLED):
        return []
    rows = Rating.objects.visible_to(actor).filter(round_item__round=row)
    newest: dict[tuple[int, int, str], Rating] = {}
    for one in rows.select_related("rater__user").order_by("turn"):
        newest[one.round_item_id, one.rater_id, one.key] = one
    return list(newest.values())


def spreads_of(actor: Actor, row: Round) -> dict[Cell, Spread]:
    """How far apart the raters are, for every item and input that somebody rated."""
    values: dict[Cell, dict[int, Decimal]] = {}
    for one in shown_ratings(actor, row):
        values.setdefault((one.round_item_id, one.key), {})[one.rater_id] = one.value
    scales = scales_of(row)
    found = {}
    for cell, each in values.items():
        scale = scales.get(cell[1])
        spread = spread_of(each, (scale.least, scale.most) if scale else (None, None))
        if spread is not None:
            found[cell] = spread
    return found
