"""What the pages of priorities show: who stands where, why, and the matrix of two inputs."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from core.templatetags.ui import number
from roadmaps.items.models import Item
from roadmaps.marking import SCORES
from roadmaps.priorities.methods import Input, inputs_of
from roadmaps.priorities.models import ModelVersion, Score, ScoreInput, ScoringModel
from roadmaps.priorities.recompute import given_inputs
from roadmaps.priorities.scoring import Reason, names_in, read, reasons
from workspaces.access.actor import Actor
from workspaces.lists.asking import query
from workspaces.lists.listing import KindList
from workspaces.records import refs
from workspaces.records.kinds import KINDS
from workspaces.records.lists import whole_number
from workspaces.staleness.models import StaleMark

SIZE, MOST_DOTS, MOST_COMPARED = 100, 500, 500
ITEM = "roadmaps.item"
NAMED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the ranking."""

    score: Score
    url: str
    edit: str
    why: str

    @property
    def places(self) -> str:
        """“1”, or “1–3” where what is put in is uncertain."""
        row = self.score
        return str(row.rank) if row.best == row.worst else f"{row.best}–{row.worst}"

    @property
    def between(self) -> str:
        """Between what the score lies, where that is not one number."""
        row = self.score
        if row.low is None or row.low == row.high:
            return ""
        return f"{number(row.low)} – {number(row.high)}"


class Ranking:
    """The items of a list's filters, as one scoring model ranks them."""

    def __init__(self, actor: Actor, asked: QueryDict) -> None:
        self.actor, self.sent = actor, asked
        self.listing = KindList(KINDS[ITEM], actor, asked, chosen=[])

    @cached_property
    def models(self) -> list[ScoringModel]:
        return list(ScoringModel.objects.visible_to(self.actor).order_by("pk")[:50])

    @cached_property
    def model(self) -> ScoringModel | None:
        wanted = whole_number(self.sent.get("model", ""))
        return next((one for one in self.models if one.pk == wanted), None) or next(
            iter(self.models), None
        )

    @property
    def shows(self) -> str:
        return "matrix" if self.sent.get("show") == "matrix" else "table"

    @cached_property
    def at(self) -> int:
        return max(1, min(whole_number(self.sent.get("page", "")) or 1, 10_000))

    @cached_property
    def scores(self) -> list[Score]:
        """This page of them and one more: the best first, what has no score last."""
        start = (self.at - 1) * SIZE
        return list(self._current.order_by("rank", "item")[start : start + SIZE + 1])

    @property
    def _ranked(self) -> Any:
        rows = Score.objects.visible_to(self.actor).filter(scoring=self.model, current=True)
        return rows.select_related("item").filter(item__deleted_at=None)

    @property
    def _current(self) -> Any:
        rows = self._ranked
        if self.listing.asked.is_narrowed:
            rows = rows.filter(item__in=self.listing.filtered.order_by().values("pk"))
        return rows

    @property
    def lines(self) -> list[Line]:
        kind, slug = KINDS[ITEM], self.actor.workspace.slug
        return [
            Line(
                one,
                refs.url_of(self.actor, kind, one.item_id),
                reverse("roadmaps:score", args=[slug, one.scoring_id, one.item_id]),
                self.address(a=str(one.item_id), page=str(self.at)),
            )
            for one in self.scores[:SIZE]
        ]

    @property
    def next_page(self) -> str:
        return self.address(page=str(self.at + 1)) if len(self.scores) > SIZE else ""

    @property
    def stale(self) -> bool:
        return StaleMark.objects.visible_to(self.actor).filter(topic=SCORES).exists()

    def address(self, **changes: str) -> str:
        """This page with some of it changed."""
        kept = {name: self.sent.get(name, "") for name in ("model", "show", "x", "y")}
        return query(self.listing.asked.parts() | kept | changes)

    @property
    def version(self) -> ModelVersion | None:
        rows = ModelVersion.objects.visible_to(self.actor).filter(scoring=self.model)
        return rows.order_by("-number").first()

    # --- Why is A above B? ----------------------------------------------------------------------
    @cached_property
    def comparable(self) -> list[tuple[int, str]]:
        """What can be compared: the best first, what has no score last."""
        rows = self._current.order_by("rank", "item")
        found = rows.values_list("item", "item__title", "rank")[:MOST_COMPARED]
        return [(pk, title if rank else f"{title} (no score)") for pk, title, rank in found]

    @cached_property
    def pair(self) -> tuple[int, int] | None:
        """The two items asked about; of one alone, with the one next to it."""
        wanted = [whole_number(self.sent.get(name, "")) for name in ("a", "b")]
        asked = [pk for pk in wanted if pk is not None]
        known = set(self._ranked.filter(item__in=asked).values_list("item", flat=True))
        found = [pk for pk in dict.fromkeys(asked) if pk in known]
        if len(found) == 1 and wanted[0] in found:
            listed = [pk for pk, _ in self.comparable]
            at = listed.index(found[0]) if found[0] in listed else 0
            found += listed[at + 1 : at + 2] or listed[at - 1 : at]
        return (found[0], found[1]) if len(found) == 2 else None

    @property
    def explanation(self) -> list[str]:
        """Why the one stands above the other, in sentences."""
        if self.pair is None or self.model is None:
            return []
        rows = list(self._ranked.filter(item__in=self.pair))
        last = len(rows) + max(one.rank or 0 for one in rows)
        upper, lower = sorted(rows, key=lambda one: (one.rank or last, one.item_id))
        if lower.rank is None:
            return unscored(upper, lower)
        version = ModelVersion.objects.visible_to(self.actor).get(pk=upper.version_id)
        names = frozenset(names_in(version.formula))
        workspace = self.actor.workspace.pk
        given = given_inputs(workspace, self.model.pk, {upper.item_id, lower.item_id}, names)
        ends = given.get(upper.item_id, {}), given.get(lower.item_id, {})
        return explained(upper, lower, reasons(read(version.formula), *ends))

    # --- The matrix -----------------------------------------------------------------------------
    @cached_property
    def inputs(self) -> list[Input]:
        if self.model is None:
            return []
        return inputs_of(self.model.method, names_in(self.model.formula))

    @cached_property
    def axes(self) -> tuple[Input, Input] | None:
        """Effort across where there is one, and what is asked for upwards."""
        if len(self.inputs) < 2:
            return None
        known = {one.key: one for one in self.inputs}
        across = known.get(self.sent.get("x", "")) or known.get("effort") or self.inputs[-1]
        rest = [one for one in self.inputs if one.key != across.key]
        usual = known.get("value") or known.get("impact")
        upwards = known.get(self.sent.get("y", "")) or usual or rest[0]
        return across, upwards if upwards.key != across.key else rest[0]

    @cached_property
    def dots(self) -> list[dict[str, Any]]:
        """The items with both inputs, each at its share of the two axes."""
        if self.axes is None or self.model is None:
            return []
        rows = list(self._current.order_by("rank", "item")[:MOST_DOTS])
        keys = [one.key for one in self.axes]
        given = given_inputs(
            self.actor.workspace.pk, self.model.pk, {one.item_id for one in rows}, frozenset(keys)
        )
        found = []
        for row in rows:
            held = given.get(row.item_id, {})
            if all(key in held for key in keys):
                x, y = (held[key].likely for key in keys)
                found.append({"row": row, "x": x, "y": y})
        spans = self._spans(found)
        for one in found:
            for name, (least, most) in zip(("x", "y"), spans, strict=True):
                share = (one[name] - least) * 100 / (most - least)
                one[f"{name}_at"] = round(float(share if name == "x" else 100 - share), 2)
        return found

    @property
    def drawn_spans(self) -> list[tuple[Decimal, Decimal]]:
        return self._spans(self.dots)

    def _spans(self, dots: list[dict[str, Any]]) -> list[tuple[Decimal, Decimal]]:
        """From where to where each axis goes: the declared range, else what there is and room."""
        found = []
        for axis, name in zip(self.axes or (), ("x", "y"), strict=True):
            values = [Decimal(str(one[name])) for one in dots] or [Decimal(1)]
            least = Decimal(0) if axis.least is None or axis.least > 0 else axis.least
            room = max(max(values) * Decimal("1.2"), least + 1)
            most = axis.most if axis.most is not None else room
            found.append((min(least, *values), max(most, *values)))
        return found


