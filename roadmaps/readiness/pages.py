"""What the readiness of a launch shows: the score, why, when, what is in the way, and the trend."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, QuerySet, When
from django.urls import reverse

from core.clock import day_of, today
from core.templatetags.ui import day as written_day
from roadmaps.launches.models import Launch
from roadmaps.launches.states import ENDED, OUT
from roadmaps.marking import ALL, READINESS
from roadmaps.readiness import lawful
from roadmaps.readiness.grading import Calibration, Reliability, calibration, reliability
from roadmaps.readiness.models import (
    GateOverride,
    LaunchForecast,
    Readiness,
    ReadinessSnapshot,
    RedGate,
)
from roadmaps.readiness.recompute import overrides_in_force
from roadmaps.readiness.workdays import days_between
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.staleness.models import StaleMark

TREND = 120
GREEN_FROM, AMBER_FROM = 90, 60
FULL = 100
MOST_GATES = 100


def tone_of(percent: Decimal) -> str:
    if percent >= GREEN_FROM:
        return "green"
    return "amber" if percent >= AMBER_FROM else "red"


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area of the table."""

    key: str
    label: str
    icon: str
    percent: Decimal
    tone: str
    weight: Decimal
    points: Decimal
    lost: Decimal
    missing: list[tuple[str, str]]
    hand: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class GateLine:
    """A red gate: where it is put right, and who let it pass."""

    gate: RedGate
    url: str
    override: GateOverride | None


TAB = re.compile(r"[a-z-]{1,40}")


class ReadinessPage:
    """How ready one launch is, as one member sees it."""

    def __init__(self, actor: Actor, launch: Launch) -> None:
        self.actor, self.launch = actor, launch
        self.edits = actor.can(Perm.ROADMAP_EDIT) and launch.state not in ENDED
        self.weighs = actor.can(Perm.WORKSPACE_MANAGE)

    @cached_property
    def standing(self) -> Readiness | None:
        found: Readiness | None = (
            Readiness.objects.visible_to(self.actor).filter(launch=self.launch).sole()
        )
        return found

    @cached_property
    def snapshot(self) -> ReadinessSnapshot | None:
        rows = ReadinessSnapshot.objects.visible_to(self.actor).select_related("weighed")
        found: ReadinessSnapshot | None = rows.filter(launch=self.launch, current=True).sole()
        return found

    @cached_property
    def stale(self) -> bool:
        """Something it is made of changed since it was worked out."""
        marks = StaleMark.objects.visible_to(self.actor).filter(topic=READINESS)
        return marks.filter(key__in=[f"launch:{self.launch.pk}", ALL]).exists()

    @property
    def tone(self) -> str:
        return tone_of(self.snapshot.score) if self.snapshot else "red"

    @cached_property
    def areas(self) -> list[AreaLine]:
        if self.snapshot is None:
            return []
        found = []
        for one in self.snapshot.areas:
            percent = Decimal(one["done"]) * 100
            missing = [(each["text"], self.url_of(each["to"])) for each in one["missing"]]
            found.append(
                AreaLine(
                    one["key"],
                    one["label"],
                    one["icon"],
                    percent,
                    "green" if percent >= FULL else tone_of(percent),
                    Decimal(one["weight"]),
                    Decimal(one["points"]),
                    Decimal(one["lost"]),
                    missing,
                    one["hand"],
                )
            )
        return found

    def url_of(self, to: str) -> str:
        """Where a thing is put right: a record, what the law asks of a product, or a tab."""
        slug = self.actor.workspace.slug
        kind, _, pk = to.partition(":")
        if kind == lawful.TAB and pk.isdigit() and self.actor.can(Perm.CATALOG_VIEW):
            return reverse("products:product", args=[slug, int(pk), "compliance"])
        if pk.isdigit() and kind in KINDS and self.actor.can(KINDS[kind].reads):
            return refs.url_of(self.actor, KINDS[kind], int(pk))
        tab = to if TAB.fullmatch(to) else "plan"
        return reverse("roadmaps:launch", args=[slug, self.launch.pk, tab])

    @cached_property
    def _passed(self) -> dict[str, GateOverride]:
        return overrides_in_force(self.launch.workspace_id, [self.launch])[self.launch.pk]

    @property
    def _red(self) -> QuerySet[RedGate]:
        return RedGate.objects.visible_to(self.actor).filter(launch=self.launch)

    def _lines(self, most: int | None = None) -> list[GateLine]:
        """What is red, those nobody let pass first."""
        passes = Case(When(key__in=list(self._passed), then=1), default=0)
        rows = self._red.annotate(passes=passes).order_by("passes", "pk")[:most]
        return [GateLine(one, self.url_of(one.to), self._passed.get(one.key)) for one in rows]

    @cached_property
    def gates(self) -> list[GateLine]:
        """Everything that is red. Many products in many markets have thousands."""
        return self._lines()

    @cached_property
    def first_gates(self) -> list[GateLine]:
        """As many as a page shows."""
        return self._lines(MOST_GATES)

    @property
    def more_gates(self) -> int:
        """How many are red besides the first."""
        return self._red.count() - MOST_GATES if len(self.first_gates) == MOST_GATES else 0

    @cached_property
    def blockers(self) -> int:
        return self._red.exclude(key__in=list(self._passed)).count()

    @property
    def forecast(self) -> dict[str, Any] | None:
        """When it will be ready; None once it is out, or before anything was worked out."""
        row = self.standing
        if row is None or row.ready_on is None or self.launch.state in OUT:
            return None
        return {
            "row": row,
            "chance": round(100 * row.chance) if row.chance is not None else None,
            "late": self._late(row.ready_on),
            "actions": [
                (one["title"], round(100 * one["gain"]), self.url_of("plan")) for one in row.actions
            ],
        }

    @cached_property
    def graded(self) -> list[LaunchForecast]:
        """What was forecast of it in each state, held against the day it was ready."""
        if self.launch.state not in OUT:
            return []
        rows = LaunchForecast.objects.visible_to(self.actor).filter(launch=self.launch)
        return list(rows.exclude(actual_on=None).order_by("pk"))

    def _late(self, ready_on: date) -> int:
        """Working days the likely day is after the planned one."""
        return max(days_between(self.launch.planned_on, ready_on) - 1, 0)

    @cached_property
    def trend(self) -> list[ReadinessSnapshot]:
        """The outcomes it had, the newest first."""
        rows = ReadinessSnapshot.objects.visible_to(self.actor).filter(launch=self.launch)
        return list(rows.order_by("-pk")[:TREND])

    @property
    def changes(self) -> list[tuple[ReadinessSnapshot, Decimal | None]]:
        """The newest outcomes, by how much each differs from the one before."""
        rows = self.trend
        before = [*rows[1:], None]
        pairs = zip(rows, before, strict=True)
        return [(one, one.score - last.score if last else None) for one, last in pairs][:10]

    @property
    def chart(self) -> dict[str, Any]:
        """The last score of each day up to today, and the line from which it may go."""
        zone = self.actor.workspace.timezone
        by_day = {day_of(one.made_at, zone): float(one.score) for one in reversed(self.trend)}
        if by_day:
            by_day.setdefault(today(zone), float(self.trend[0].score))
        days = sorted(by_day)
        go = float(self.snapshot.weighed.go_from) if self.snapshot else float(GREEN_FROM)
        line = {"silent": True, "symbol": "none", "data": [{"yAxis": go}]}
        line |= {"label": {"formatter": "go"}, "lineStyle": {"color": "--pm-green"}}
        return {
            "grid": {"left": 30, "right": 28, "top": 10, "bottom": 22},
            "xAxis": {"type": "category", "data": [written_day(one) for one in days]},
            "yAxis": {"type": "value", "min": 0, "max": 100, "interval": 50},
            "series": [
                {
                    "type": "line",
                    "name": "Score",
                    "data": [by_day[one] for one in days],
                    "symbolSize": 4,
                    "areaStyle": {"opacity": 0.08},
                    "itemStyle": {"color": "--pm-accent"},
                    "lineStyle": {"color": "--pm-accent"},
                    "markLine": line,
                }
            ],
        }


