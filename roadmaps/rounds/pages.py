"""What the pages of blind rounds show: to a rater their own numbers, to all what is shown."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from roadmaps.priorities.methods import Input
from roadmaps.rounds.models import Rater, Rating, Round, RoundItem, RoundState
from roadmaps.rounds.reports import items_of, scales_of, shown_ratings, spreads_of
from roadmaps.rounds.spread import Spread
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm


@dataclass(frozen=True, slots=True)
class Box:
    """One input of one item: its field's name, what stands in it, and what others gave."""

    input: Input
    name: str
    value: Decimal | None
    why: str
    spread: Spread | None
    ratings: tuple[tuple[str, Rating, bool], ...]

    @property
    def why_name(self) -> str:
        return f"{self.name}-why"


@dataclass(frozen=True, slots=True)
class Line:
    """One item with its inputs."""

    row: RoundItem
    boxes: tuple[Box, ...]


class RoundPage:
    """One round, as one member sees it."""

    def __init__(self, actor: Actor, row: Round) -> None:
        self.actor, self.row = actor, row

    @cached_property
    def items(self) -> list[RoundItem]:
        return items_of(self.actor, self.row)

    @cached_property
    def raters(self) -> list[Rater]:
        rows = Rater.objects.visible_to(self.actor).filter(round=self.row)
        return list(rows.select_related("user").order_by("user__name", "pk"))

    @cached_property
    def mine(self) -> Rater | None:
        return next((one for one in self.raters if one.user_id == self.actor.user.pk), None)

    @property
    def leads(self) -> bool:
        return self.actor.can(Perm.ROADMAP_EDIT)

    @property
    def rates(self) -> bool:
        return self.mine is not None and self.row.state == RoundState.OPEN

    @property
    def shown(self) -> bool:
        return self.row.state in (RoundState.SHOWN, RoundState.SETTLED)

    @property
    def done(self) -> int:
        return sum(one.done_turn >= self.row.turn for one in self.raters)

    @property
    def apart(self) -> int:
        """How many numbers are still to be talked about."""
        return sum(not one.agreed for one in self.spreads.values())

    @cached_property
    def spreads(self) -> dict[tuple[int, str], Spread]:
        return spreads_of(self.actor, self.row)

    @property
    def lines(self) -> list[Line]:
        """The items: those still to rate for a rater, all of them once the numbers are shown."""
        scales = scales_of(self.row)
        own, others = self._own, self._others
        found = []
        for one in self.items:
            if self.shown or not one.settled:
                boxes = []
                for key, scale in scales.items():
                    cell = (one.pk, key)
                    value, why = own.get(cell, (None, ""))
                    given = tuple(others.get(cell, ()))
                    name = f"{one.pk}-{key}"
                    boxes.append(Box(scale, name, value, why, self.spreads.get(cell), given))
                found.append(Line(one, tuple(boxes)))
        return found

    @property
    def _own(self) -> dict[tuple[int, str], tuple[Decimal, str]]:
        """What this member gave last: the only numbers of a round that is blind."""
        rows = Rating.objects.visible_to(self.actor).filter(rater=self.mine).order_by("turn")
        kept = rows if self.rates else []
        return {(one.round_item_id, one.key): (one.value, one.why) for one in kept}

    @property
    def _others(self) -> dict[tuple[int, str], list[tuple[str, Rating, bool]]]:
        found: dict[tuple[int, str], list[tuple[str, Rating, bool]]] = {}
        for one in sorted(shown_ratings(self.actor, self.row), key=lambda each: each.value):
            cell = (one.round_item_id, one.key)
            far = cell in self.spreads and one.rater_id in self.spreads[cell].far
            found.setdefault(cell, []).append((str(one.rater), one, far))
        return found