def explained(upper: Score, lower: Score, found: list[Reason]) -> list[str]:
    """The difference of two scores in sentences, from what is known of their inputs."""
    first, second = f"“{upper.item}”", f"“{lower.item}”"
    words = [f"{first} has {number(upper.value)}, {second} has {number(lower.value)}."]
    if upper.value == lower.value:
        words = [f"{first} and {second} both have {number(upper.value)}: neither is above."]
    for one in found[:NAMED]:
        ends = f"its {one.name}: {number(one.mine)} against {number(one.theirs)}"
        if one.score is None:
            words.append(f"{first} has {ends}. With that it would have no score.")
            continue
        speaks = upper.value is not None and one.score < upper.value
        side = "For it speaks" if speaks else "Against it speaks"
        with_theirs = f"With {number(one.theirs)} it would have {number(one.score)}."
        words.append(f"{side} {ends}. {with_theirs}")
    if not found and upper.value != lower.value:
        words.append("What is put in has changed since; the scores are being worked out.")
    if upper.low is not None and lower.high is not None and lower.high > upper.low:
        words.append("Their ranges overlap, so the order is not sure.")
    return words


def unscored(upper: Score, lower: Score) -> list[str]:
    """Why an item without a score stands below another, or beside one that has none either."""
    words = [f"“{one.item}” has no score: {one.missing}." for one in (upper, lower) if not one.rank]
    if upper.rank is None:
        return [*words, "Neither is above: what has no score stands last, the oldest first."]
    return [f"“{upper.item}” has {number(upper.value)}.", *words, "What has no score stands last."]


def input_rows(actor: Actor, scoring: ScoringModel, item: Item) -> list[dict[str, Any]]:
    """The inputs of one item with what they hold, and what is known where nobody typed."""
    names = names_in(scoring.formula)
    rows = ScoreInput.objects.visible_to(actor).filter(item=item, scoring=scoring)
    held = {one.key: one for one in rows}
    known = given_inputs(actor.workspace.pk, scoring.pk, {item.pk}, frozenset(names))
    return [
        {
            "input": one,
            "row": held.get(one.key),
            "known": known.get(item.pk, {}).get(one.key) if one.key not in held else None,
        }
        for one in inputs_of(scoring.method, names)
    ]
