"""What the sample shop means to do next: objectives with figures, items, estimates, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from products.catalog.models import Market, Product
from roadmaps.items.services import set_products
from roadmaps.priorities.services import set_inputs
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.members.models import Team
from workspaces.members.services_teams import create_team
from workspaces.records.kinds import KINDS
from workspaces.records.services import create_record


@dataclass(frozen=True, slots=True)
class Sketch:
    """An item: its days counted from the first of this month, its effort in person-weeks."""

    title: str
    state: str
    horizon: str
    confidence: str
    first: int
    last: int
    effort: tuple[int, int, int]
    type: str = "feature"
    product: str = ""
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """An objective with one figure, and the items that are to reach it."""

    title: str
    figure: Mapping[str, Any]
    items: tuple[Sketch, ...]
    market: str = ""


AIMS = (
    Aim(
        "Cut returns to 7 %",
        {
            "title": "Return rate",
            "metric": "return_rate",
            "baseline": Decimal("0.094"),
            "target": Decimal("0.07"),
        },
        (
            Sketch(
                "Trail Jacket 2.0",
                "delivery",
                "now",
                "committed",
                0,
                34,
                (4, 6, 10),
                "assortment",
                "trail-jacket-2-0",
            ),
            Sketch("Size advisor", "ready", "next", "committed", 59, 122, (6, 9, 14)),
            Sketch(
                "Return reasons at the door",
                "discovery",
                "later",
                "likely",
                131,
                188,
                (3, 5, 9),
                waits="Size advisor",
            ),
        ),
    ),
    Aim(
        "Win mobile checkout",
        {
            "title": "Returning customers",
            "metric": "repeat_rate",
            "baseline": Decimal(".2"),
            "target": Decimal(".3"),
        },
        (
            Sketch("One-page checkout", "shipped", "now", "committed", 0, 29, (5, 7, 9)),
            Sketch(
                "Wallet payments",
                "ready",
                "next",
                "committed",
                48,
                119,
                (3, 5, 8),
                waits="One-page checkout",
            ),
            Sketch(
                "Guest order tracking",
                "parked",
                "later",
                "likely",
                138,
                189,
                (2, 3, 5),
                waits="Wallet payments",
            ),
        ),
    ),
    Aim(
        "Open the UK",
        {
            "title": "Revenue of a year",
            "metric": "net_revenue",
            "baseline": Decimal("150000"),
            "target": Decimal("400000"),
            "days": 365,
        },
        (
            Sketch(
                "Kids Puffer · UK",
                "delivery",
                "now",
                "committed",
                -20,
                -3,
                (1, 2, 4),
                "compliance",
                "kids-puffer",
            ),
            Sketch("GBP price lists", "ready", "next", "committed", 36, 94, (2, 4, 6), "price"),
            Sketch(
                "UK returns partner",
                "discovery",
                "later",
                "exploring",
                153,
                247,
                (2, 6, 12),
                "problem",
                waits="GBP price lists",
            ),
        ),
        "United Kingdom",
    ),
)


GUESSES = (
    ("Trail Jacket 2.0", 1800, "2", "1"),
    ("Size advisor", 2400, "2", ".8"),
    ("Return reasons at the door", 600, "1", ".5"),
    ("One-page checkout", 3200, "2", "1"),
    ("Wallet payments", 1500, "1", ".8"),
    ("Guest order tracking", 900, ".5", ".8"),
    ("GBP price lists", 700, "1", ".8"),
    ("UK returns partner", 400, "1", ".5"),
)


def add_plan(members: Mapping[Role, Actor], products: Mapping[str, Product], now: date) -> None:
    """Three objectives with three items each, as a small shop would have them."""
    owner, pm = members[Role.OWNER], members[Role.PRODUCT]
    team = create_team(owner, "Web team", [one.user.pk for one in members.values()][:3])
    first = now.replace(day=1)
    made: dict[str, Any] = {}
    for aim in AIMS:
        objective = create_record(
            pm,
            KINDS["roadmaps.objective"],
            {
                "title": aim.title,
                "state": "active",
                "owner": pm.user,
                "start_on": first - timedelta(days=30),
                "end_on": first + timedelta(days=240),
            },
        )
        markets = Market.objects.visible_to(pm).filter(name=aim.market)
        market = markets.first() if aim.market else None
        figure = {"objective": objective, "due_on": first + timedelta(days=240), **aim.figure}
        create_record(pm, KINDS["roadmaps.keyresult"], figure | {"market": market})
        for sketch in aim.items:
            made[sketch.title] = _item(pm, sketch, objective, first, team)
            if sketch.product in products:
                set_products(pm, made[sketch.title].pk, [products[sketch.product].pk])
            if sketch.waits:
                ends = {"before": made[sketch.waits], "after": made[sketch.title]}
                create_record(pm, KINDS["roadmaps.dependency"], ends)
    _score(pm, made)


def _score(pm: Actor, made: Mapping[str, Any]) -> None:
    """RICE over the items; effort comes from the estimates."""
    scoring = create_record(pm, KINDS["roadmaps.scoringmodel"], {"name": "RICE", "method": "rice"})
    for title, reach, impact, confidence in GUESSES:
        typed: dict[str, dict[str, Any]] = {
            "reach": {
                "likely": Decimal(reach),
                "low": Decimal(reach) / 2,
                "high": Decimal(reach) * 3 / 2,
                "reason": "What the team expects of a quarter",
            },
            "impact": {"likely": Decimal(impact)},
            "confidence": {"likely": Decimal(confidence)},
        }
        set_inputs(pm, made[title].pk, scoring.pk, typed)


def _item(pm: Actor, sketch: Sketch, objective: Any, first: date, team: Team) -> Any:
    item = create_record(
        pm,
        KINDS["roadmaps.item"],
        {
            "title": sketch.title,
            "state": sketch.state,
            "horizon": sketch.horizon,
            "confidence": sketch.confidence,
            "type": sketch.type,
            "owner": pm.user,
            "objective": objective,
            "start_on": first + timedelta(days=sketch.first),
            "end_on": first + timedelta(days=sketch.last),
        },
    )
    low, likely, high = sketch.effort
    points = {"item": item, "team": team, "low": low, "likely": likely, "high": high}
    create_record(pm, KINDS["roadmaps.estimate"], points)
    return item
