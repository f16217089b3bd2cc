"""The days a page speaks about, as its address names them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.http import HttpRequest

from core.clock import today
from core.templatetags.ui import day
from finance.metrics.query import MOST_DAYS

RANGES = {
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "month": "This month",
    "custom": "From … to …",
}
LENGTHS = {"7d": 7, "30d": 30, "90d": 90}
USUAL = "30d"
NAMES = ("range", "from")
CHOSEN = "days"  # in the session
BY_DAY_UNTIL = 31
BY_WEEK_UNTIL = 190


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included. `error` says why the address was not obeyed."""

    name: str
    start: date
    end: date
    error: str = ""

    @property
    def label(self) -> str:
        if self.name != "custom":
            return RANGES[self.name]
        return f"{day(self.start)} – {day(self.end)}"

    @property
    def phrase(self) -> str:
        """Its label within a sentence: last 30 days, 1 Mar – 5 Mar."""
        return self.label if self.name == "custom" else self.label[0].lower() + self.label[1:]

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def step(self) -> str:
        """The dimension that cuts it into a readable number of steps."""
        if self.days <= BY_DAY_UNTIL:
            return "day"
        return "week" if self.days <= BY_WEEK_UNTIL else "month"

    def steps(self) -> list[date]:
        """The first days of its steps, without a gap."""
        found, at = [], _floor(self.start, self.step)
        while at <= self.end:
            found.append(at)
            at = _next(at, self.step)
        return found

    def before(self) -> "Period":
        """The period of the same length just before."""
        end = self.start - timedelta(days=1)
        return Period("custom", end - timedelta(days=self.days - 1), end)

    def params(self) -> dict[str, str]:
        """What an address needs to speak of the same days."""
        if self.name != "custom":
            return {"range": self.name}
        return {"range": "custom", "from": self.start.isoformat(), "to": self.end.isoformat()}


def last_days(count: int, zone: str) -> Period:
    """The last so many days, today included."""
    end = today(zone)
    name = next((name for name, days in LENGTHS.items() if days == count), "custom")
    return Period(name, end - timedelta(days=count - 1), end)


def period_of(request: HttpRequest, zone: str, days: int = LENGTHS[USUAL]) -> Period:
    """The days a page's address names; else those its reader chose last; else the last `days`.

    What an address names without a fault is what is chosen until another says otherwise.
    """
    chosen = request.session.get(CHOSEN)
    if not any(request.GET.get(name) for name in NAMES):
        found = read_period(chosen, zone) if chosen else last_days(days, zone)
        return replace(found, error="")
    found = read_period(request.GET, zone)
    if not found.error and found.params() != chosen:
        request.session[CHOSEN] = found.params()
    return found


def read_period(params: Mapping[str, str], zone: str, usual: str = USUAL) -> Period:
    """The period an address names; the usual one, with the reason, for what cannot be read."""
    end = today(zone)
    name = params.get("range", "") or ("custom" if params.get("from") else usual)
    if name == "custom":
        return _custom(params, zone, usual)
    if name == "month":
        return Period(name, end.replace(day=1), end)
    if name not in LENGTHS:
        known = ", ".join(RANGES)
        return _fallback(usual, zone, f"There is no range “{name[:40]}”. Choose from: {known}.")
    return last_days(LENGTHS[name], zone)


def _custom(params: Mapping[str, str], zone: str, usual: str) -> Period:
    read = {key: _day(params.get(key, "")) for key in ("from", "to")}
    for key, found in read.items():
        if found is None:
            text = params.get(key, "")[:40]
            words = f"“{text}” is not a day" if text else f"The day “{key}” is missing"
            return _fallback(usual, zone, f"{words}. Write days as 2026-03-31.")
    start, end = read["from"], read["to"]
    if start is None or end is None:
        return _fallback(usual, zone, "Say both days.")
    if end < start:
        return _fallback(usual, zone, "The range ends before it starts. Swap the two days.")
    if (end - start).days + 1 > MOST_DAYS:
        return _fallback(usual, zone, f"A range can be {MOST_DAYS:,} days long at most.")
    return Period("custom", start, end)


def _fallback(usual: str, zone: str, error: str) -> Period:
    found = last_days(LENGTHS[usual], zone)
    return Period(found.name, found.start, found.end, error)


def _day(text: str) -> date | None:
    """A day as people and browsers write it; None for anything else, or where no shop was."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def _floor(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _next(day: date, step: str) -> date:
    if step == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)
