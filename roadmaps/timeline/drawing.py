"""The rows, bars and arrows of the timeline as they are written: SVG, so that it reads and prints
without scripts, and because a page may have no inline styles.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe

from core.templatetags.ui import day
from roadmaps.items.models import Confidence, Item
from roadmaps.items.planning import bar_of, days_of
from roadmaps.items.scheduling import Bond, Plan
from roadmaps.items.states import DONE, TONES, ItemState
from roadmaps.timeline.look import Look
from workspaces.access.actor import Actor
from workspaces.records import refs
from workspaces.records.kinds import KINDS

ROW, HEAD = 41, 37  # pixels, as in the style sheet
TOP, HIGH = 7, 27
LEAST = 0.4  # percent of the width that a bar is never narrower than
LATE = "late"
ITEM = "roadmaps.item"
_ANY = 1_234_567_890_123


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of the timeline."""

    item: Item
    html: SafeString


class Writer:
    """Writes rows for one member's look at a plan."""

    def __init__(
        self, actor: Actor, look: Look, plan: Plan, above: Mapping[int, Decimal] | None = None
    ) -> None:
        self.actor, self.look, self.plan, self.above = actor, look, plan, above or {}
        before, _, after = refs.url_of(actor, KINDS[ITEM], _ANY).rpartition(str(_ANY))
        self._url = escape(before), escape(after)
        broken = (b for bonds in plan.preceding.values() for b in bonds)
        self._broken = {
            b.after for b in broken if b.gap(plan.bars[b.before], plan.bars[b.after]) < 0
        }

    def row(self, item: Item) -> SafeString:
        """The item's name, its days in words, and its bar."""
        name = escape(item.title)
        url = f"{self._url[0]}{item.pk}{self._url[1]}"
        return mark_safe(
            f'<li class="tl-row" id="item-{item.pk}" data-pk="{item.pk}">'
            f'<div class="tl-name">{self._score(item)}<a class="tl-link" href="{url}">{name}</a>'
            f'<span class="tl-dates">{escape(self.words(item))}</span></div>'
            f"{self._lane(item)}</li>"
        )

    def _score(self, item: Item) -> str:
        """How many of a hundred others its score is above."""
        share = self.above.get(item.pk)
        if share is None:
            return ""
        words = f"Its score is above {share:.0f} % of the others"
        return f'<span class="tl-score" title="{words}">{share:.0f}</span>'

    def words(self, item: Item) -> str:
        """“1 Nov – 5 Dec · committed · late”."""
        late = f" · {LATE}" if self.is_late(item) else ""
        state = ItemState(item.state).label if item.state in DONE else ""
        said = state or Confidence(item.confidence).label
        return f"{days_words(item)} · {said.lower()}{late}"

    def is_late(self, item: Item) -> bool:
        """Its last day is over and it is not done, or it begins before what it waits for allows."""
        if item.state in DONE:
            return False
        over = item.end_on is not None and item.end_on < self.look.now
        return over or item.pk in self.plan.broken

    def tone(self, item: Item) -> str:
        """The class that colours a bar."""
        if self.is_late(item):
            return LATE
        if self.look.colour == "state":
            return TONES.get(item.state, "grey")
        return "green" if item.state in DONE else item.confidence

    def _lane(self, item: Item) -> str:
        bar = bar_of(item.start_on, item.end_on)
        if bar is None:
            return '<svg class="tl-lane" aria-hidden="true"></svg>'
        first, last = days_of(bar)
        scale, name = self.look.scale, escape(item.title)
        left, width = scale.left(first), max(scale.width(first, last), LEAST)
        words = f"{name}, {escape(self.words(item))}"
        critical = " is-critical" if item.pk in self.plan.tight else ""
        away = self._away(item, left, left + width)
        inside = f'<text x="{max(0, -left) / width * 100:.2f}%" dx="8" y="18">{name}</text>'
        return (
            f'<svg class="tl-lane" aria-hidden="true">{away}'
            f'<g class="tl-bar tone-{self.tone(item)}{critical}" data-pk="{item.pk}" '
            f'data-version="{item.version}" data-start="{first.isoformat()}" '
            f'data-end="{last.isoformat()}" data-name="{name}" data-words="{words}">'
            f'<svg x="{left}%" y="{TOP}" width="{width}%" height="{HIGH}">'
            f'<rect class="tl-fill" width="100%" height="100%" rx="6"></rect>{inside}'
            f'<rect class="tl-grip" data-grip="start" width="8" height="100%"></rect>'
            f'<rect class="tl-grip" data-grip="end" x="100%" width="8" height="100%" '
            f'transform="translate(-8)"></rect></svg></g></svg>'
        )

    def _away(self, item: Item, left: float, right: float) -> str:
        """Where a bar is that is not in sight."""
        if right > 0 and left < 100:
            return ""
        place = 'x="0" dx="8"' if right <= 0 else 'x="100%" dx="-8" text-anchor="end"'
        text = f"← {days_words(item)}" if right <= 0 else f"{days_words(item)} →"
        return f'<text class="tl-away" {place} y="24">{escape(text)}</text>'


