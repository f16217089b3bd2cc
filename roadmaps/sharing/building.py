"""Reading the roadmap for an audience: what is not allowed is not even asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_date

from core.clock import today
from finance.metrics.catalogue import METRICS
from finance.metrics.words import written
from products.catalog.models import Product
from roadmaps.items.effort import pert, together
from roadmaps.items.models import Confidence, Dependency, Estimate, Horizon, ItemProduct, ItemType
from roadmaps.items.records import ITEM
from roadmaps.items.states import DONE, ENDED, TONES, ItemState
from roadmaps.priorities.asked import customers_asking
from roadmaps.priorities.models import Score, ScoringModel
from roadmaps.sharing import coarse
from roadmaps.sharing.allowed import OWN, WORDS, Allow, Shown
from roadmaps.sharing.own_fields import in_words, label_of, offered_own
from roadmaps.sharing.plan import Entry, Plan
from roadmaps.strategy.models import KeyResult, Objective
from roadmaps.timeline.look import Look, look_of
from workspaces.access.actor import Actor
from workspaces.lists.listing import KindList
from workspaces.members.models import User
from workspaces.records.fields import Field

MOST = 2_000
LONGEST_TEXT = 1_500
TIMELINE, COLUMNS, LIST = "timeline", "columns", "list"
NO_GROUP = "Others"
FAR = date(9999, 12, 30)  # the last day after which there is another
COLUMN_OF: dict[str, Shown] = {
    "state": Shown.STATE,
    "horizon": Shown.HORIZON,
    "confidence": Shown.CONFIDENCE,
    "objective": Shown.OBJECTIVE,
    "type": Shown.TYPE,
    "owner": Shown.OWNER,
    "description": Shown.DESCRIPTION,
    "start_on": Shown.DATES,
    "end_on": Shown.DATES,
}
CHOICES: dict[str, Any] = {
    "state": ItemState,
    "horizon": Horizon,
    "confidence": Confidence,
    "type": ItemType,
}
GROUPS = ("objective", "state", "horizon", "confidence", "type", "owner")
CONFIDENCES = [("committed", "committed"), ("likely", "likely"), ("exploring", "exploring")]
STATES = [("grey", "parking lot"), ("amber", "discovery"), ("indigo", "ready or in delivery")]
Values = dict[str, Any]


@dataclass(slots=True)
class Builder:
    """Makes the plan of one view for one allow-list. `names` makes keys that lead nowhere.

    What was given up is left out, but for members (`ended`) whose tables and boards show it.
    """

    actor: Actor
    allow: Allow
    title: str
    names: str
    ended: bool = False

    def of_view(self, asked: QueryDict) -> Plan:
        """What the view finds now."""
        listing = KindList(ITEM, self.actor, asked, chosen=[])
        rows: QuerySet[Any] = listing.filtered
        layout = _layout(asked)
        if layout == TIMELINE or not self.ended:
            rows = rows.exclude(state__in=ENDED)
        columns = [name for name, field in COLUMN_OF.items() if field in self.allow]
        own = {f"own_{at}": name for at, name in enumerate(self._own)}
        asked_of = {
            alias: KeyTransform(name.removeprefix(OWN), "custom") for alias, name in own.items()
        }
        found = list(rows.order_by("pk").values("pk", "title", *columns, **asked_of)[:MOST])
        for row in found:
            row.update({name: row.pop(alias) for alias, name in own.items()})
        return self._plan(found, asked, today(self.actor.workspace.timezone), layout)

    def of_snapshot(self, items: Mapping[str, Values], asked: QueryDict, as_of: date) -> Plan:
        """What the roadmap said when it was published, as far as snapshots keep it."""
        columns = {name for name, field in COLUMN_OF.items() if field in self.allow} | {"title"}
        found = []
        for key, said in items.items():
            if said.get("state") in ENDED:
                continue
            row: Values = {name: value for name, value in said.items() if name in columns}
            for name in ("start_on", "end_on"):
                if row.get(name):
                    row[name] = parse_date(row[name])
            found.append({"pk": int(key), **row})
        return self._plan(found, asked, as_of, _layout(asked))

    def _plan(self, rows: list[Values], asked: QueryDict, as_of: date, layout: str) -> Plan:
        look = look_of(self.actor, asked)
        told = _Told(self.actor, self.allow, rows, self._own)
        by = _group_of(asked.get("group", ""), self.allow, layout)
        column = _column_of(asked.get("group", ""), self.allow) if layout == COLUMNS else ""
        entries = [self._entry(row, told, look, by, column) for row in rows]
        entries.sort(key=_order)
        known = [label for label in told.labels if any(label in one.facts for one in entries)]
        return Plan(
            self.title,
            self.actor.workspace.name,
            as_of,
            tuple(entries),
            told.groups(by, entries),
            tuple(known),
            _column_names(column, entries),
            _legend(self.allow, look),
            layout if layout != COLUMNS or column else LIST,
            str(look.zoom),
            date.fromisoformat(look.first) if look.first else None,
        )

    @property
    def _own(self) -> dict[str, Field]:
        """The workspace's own fields that are allowed."""
        wanted = [one for one in self.allow.fields if one.startswith(OWN)]
        every = offered_own(self.actor) if wanted else {}
        return {name: field for name, field in every.items() if name in wanted}

    def key(self, pk: int) -> str:
        """The name of an item within this plan."""
        return self.named(self.names, pk)

    @staticmethod
    def named(names: str, pk: int) -> str:
        """The same for those who have no plan at hand."""
        return salted_hmac("roadmaps.sharing", f"{names}:{pk}").hexdigest()[:16]

    def _entry(self, row: Values, told: "_Told", look: Look, by: str, column: str) -> Entry:
        start, end = _days(row, self.allow)
        return Entry(
            self.key(row["pk"]),
            row["title"],
            (told.word(row, by) or NO_GROUP) if by else "",
            start,
            end,
            coarse.words(start, end, self.allow.precision),
            _tone(row, self.allow, look, end),
            (told.word(row, column) or NO_GROUP) if column else "",
            told.facts(row),
            (row.get("description") or "")[:LONGEST_TEXT],
            tuple(self.key(pk) for pk in told.waits.get(row["pk"], ())),
        )