def awaited(actor: Actor) -> int:
    """How many launches are worked out anew at this moment: their scores are older."""
    marks = StaleMark.objects.visible_to(actor).filter(topic=READINESS)
    keys = set(marks.values_list("key", flat=True))
    if ALL in keys:
        return Launch.objects.visible_to(actor).exclude(state__in=ENDED).count()
    return len(keys)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How right forecasts were over all launches that are out: the first of each."""

    calibration: Calibration
    reliability: Reliability | None

    @property
    def bands(self) -> list[tuple[int, int, int]]:
        """Launches, the percentage that was said of them, and how much of them came true."""
        rows = self.reliability.bands if self.reliability else ()
        return [(one.launches, round(FULL * one.said), round(FULL * one.came)) for one in rows]

    @property
    def chart(self) -> dict[str, Any]:
        """What came true over what was said; on the line both are the same."""
        ends = [{"coord": [0, 0]}, {"coord": [FULL, FULL]}]
        line = {"silent": True, "symbol": "none", "data": [ends]}
        line |= {"lineStyle": {"color": "--pm-quiet"}}
        axis = {"type": "value", "min": 0, "max": FULL, "interval": 50}
        points = [[said, came] for _, said, came in self.bands]
        series = {"type": "scatter", "name": "Came true", "data": points, "markLine": line}
        return {
            "grid": {"left": 34, "right": 12, "top": 10, "bottom": 22},
            "xAxis": axis,
            "yAxis": axis,
            "series": [series | {"symbolSize": 8, "itemStyle": {"color": "--pm-accent"}}],
        }


def accuracy_of(actor: Actor) -> Accuracy:
    """Whether the day given with 85 % held, and whether what was said of planned days came true."""
    rows = LaunchForecast.objects.visible_to(actor).filter(launch__deleted_at=None)
    first = rows.exclude(inside=None).order_by("launch", "pk").distinct("launch")
    held, pairs = [], []
    for inside, chance, planned, actual in first.values_list(
        "inside", "chance", "planned_on", "actual_on"
    ):
        held.append(bool(inside))
        if chance is not None and actual is not None:
            pairs.append((chance, actual <= planned))
    return Accuracy(calibration(held), reliability(pairs))
