"""The timeline of the items that a list's filters leave: groups of rows, and what binds them."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from core.templatetags import ui
from finance.metrics.catalogue import METRICS
from finance.metrics.words import written
from roadmaps.items.effort import Effort, pert, together
from roadmaps.items.models import Estimate, Item
from roadmaps.items.planning import Planned, bar_of, planned
from roadmaps.items.records import ITEM
from roadmaps.items.states import ENDED
from roadmaps.priorities.models import Score, ScoringModel
from roadmaps.strategy.models import KeyResult
from roadmaps.timeline.drawing import HEAD, ROW, Drawn, Writer, arrows, grid, heads
from roadmaps.timeline.look import COLOURS, Look, look_of
from roadmaps.timeline.scale import SNAPS, Zoom
from workspaces.access.actor import Actor
from workspaces.lists.asking import query
from workspaces.lists.grouping import gathered
from workspaces.lists.listing import KindList
from workspaces.lists.toolbar import Option, builder_of, toolbar_of
from workspaces.records import refs
from workspaces.records.fields import Field
from workspaces.records.kinds import KINDS
from workspaces.views.bar import ViewBar
from workspaces.views.opening import open_list

MOST, MOST_RESULTS = 2_000, 200
USUAL, TIMELINE = "objective", "timeline"
COLOUR_WORDS = {"confidence": "Confidence", "state": "State"}
LEGENDS = {
    "confidence": [
        ("committed", "committed"),
        ("likely", "likely"),
        ("exploring", "exploring"),
        ("green", "shipped"),
        ("late", "late"),
    ],
    "state": [
        ("grey", "parking lot"),
        ("amber", "discovery"),
        ("indigo", "ready or in delivery"),
        ("green", "shipped"),
        ("late", "late"),
    ],
}


@dataclass(slots=True)
class Lane:
    """A group of rows, and what its figures are to become."""

    key: str
    label: str
    url: str = ""
    aim: str = ""
    rows: list[Drawn] = field(default_factory=list)
    measured: bool = False

    @property
    def many(self) -> str:
        return f"{len(self.rows)} item{'' if len(self.rows) == 1 else 's'}"


class Timeline:
    """What one member asked of the timeline; the address holds all of it."""

    def __init__(self, actor: Actor, asked: QueryDict) -> None:
        self.actor, self.sent = actor, asked
        self.opened = open_list(actor, ITEM, asked)
        meant = self.opened.query.copy()
        self.layout = str(meant.get("layout", ""))
        meant["layout"] = TIMELINE
        self.listing = KindList(ITEM, actor, meant, chosen=[])
        self.asked = self.listing.asked
        self.look: Look = look_of(actor, meant)

    @property
    def edits(self) -> bool:
        return self.actor.can(ITEM.writes)

    def address(self, **changes: str) -> str:
        """This page with some of it changed: the list's filters and the look together."""
        own = {"zoom", "from", "colour", "arrows", "selected"}
        parts = self.asked.parts() | {k: v for k, v in changes.items() if k not in own}
        others = {name: text for name, text in parts.items() if name not in own}
        return query(others | self.look.parts(**{k: v for k, v in changes.items() if k in own}))

    @property
    def is_elsewhere(self) -> bool:
        """Whether a saved view was opened that is no timeline."""
        view = self.opened.view
        return view is not None and self.opened.query is not self.sent and self.layout != TIMELINE

    @cached_property
    def views(self) -> ViewBar:
        return ViewBar(self.actor, self.listing, self.opened)

    @property
    def here(self) -> str:
        return self.address()

    @cached_property
    def group(self) -> Field:
        found: Field = self.asked.group or self.asked.fields[USUAL]
        return found

    @cached_property
    def items(self) -> list[Item]:
        """The first of them, in the order they begin; those without days come last."""
        rows = self.listing.filtered.exclude(state__in=ENDED)
        rows = rows.order_by("start_on", "end_on", "title", "pk")
        return list(rows[: MOST + 1])

    @property
    def is_cut(self) -> bool:
        return len(self.items) > MOST

    @cached_property
    def planned(self) -> Planned:
        """The bound items' plan, with the bars of all that are shown."""
        return planned(self.actor)

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.actor, self.look, self.planned.plan, self._above)

    @property
    def _above(self) -> dict[int, Decimal]:
        """The percentiles of the items by the oldest scoring model."""
        oldest = ScoringModel.objects.visible_to(self.actor).order_by("pk").values("pk")[:1]
        rows = Score.objects.visible_to(self.actor).filter(scoring__in=oldest, current=True)
        found = rows.exclude(percentile=None).values_list("item", "percentile")
        return {pk: share for pk, share in found if share is not None}

    @cached_property
    def lanes(self) -> list[Lane]:
        """The groups that have rows, each with its rows."""
        by_value: dict[Any, list[Drawn]] = defaultdict(list)
        for item in self.items[:MOST]:
            by_value[self.group.value_of(item)].append(Drawn(item, self.writer.row(item)))
        found = []
        for one in gathered(self.actor, ITEM, self.listing.filtered, self.group, []):
            if one.value in by_value:
                found.append(Lane(one.key, one.label, rows=by_value[one.value]))
        if self.group.name == USUAL:
            self._aim(found)
        return found

    def _aim(self, lanes: list[Lane]) -> None:
        """Say of each objective where it opens, and what its first figure is to become."""
        wanted = {lane.key: lane for lane in lanes if lane.key}
        rows = KeyResult.objects.visible_to(self.actor).filter(objective__in=list(wanted))
        kind = KINDS["roadmaps.objective"]
        for key, lane in wanted.items():
            lane.url = refs.url_of(self.actor, kind, int(key))
        for row in rows.order_by("-due_on", "-pk")[:MOST_RESULTS]:
            metric = METRICS.get(row.metric)
            if metric is not None:
                ends = (row.baseline, row.target)
                currency = self.actor.workspace.currency
                low, high = (written(metric.unit, one, currency, short=True) for one in ends)
                lane = wanted[str(row.objective_id)]
                lane.aim, lane.measured = f"{row.title}: {low} → {high}", True

    @property
    def ordered(self) -> dict[str, list[int]]:
        """The rows of each group in order, by id."""
        return {lane.key: [one.item.pk for one in lane.rows] for lane in self.lanes}

    @property
    def arrows(self) -> SafeString:
        """The lines between the rows as they stand on the page."""
        places: dict[int, float] = {}
        top = 0
        for lane in self.lanes:
            top += HEAD
            for one in lane.rows:
                if bar_of(one.item.start_on, one.item.end_on) is not None:
                    places[one.item.pk] = top + ROW / 2 - 0.5
                top += ROW
        return arrows(self.look, self.planned.plan, places)

    @property
    def grid(self) -> SafeString:
        return grid(self.look)

    @property
    def heads(self) -> SafeString:
        return heads(self.look)

    @property
    def snap(self) -> int:
        return SNAPS[self.look.zoom]

    @property
    def legend(self) -> list[tuple[str, str]]:
        return LEGENDS[self.look.colour]

    @cached_property
    def effort(self) -> Effort | None:
        """What the shown items take, as far as teams have said."""
        rows = Estimate.objects.visible_to(self.actor).filter(
            item__in=self.listing.filtered.exclude(state__in=ENDED).order_by().values("pk")
        )
        points = list(rows.values_list("low", "likely", "high"))
        return together(pert(*one) for one in points) if points else None

    # --- What stands above it -------------------------------------------------------------------
    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters in use in words, each with this page's address without it."""
        look = query(self.look.parts())
        found = []
        for one in toolbar_of(self.listing).chips:
            parts = [part for part in (one.url.removeprefix("?"), look) if part]
            found.append((f"{one.label}: {one.text}", f"?{'&'.join(parts)}"))
        return found

    @property
    def narrowed_by(self) -> int:
        return toolbar_of(self.listing).narrowed_by

    @property
    def zooms(self) -> list[Option]:
        return [
            Option(one.capitalize(), f"?{self.address(zoom=one)}", self.look.zoom is one)
            for one in Zoom
        ]

    @property
    def colours(self) -> list[Option]:
        return [
            Option(COLOUR_WORDS[one], f"?{self.address(colour=one)}", self.look.colour == one)
            for one in COLOURS
        ]

    @property
    def groups(self) -> list[Option]:
        return [
            Option(one.label, f"?{self.address(group=one.name)}", one.name == self.group.name)
            for one in self.asked.fields.values()
            if one.groups
        ]

    @property
    def earlier(self) -> str:
        return self.address(**{"from": self.look.scale.earlier.isoformat()})

    @property
    def later(self) -> str:
        return self.address(**{"from": self.look.scale.later.isoformat()})

    @property
    def now(self) -> str:
        return self.address(**{"from": ""})

    @property
    def without_arrows(self) -> str:
        return self.address(arrows="off" if self.look.arrows else "")

    @property
    def without_filters(self) -> str:
        return query({"layout": TIMELINE} | self.look.parts())

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The address as hidden inputs, for the search form."""
        parts = self.asked.parts() | self.look.parts()
        return [(name, text) for name, text in parts.items() if name != "q"]

    @property
    def builder(self) -> dict[str, Any]:
        """What the filter builder of lists needs, here."""
        kept = [(name, text) for name, text in self.kept if name != "where"]
        return {
            "builder": builder_of(self.actor, self.asked),
            "toolbar": {"kept_but_where": kept},
            "listing": {"here": self.here},
        }

    @property
    def count_label(self) -> str:
        return ui.number(min(len(self.items), MOST))