def days_words(item: Item) -> str:
    """An item's days in words."""
    bar = bar_of(item.start_on, item.end_on)
    if bar is None:
        return "no days yet"
    first, last = days_of(bar)
    return day(first) if first == last else f"{day(first)} – {day(last)}"


def arrows(look: Look, plan: Plan, places: dict[int, float]) -> SafeString:
    """The dependencies between rows that are there, as lines from end to end.

    `places` are the middles of the rows, in pixels from the top.
    """
    drawn = [
        _arrow(look, plan, bond, places)
        for bonds in plan.following.values()
        for bond in bonds
        if bond.before in places and bond.after in places
    ]
    return mark_safe("".join(drawn))


def _arrow(look: Look, plan: Plan, bond: Bond, places: dict[int, float]) -> str:
    before, after = plan.bars[bond.before], plan.bars[bond.after]
    ordinal = look.scale.first.toordinal()

    def share(at: int) -> float:
        return round((at - ordinal) * 100 / look.scale.days, 3)

    x1 = share(before.start if bond.type[0] == "S" else before.end)
    x2 = share(after.start if bond.type[1] == "S" else after.end)
    y1, y2 = places[bond.before], places[bond.after]
    near = y2 - HIGH / 2 if y2 > y1 else y2 + HIGH / 2
    kind = " is-critical" if plan.is_critical(bond) else ""
    kind += " is-broken" if plan.gap(bond) < 0 else ""
    way = "down" if y2 > y1 else "up"
    return (
        f'<g class="tl-arrow{kind}"><line x1="{x1}%" y1="{y1}" x2="{x2}%" y2="{y1}"></line>'
        f'<line x1="{x2}%" y1="{y1}" x2="{x2}%" y2="{near}"></line>'
        f'<svg x="{x2}%" y="{near}" overflow="visible"><path d="{_HEADS[way]}"></path></svg></g>'
    )


_HEADS = {"down": "M0 0l-4 -6h8z", "up": "M0 0l-4 6h8z"}


def grid(look: Look) -> SafeString:
    """The lines where weeks, months, quarters or years begin, and the one of today."""
    lines: Iterable[str] = (
        f'<line x1="{tick.left}%" x2="{tick.left}%" y1="0" y2="100%"></line>'
        for tick in look.scale.ticks
    )
    now = look.scale.left(look.now) + look.scale.width(look.now, look.now) / 2
    today = f'<line class="tl-today" x1="{now}%" x2="{now}%" y1="0" y2="100%"></line>'
    return mark_safe("".join([*lines, today if 0 <= now <= 100 else ""]))


def heads(look: Look) -> SafeString:
    """What the ticks are called."""
    return mark_safe(
        "".join(
            f'<text x="{one.left}%" dx="8" y="22">{one.label}</text>' for one in look.scale.ticks
        )
    )
