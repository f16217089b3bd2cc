"""What an audience may be shown: every field of the roadmap is offered here, or hidden for good.

A field that stands in neither list is hidden, since what reads the roadmap for an audience reads
what is offered alone; and a guard fails until somebody has said which of the two it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Precision(models.TextChoices):
    """How closely an audience may know days."""

    DAY = "day", "To the day"
    MONTH = "month", "Months only"
    QUARTER = "quarter", "Quarters only"


class Shown(StrEnum):
    """A field an audience may be shown. The title of an item or a launch always is."""

    STATE = "item.state"
    HORIZON = "item.horizon"
    CONFIDENCE = "item.confidence"
    DATES = "item.dates"
    OBJECTIVE = "item.objective"
    TYPE = "item.type"
    OWNER = "item.owner"
    DESCRIPTION = "item.description"
    PRODUCTS = "item.products"
    EFFORT = "item.effort"
    SCORE = "item.score"
    ASKED = "item.asked"
    DEPENDENCIES = "dependencies"
    KEY_RESULTS = "key_results"
    MONEY = "key_results.money"
    LAUNCH_STATE = "launch.state"
    LAUNCH_DATES = "launch.dates"
    LAUNCH_PRODUCTS = "launch.products"
    LAUNCH_MARKETS = "launch.markets"
    LAUNCH_SCORE = "launch.score"
    LAUNCH_TASKS = "launch.tasks"


WORDS: dict[str, str] = {
    Shown.STATE: "State",
    Shown.HORIZON: "Now, next, later",
    Shown.CONFIDENCE: "Confidence",
    Shown.DATES: "Dates",
    Shown.OBJECTIVE: "Objective",
    Shown.TYPE: "Type",
    Shown.OWNER: "Owner’s name",
    Shown.DESCRIPTION: "Description",
    Shown.PRODUCTS: "Products",
    Shown.EFFORT: "Expected effort",
    Shown.SCORE: "Score, as a percentile",
    Shown.ASKED: "How many customers ask",
    Shown.DEPENDENCIES: "Dependencies between what is shown",
    Shown.KEY_RESULTS: "Key results of objectives",
    Shown.MONEY: "Key results about money",
    Shown.LAUNCH_STATE: "Launches: state",
    Shown.LAUNCH_DATES: "Launches: dates",
    Shown.LAUNCH_PRODUCTS: "Launches: products",
    Shown.LAUNCH_MARKETS: "Launches: markets",
    Shown.LAUNCH_SCORE: "Launches: readiness score",
    Shown.LAUNCH_TASKS: "Launches: what is done before, during and after",
}
# Before the key of a workspace's own field: each is named for itself. The column that holds them
# is hidden; what reads it takes single keys that are allowed out of it.
OWN = "item.own."
# Which offered field a column belongs to; TITLE is always shown.
TITLE = "title"
OFFERED: dict[str, str] = {
    "roadmaps.Item.title": TITLE,
    "roadmaps.Item.state": Shown.STATE,
    "roadmaps.Item.horizon": Shown.HORIZON,
    "roadmaps.Item.confidence": Shown.CONFIDENCE,
    "roadmaps.Item.start_on": Shown.DATES,
    "roadmaps.Item.end_on": Shown.DATES,
    "roadmaps.Item.objective": Shown.OBJECTIVE,
    "roadmaps.Item.type": Shown.TYPE,
    "roadmaps.Item.owner": Shown.OWNER,
    "roadmaps.Item.description": Shown.DESCRIPTION,
    "roadmaps.ItemProduct.item": Shown.PRODUCTS,
    "roadmaps.ItemProduct.product": Shown.PRODUCTS,
    "roadmaps.Estimate.item": Shown.EFFORT,
    "roadmaps.Estimate.low": Shown.EFFORT,
    "roadmaps.Estimate.likely": Shown.EFFORT,
    "roadmaps.Estimate.high": Shown.EFFORT,
    "roadmaps.Score.item": Shown.SCORE,
    "roadmaps.Score.percentile": Shown.SCORE,
    "roadmaps.Dependency.before": Shown.DEPENDENCIES,
    "roadmaps.Dependency.after": Shown.DEPENDENCIES,
    "roadmaps.Objective.title": Shown.OBJECTIVE,
    "roadmaps.KeyResult.title": Shown.KEY_RESULTS,
    "roadmaps.KeyResult.objective": Shown.KEY_RESULTS,
    "roadmaps.KeyResult.metric": Shown.KEY_RESULTS,
    "roadmaps.KeyResult.baseline": Shown.KEY_RESULTS,
    "roadmaps.KeyResult.target": Shown.KEY_RESULTS,
    "roadmaps.KeyResult.due_on": Shown.KEY_RESULTS,
    "roadmaps.Launch.title": TITLE,
    "roadmaps.Launch.state": Shown.LAUNCH_STATE,
    "roadmaps.Launch.planned_on": Shown.LAUNCH_DATES,
    "roadmaps.Launch.launched_on": Shown.LAUNCH_DATES,
    "roadmaps.LaunchProduct.launch": Shown.LAUNCH_PRODUCTS,
    "roadmaps.LaunchProduct.product": Shown.LAUNCH_PRODUCTS,
    "roadmaps.LaunchMarket.launch": Shown.LAUNCH_MARKETS,
    "roadmaps.LaunchMarket.market": Shown.LAUNCH_MARKETS,
    "roadmaps.Readiness.launch": Shown.LAUNCH_SCORE,
    "roadmaps.Readiness.score": Shown.LAUNCH_SCORE,
    "roadmaps.LaunchTask.launch": Shown.LAUNCH_TASKS,
    "roadmaps.LaunchTask.title": Shown.LAUNCH_TASKS,
    "roadmaps.LaunchTask.lane": Shown.LAUNCH_TASKS,
    "roadmaps.LaunchTask.day": Shown.LAUNCH_TASKS,
    "roadmaps.LaunchTask.due_on": Shown.LAUNCH_TASKS,
    "roadmaps.LaunchTask.done_on": Shown.LAUNCH_TASKS,
}

STARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "Executives": (
        (
            Shown.STATE,
            Shown.HORIZON,
            Shown.CONFIDENCE,
            Shown.DATES,
            Shown.OBJECTIVE,
            Shown.KEY_RESULTS,
            Shown.DEPENDENCIES,
            Shown.LAUNCH_STATE,
            Shown.LAUNCH_DATES,
            Shown.LAUNCH_PRODUCTS,
            Shown.LAUNCH_MARKETS,
            Shown.LAUNCH_SCORE,
        ),
        Precision.MONTH,
    ),
    "Customers": (
        (Shown.HORIZON, Shown.DATES, Shown.LAUNCH_DATES, Shown.LAUNCH_MARKETS),
        Precision.QUARTER,
    ),
    "Vendors": (
        (
            Shown.STATE,
            Shown.HORIZON,
            Shown.DATES,
            Shown.PRODUCTS,
            Shown.LAUNCH_STATE,
            Shown.LAUNCH_DATES,
            Shown.LAUNCH_PRODUCTS,
            Shown.LAUNCH_MARKETS,
            Shown.LAUNCH_TASKS,
        ),
        Precision.MONTH,
    ),
}


@dataclass(frozen=True, slots=True)
class Allow:
    """An allow-list: the offered fields somebody may see, and how closely they may know days."""

    fields: frozenset[str]
    precision: str = Precision.DAY

    def __contains__(self, field: str) -> bool:
        return field in self.fields

    def within(self, others: Iterable[str]) -> "Allow":
        """Only what another list allows as well."""
        return Allow(self.fields & frozenset(others), self.precision)


def allow(fields: Iterable[str], precision: str = Precision.DAY) -> Allow:
    """The list of these fields; what is not offered is left out. Whether a workspace's own field
    is there and may be shown is asked when it is read."""
    known = frozenset(one for one in fields if one in WORDS or one.startswith(OWN))
    return Allow(known, precision if precision in Precision.values else Precision.QUARTER)


def everything(*, money: bool) -> Allow:
    """What a member sees, for files of their own."""
    return Allow(frozenset(WORDS) - (set() if money else {Shown.MONEY}))
