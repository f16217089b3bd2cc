"""A plan drawn on sheets: boxes, lines and words, which PDF, PNG and SVG only have to repeat. Pure.

Points from the upper left. A sheet of no fixed height holds all rows there is room for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from roadmaps.sharing.plan import Entry, Plan
from roadmaps.timeline.scale import Scale, Zoom, scale_of

WIDE, HIGH = 1190.0, 842.0  # A3 landscape
MARGIN, TOP, FOOT = 36.0, 104.0, 46.0
ROW, HEAD = 30.0, 22.0
NAMES = 340.0
MOST_ROWS = 300  # of one picture
INK, QUIET, GRID, GROUND = "#1f2430", "#5b6270", "#d9dce3", "#f4f4f6"
FILLS = {
    "committed": "#4f46e5",
    "indigo": "#4f46e5",
    "likely": "#c7c4f7",
    "exploring": "#e4e4e7",
    "grey": "#e4e4e7",
    "green": "#b7e1c3",
    "late": "#f6dc9b",
    "amber": "#f6dc9b",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A filled box."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = GRID


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its baseline, `align` where `x` is of it."""

    x: float
    y: float
    text: str
    size: float = 9.0
    bold: bool = False
    colour: str = INK
    align: str = "left"


@dataclass(slots=True)
class Sheet:
    """What one page or picture shows, the first below the others."""

    height: float
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    watermark: str = ""


Row = tuple[str, str, Entry | None]  # group, aim, entry; a row without an entry is a group's head


def pages(plan: Plan, watermark: str = "") -> list[Sheet]:
    """The plan on sheets of one size, each with its head, legend, date and number."""
    room = HIGH - TOP - FOOT
    parts = list(_parts(_rows(plan), room)) or [[]]
    return [
        _drawn(plan, rows, HIGH, f"Page {number} of {len(parts)}", watermark)
        for number, rows in enumerate(parts, 1)
    ]


def picture(plan: Plan, watermark: str = "") -> Sheet:
    """All of it on one sheet, as high as it needs; what is too much is counted at its end."""
    rows = _rows(plan)
    left = len([row for row in rows[MOST_ROWS:] if row[2]])
    rows = rows[:MOST_ROWS]
    height = TOP + FOOT + sum(_height(row) for row in rows)
    return _drawn(plan, rows, height, f"and {left} more" if left else "", watermark)


def scale(plan: Plan) -> Scale | None:
    """The days the bars are drawn over; None where no days show."""
    if plan.layout != "timeline" or not plan.dated:
        return None
    return scale_of(Zoom(plan.zoom), plan.first or plan.as_of)


def facts_of(one: Entry, *, with_group: bool = False) -> str:
    """What is known of an entry beside its title and its group, in a line."""
    facts = [f"{label}: {text}" for label, text in one.facts.items() if text != one.group]
    group = [one.group] if with_group and one.group else []
    return " · ".join([*([one.when] if one.when else []), *group, *facts])


def _rows(plan: Plan) -> list[Row]:
    found: list[Row] = []
    groups: Sequence[tuple[str, str, list[Entry]]] = plan.in_groups()
    if plan.layout == "columns":
        groups = [(name, "", rows) for name, rows in plan.in_columns() if rows]
    for name, aim, entries in groups:
        if name:
            found.append((name, aim, None))
        found += [(name, "", one) for one in entries]
    return found


def _height(row: Row) -> float:
    return ROW if row[2] else HEAD


def _parts(rows: list[Row], room: float) -> Iterator[list[Row]]:
    """The rows by page; a group that goes on says its name again."""
    part: list[Row] = []
    used = 0.0
    for at, row in enumerate(rows):
        alone = row[2] is None and at + 1 < len(rows)  # no head stands at the foot of a page
        if used + _height(row) + (ROW if alone else 0) > room and part:
            yield part
            part, used = [], 0.0
            if row[2] is not None and row[0]:
                part.append((f"{row[0]} (continued)", "", None))
                used = HEAD
        part.append(row)
        used += _height(row)
    if part:
        yield part


def _drawn(plan: Plan, rows: list[Row], height: float, foot: str, watermark: str) -> Sheet:
    sheet = Sheet(height, watermark=watermark)
    days = scale(plan)
    _head(sheet, plan, days, height)
    y = TOP
    for name, aim, entry in rows:
        if entry is None:
            sheet.boxes.append(Box(MARGIN, y, WIDE - 2 * MARGIN, HEAD, GROUND))
            words = f"{name}   {aim}" if aim else name
            sheet.words.append(Words(MARGIN + 8, y + 15, _fit(words, 1000, 10), 10, bold=True))
            y += HEAD
            continue
        _row(sheet, entry, y, days)
        y += ROW
        sheet.strokes.append(Stroke(MARGIN, y, WIDE - MARGIN, y))
    _foot(sheet, plan, height, foot)
    return sheet


def _head(sheet: Sheet, plan: Plan, days: Scale | None, height: float) -> None:
    as_of = f"{plan.as_of.day} {plan.as_of:%B} {plan.as_of.year}"
    sheet.words.append(Words(MARGIN, 54, _fit(plan.title, 900, 20), 20, bold=True))
    sheet.words.append(Words(MARGIN, 74, f"{plan.by} · as of {as_of}", 10, colour=QUIET))
    if days is None:
        return
    left, wide = MARGIN + NAMES, WIDE - 2 * MARGIN - NAMES
    for tick in days.ticks:
        x = left + tick.left * wide / 100
        sheet.strokes.append(Stroke(x, TOP - 6, x, height - FOOT))
        sheet.words.append(Words(x + 4, TOP - 10, tick.label, 8, colour=QUIET))


def _row(sheet: Sheet, one: Entry, y: float, days: Scale | None) -> None:
    room = NAMES - 16 if days else WIDE - 2 * MARGIN - 16
    sheet.words.append(Words(MARGIN + 8, y + 13, _fit(one.title, room, 10), 10))
    facts = _fit(facts_of(one), room, 7.5)
    sheet.words.append(Words(MARGIN + 8, y + 24, facts, 7.5, colour=QUIET))
    if days is None or one.start is None or one.end is None:
        return
    left, wide = MARGIN + NAMES, WIDE - 2 * MARGIN - NAMES
    first = min(100.0, max(0.0, days.left(one.start)))
    last = min(100.0, max(0.0, days.left(one.start) + days.width(one.start, one.end)))
    if last > first:
        wide_bar = max((last - first) * wide / 100, 3.0)
        fill = FILLS.get(one.tone, FILLS["grey"])
        sheet.boxes.append(Box(left + first * wide / 100, y + 7, wide_bar, ROW - 14, fill))


def _foot(sheet: Sheet, plan: Plan, height: float, words: str) -> None:
    x, y = MARGIN, height - 20
    for tone, label in plan.legend:
        sheet.boxes.append(Box(x, y - 8, 16, 9, FILLS.get(tone, FILLS["grey"])))
        sheet.words.append(Words(x + 21, y, label, 8, colour=QUIET))
        x += 34 + 4.6 * len(label)
    if words:
        sheet.words.append(Words(WIDE - MARGIN, y, words, 8, colour=QUIET, align="right"))


def _fit(text: str, room: float, size: float) -> str:
    """As much of a text as has room; letters are about half as wide as they are high."""
    clean = " ".join(text.split())
    most = int(room / (size * 0.53))
    return clean if len(clean) <= most else f"{clean[: most - 1].rstrip()}…"
