"""Tags and filters of the pages: numbers, money and dates in the reader's locale, and icons.

What is unknown is never shown as zero: None renders as a dash that says so.
"""

import itertools
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.contrib.staticfiles import finders
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.forms.models import ModelChoiceIterator
from django.forms.widgets import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.formats import day_in_short, day_of_moment, locale_of, month_in_short, writer
from core.money import rounded
from core.reader import reader_locale, reader_zone
from core.web import safely

register = template.Library()

UNKNOWN = mark_safe('<span class="unknown" title="unknown">—</span>')
MASKED = mark_safe('<span class="masked" title="Hidden for your role">hidden</span>')
Number = Decimal | int | float
NBSP = "\u00a0"
MANY_OPTIONS = 12


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _as_number(value: Any) -> Decimal | None:
    """The value as a Decimal; None for what is missing or no number."""
    if type(value) is Decimal:
        return value if value.is_finite() else None
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


# --- Numbers --------------------------------------------------------------------------------
@register.filter
def number(value: Any, places: int | str = "") -> str:
    """A count or quantity, grouped: 1,204. `places` fixes the decimals."""
    amount = _as_number(value)
    if amount is None:
        return UNKNOWN
    pattern = ""
    if places != "":
        pattern = _digits(int(places))
    return writer(reader_locale(), pattern)(amount)


@lru_cache(maxsize=16)
def _digits(places: int, sign: str = "0") -> str:
    """The pattern of grouped digits with so many decimals."""
    return f"#,##0.{sign * places}" if places else "#,##0"


@register.filter
def money(value: Any, currency: str = "EUR") -> str:
    """An amount with its currency, to the minor unit: €1,284.50."""
    amount = _as_number(value)
    if amount is None:
        return UNKNOWN
    currency = currency or "EUR"
    return writer(reader_locale(), "", currency)(rounded(amount, currency))


@register.filter
def money_short(value: Any, currency: str = "EUR") -> str:
    """An amount for a tile: €254 k, €1.284 M; below ten thousand in whole units."""
    amount = _as_number(value)
    if amount is None:
        return UNKNOWN
    scaled, sign, places = _scaled(amount)
    here = reader_locale()
    return writer(here, _short(here, sign, places), currency or "EUR", by_currency=False)(scaled)


@lru_cache(maxsize=256)
def _short(locale_name: str, sign: str, places: int) -> str:
    """The locale's pattern of amounts with up to so many decimals and a sign of size."""
    pattern = locale_of(locale_name).currency_formats["standard"].pattern
    digits = _digits(places, "#") + (f"'{NBSP}{sign}'" if sign else "")
    return re.sub(r"[#,0]+(\.[#0]+)?", lambda _: digits, pattern)