class _Told:
    """What stands beside the rows, read once for all of them and only where it is allowed."""

    def __init__(
        self, actor: Actor, allow: Allow, rows: list[Values], own: Mapping[str, Field]
    ) -> None:
        self.actor, self.allow, self.own = actor, allow, own
        self.rows, self.pks = rows, {row["pk"] for row in rows}

    @property
    def labels(self) -> list[str]:
        ours = [label for field, label, _ in self._writers if field in self.allow]
        return [*ours, *(label_of(one) for one in self.own.values())]

    @cached_property
    def _writers(self) -> list[tuple[Shown, str, Callable[[Values], str]]]:
        own = [
            (COLUMN_OF[name], label, lambda row, name=name: self.word(row, name))
            for name, label in (
                ("state", "State"),
                ("horizon", "Horizon"),
                ("confidence", "Confidence"),
                ("objective", "Objective"),
                ("type", "Type"),
                ("owner", "Owner"),
            )
        ]
        return [
            *own,
            (Shown.PRODUCTS, "Products", lambda row: self.products.get(row["pk"], "")),
            (Shown.EFFORT, WORDS[Shown.EFFORT], lambda row: self.effort.get(row["pk"], "")),
            (Shown.SCORE, "Score", lambda row: self.scores.get(row["pk"], "")),
            (Shown.ASKED, "Customers asking", lambda row: self.asked.get(row["pk"], "")),
        ]

    def facts(self, row: Values) -> dict[str, str]:
        """The words of what is allowed and known, by label."""
        found = {label: write(row) for field, label, write in self._writers if field in self.allow}
        for name, one in self.own.items():
            found[label_of(one)] = in_words(self.actor, one, row.get(name))
        return {label: words for label, words in found.items() if words}

    def word(self, row: Values, name: str) -> str:
        """One of the item's own values in words."""
        value = row.get(name)
        if value in (None, "") or COLUMN_OF.get(name) not in self.allow.fields:
            return ""
        if name == "owner":
            return self.people.get(value, "")
        if name == "objective":
            return self.objectives.get(value, "")
        return str(CHOICES[name](value).label)

    @cached_property
    def people(self) -> dict[int, str]:
        ids = {row["owner"] for row in self.rows if row.get("owner")}
        return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))

    @cached_property
    def objectives(self) -> dict[int, str]:
        rows = Objective.objects.visible_to(self.actor)
        ids = {row["objective"] for row in self.rows if row.get("objective")}
        return dict(rows.filter(pk__in=ids).values_list("pk", "title"))

    @cached_property
    def products(self) -> dict[int, str]:
        about = ItemProduct.objects.visible_to(self.actor).filter(item__in=self.pks)
        pairs = list(about.values_list("item", "product"))
        rows = Product.objects.visible_to(self.actor).filter(pk__in={one for _, one in pairs})
        called = dict(rows.values_list("pk", "name"))
        found = defaultdict(list)
        for item, product in pairs:
            if product in called:
                found[item].append(called[product])
        return {item: ", ".join(sorted(names)) for item, names in found.items()}

    @cached_property
    def effort(self) -> dict[int, str]:
        rows = Estimate.objects.visible_to(self.actor).filter(item__in=self.pks)
        found = defaultdict(list)
        for item, *points in rows.values_list("item", "low", "likely", "high"):
            found[item].append(pert(*points))
        return {
            item: f"{together(each).mean.quantize(Decimal('0.1'))} person-weeks"
            for item, each in found.items()
        }

    @cached_property
    def scores(self) -> dict[int, str]:
        oldest = ScoringModel.objects.visible_to(self.actor).order_by("pk").values("pk")[:1]
        rows = Score.objects.visible_to(self.actor).filter(scoring__in=oldest, current=True)
        known = rows.filter(item__in=self.pks).exclude(percentile=None)
        return {
            item: f"above {share:.0f} % of the others"
            for item, share in known.values_list("item", "percentile")
        }

    @cached_property
    def asked(self) -> dict[int, str]:
        found = customers_asking(self.actor.workspace.pk, self.pks)
        return {item: f"{many.likely:.0f}" for item, many in found.items()}

    @cached_property
    def waits(self) -> dict[int, list[int]]:
        if Shown.DEPENDENCIES not in self.allow:
            return {}
        rows = Dependency.objects.visible_to(self.actor)
        found = defaultdict(list)
        both = rows.filter(before__in=self.pks, after__in=self.pks)
        for before, after in both.order_by("pk").values_list("before_id", "after_id"):
            found[after].append(before)
        return found

    def groups(self, by: str, entries: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
        """The groups there are in order, each with what it aims at."""
        names = {one.group for one in entries}
        known = [one.label for one in CHOICES[by]] if by in CHOICES else sorted(names - {NO_GROUP})
        aims = self._aims() if by == "objective" else {}
        ordered = [str(name) for name in known if name in names]
        last = [NO_GROUP] if NO_GROUP in names else []
        return tuple((name, aims.get(name, "")) for name in [*ordered, *last])

    def _aims(self) -> dict[str, str]:
        """What the first key result of each objective is to become, by the objective's title."""
        if Shown.KEY_RESULTS not in self.allow:
            return {}
        rows = KeyResult.objects.in_workspace(self.actor.workspace.pk)
        rows = rows.filter(objective__in=list(self.objectives)).order_by("-due_on", "-pk")
        currency, found = self.actor.workspace.currency, {}
        for one in rows.values("objective", "title", "metric", "baseline", "target"):
            metric = METRICS.get(one["metric"])
            if metric is None or (metric.money and Shown.MONEY not in self.allow):
                continue
            ends = (one["baseline"], one["target"])
            low, high = (written(metric.unit, end, currency, short=True) for end in ends)
            found[self.objectives[one["objective"]]] = f"{one['title']}: {low} → {high}"
        return found


def _layout(asked: QueryDict) -> str:
    layout = asked.get("layout", "")
    return {TIMELINE: TIMELINE, "board": COLUMNS}.get(layout, LIST)


def _group_of(wanted: str, allow: Allow, layout: str) -> str:
    """What rows are grouped by: what was asked, where that may be known."""
    if wanted in GROUPS and COLUMN_OF[wanted] in allow and layout != COLUMNS:
        return wanted
    return "objective" if Shown.OBJECTIVE in allow else ""


def _column_of(wanted: str, allow: Allow) -> str:
    names = [wanted, "horizon", "state"]
    return next((one for one in names if one in GROUPS and COLUMN_OF[one] in allow), "")


def _column_names(column: str, entries: Iterable[Entry]) -> tuple[str, ...]:
    if not column:
        return ()
    names = {one.column for one in entries}
    if column in CHOICES:
        return tuple(str(one.label) for one in CHOICES[column] if one.label in names)
    return tuple(sorted(names, key=lambda name: (name == NO_GROUP, name.casefold())))


def _days(row: Values, allow: Allow) -> tuple[date | None, date | None]:
    start, end = row.get("start_on"), row.get("end_on")
    first, last = start or end, end or start
    if Shown.DATES not in allow or first is None or last is None:
        return None, None
    end_on = min(coarse.ends(last, allow.precision), FAR)
    return coarse.begins(first, allow.precision), end_on


def _tone(row: Values, allow: Allow, look: Look, end: date | None) -> str:
    state = row.get("state")
    if Shown.STATE in allow and state in DONE:
        return "green"
    if end is not None and end < look.now and Shown.STATE in allow:
        return "late"
    if look.colour == "confidence" and Shown.CONFIDENCE in allow:
        return str(row["confidence"])
    return TONES.get(str(state), "grey") if Shown.STATE in allow else "indigo"


def _legend(allow: Allow, look: Look) -> tuple[tuple[str, str], ...]:
    done = [("green", "shipped"), ("late", "late")] if Shown.STATE in allow else []
    if look.colour == "confidence" and Shown.CONFIDENCE in allow:
        return (*CONFIDENCES, *done)
    return (*STATES, *done) if Shown.STATE in allow else ()


def _order(one: Entry) -> tuple[bool, date, date, str, str]:
    """By what is shown alone: a finer order would tell days that are not."""
    last = date.max
    return one.start is None, one.start or last, one.end or last, one.title.casefold(), one.key