def _scaled(amount: Decimal) -> tuple[Decimal, str, int]:
    size = abs(amount)
    if size < 10_000:
        return amount, "", 0
    if size < 999_500:
        return amount / 1_000, "k", 1 if size < 99_950 else 0
    millions = size / 1_000_000
    return amount / 1_000_000, "M", 3 if millions < 10 else 2 if millions < 100 else 1


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A rate between 0 and 1 as a percentage: 41.6 %."""
    rate = _as_number(value)
    if rate is None:
        return UNKNOWN
    return writer(reader_locale(), f"{_digits(int(places))}{NBSP}%")(rate)


@register.filter
def points(value: Any) -> str:
    """The difference of two rates in percentage points, signed: +0.9 pt."""
    rate = _as_number(value)
    if rate is None:
        return UNKNOWN
    return writer(reader_locale(), f"+0.0'{NBSP}pt';−0.0'{NBSP}pt'")(rate * 100)


# --- Time -----------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None) -> str:
    """A day: 8 Dec, with the year when it is not this one."""
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        value = value.astimezone(_zone(reader_zone())).date()
    return day_in_short(reader_locale(), value, with_year=value.year != timezone.now().year)


@register.filter
def month(value: date) -> str:
    """A month: Dec 2019."""
    return month_in_short(reader_locale(), value)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and time in the reader's zone."""
    if value is None:
        return UNKNOWN
    local = value.astimezone(_zone(reader_zone()))
    return f"{day_of_moment(reader_locale(), local.date())}, {local:%H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    """The time of day in the reader's zone: 14:30."""
    if value is None:
        return UNKNOWN
    return f"{value.astimezone(_zone(reader_zone())):%H:%M}"


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, as a `<time>` with the exact moment: 4 s ago, 3 min ago, then the day."""
    if value is None:
        return UNKNOWN
    seconds = int((timezone.now() - value).total_seconds())
    exact, age = escape(moment(value)), escape(_age(seconds, value))
    return mark_safe(f'<time datetime="{value.isoformat()}" title="{exact}">{age}</time>')


def _age(seconds: int, value: datetime) -> str:
    if seconds < 0:
        return day(value)
    if seconds < 5:
        return "just now"
    for size, unit, limit in ((1, "s", 60), (60, "min", 60), (3_600, "h", 24), (86_400, "d", 14)):
        if seconds < size * limit:
            return f"{seconds // size} {unit} ago"
    return day(value)


# --- Marks ----------------------------------------------------------------------------------
@lru_cache(maxsize=512)
def _drawing(name: str) -> str:
    """What stands inside the icon's `<svg>`; an icon that is not installed draws nothing."""
    found = finders.find(f"vendor/icons/{name}.svg")
    if not found:
        return ""
    inner = Path(str(found)).read_text(encoding="utf-8")
    body = re.search(r"<svg[^>]*>(.*)</svg>", inner, re.S)
    paths = body.group(1) if body else ""
    return re.sub(r"\s*<path stroke=\"none\"[^>]*/>", "", re.sub(r">\s+<", "><", paths)).strip()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An outline icon of the Tabler set. Decoration, unless `label` gives it words."""
    if not label:
        return _plain_icon(str(name))
    return _svg(str(name), format_html('role="img" aria-label="{}"', label))


@lru_cache(maxsize=512)
def _plain_icon(name: str) -> SafeString:
    return _svg(name, 'aria-hidden="true"')


def _svg(name: str, role: str) -> SafeString:
    return mark_safe(
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {role}>'
        f"{_drawing(name)}</svg>"
    )


@register.simple_tag
def sparkline(values: Sequence[Any] | None, width: int = 176, height: int = 32) -> str:
    """A small line with its area. A missing value is a gap in time, bridged by the line."""
    known = [
        (index, float(found))
        for index, value in enumerate(values or [])
        if (found := _as_number(value)) is not None
    ]
    if len(known) < 2:
        return ""
    low, high = min(y for _, y in known), max(y for _, y in known)
    last = max(len(values or []) - 1, 1)
    span = high - low
    dots = [
        (
            round(x / last * width, 1),
            round(height - 2 - ((y - low) / span if span else 0.5) * (height - 4), 1),
        )
        for x, y in known
    ]
    line = _smooth(dots)
    area = f"{line} L{dots[-1][0]} {height} L{dots[0][0]} {height} Z"
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" preserveAspectRatio="none" '
        'aria-hidden="true"><path class="sparkline-area" d="{}"/>'
        '<path class="sparkline-line" d="{}"/></svg>',
        width,
        height,
        area,
        line,
    )


def _smooth(dots: list[tuple[float, float]]) -> str:
    """A path through the dots whose curve never leaves the range between two neighbours."""
    path = f"M{dots[0][0]} {dots[0][1]}"
    for (x0, y0), (x1, y1) in itertools.pairwise(dots):
        middle = round((x0 + x1) / 2, 1)
        path += f" C{middle} {y0} {middle} {y1} {x1} {y1}"
    return path


@register.filter
def delta_way(value: Any) -> str:
    """Which way a signed figure points: up, down or flat."""
    text = str(value).strip()
    if not re.search(r"[1-9]", text):
        return "flat"
    return "down" if text[0] in "-−▼" else "up"


@register.filter
def unsigned(value: Any) -> str:
    """The figure without its sign, for beside an arrow."""
    return str(value).strip().lstrip("+-−▲▼ ")


@register.filter
def share_of(done: Any, total: Any) -> int:
    """`done` of `total` as whole percent, between 0 and 100."""
    part, whole = _as_number(done), _as_number(total)
    if part is None or not whole:
        return 0
    return max(0, min(100, math.floor(part / whole * 100)))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


@register.filter
def as_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON for a data attribute: it is escaped like any other text."""
    return json.dumps(value, default=_plain, separators=(",", ":"))


# --- Forms ----------------------------------------------------------------------------------
@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The `<option>`s of a select; `chosen` is the value that is selected, or a list of them.

    Written here because a menu of hundreds costs a template more than the rest of its page.
    """
    picked = chosen if isinstance(chosen, list | tuple | set | frozenset) else (chosen,)
    return mark_safe(
        "".join(
            f'<option value="{safely(value)}"{" selected" if value in picked else ""}>'
            f"{safely(label)}</option>"
            for value, label in choices
        )
    )


@register.filter
def control_kind(field: BoundField) -> str:
    """How a field is laid out: check, group, select, many (options) or text."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, Select):
        return "many" if _how_many(field.field.choices) > MANY_OPTIONS else "select"  # type: ignore[attr-defined]
    return "text"


def _how_many(choices: Iterable[tuple[Any, Any]]) -> int:
    """How many options there are, those under headings included; rows of a table are counted."""
    if isinstance(choices, ModelChoiceIterator):
        return len(choices)
    return sum(len(inner) if isinstance(inner, list | tuple) else 1 for _, inner in choices)


CLASSES = {"check": "form-check-input", "select": "form-select", "many": "form-select"}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's own widget with our class and its help and errors named for screen readers."""
    kind = control_kind(field)
    own = str(field.field.widget.attrs.get("class", ""))
    attrs: dict[str, Any] = {"class": f"{own} {CLASSES.get(kind, 'form-control')}".strip()}
    if kind == "group":
        attrs = {"class": "form-check-input"}
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}_help")
    if field.errors:
        described.append(f"{field.auto_id}_errors")
        attrs |= {"aria-invalid": "true", "class": f"{attrs['class']} is-invalid"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.simple_tag
def masked() -> SafeString:
    """The mark that stands for a figure this role may not see."""
    return MASKED
