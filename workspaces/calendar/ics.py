"""Calendar files (RFC 5545): days stay days, times name their zone and bring its rules along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//PM Workspace//Calendar//EN"


@dataclass(frozen=True, slots=True)
class IcsEvent:
    """One entry. `uid` never changes; `sequence` grows with every change of it.

    `start` is a day, or a moment that is written in `zone`. `recurs` is the rule of a series;
    `instead_of` marks one of a series that is at another time than its rule says. What takes
    several days says its last one, which counts.
    """

    uid: str
    title: str
    start: date | datetime
    stamp: datetime
    minutes: int = 0
    zone: str = "UTC"
    sequence: int = 0
    url: str = ""
    place: str = ""
    text: str = ""
    recurs: Mapping[str, object] | None = None
    instead_of: datetime | None = None
    cancelled: bool = False
    guests: Sequence[str] = field(default_factory=tuple)
    last_day: date | None = None


def calendar_file(name: str, events: Sequence[IcsEvent]) -> bytes:
    """A calendar of these entries; the same entries are the same bytes."""
    from icalendar import (
        Calendar,
    )  # a tenth of what starting everything takes, for a file now and then

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in events:
        calendar.add_component(_event(one))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(one: IcsEvent) -> "Event":
    from icalendar import Event, vCalAddress

    event = Event()
    event.add("uid", one.uid)
    event.add("summary", one.title)
    event.add("dtstamp", one.stamp)
    event.add("sequence", one.sequence)
    if isinstance(one.start, datetime):
        zone = ZoneInfo(one.zone)
        event.add("dtstart", one.start.astimezone(zone))
        event.add("dtend", (one.start + timedelta(minutes=one.minutes)).astimezone(zone))
        if one.instead_of is not None:
            event.add("recurrence-id", one.instead_of.astimezone(zone))
    else:
        event.add("dtstart", one.start)
        event.add("dtend", (one.last_day or one.start) + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if one.recurs:
        event.add("rrule", dict(one.recurs))
    if one.cancelled:
        event.add("status", "CANCELLED")
    for name, value in (("url", one.url), ("location", one.place), ("description", one.text)):
        if value:
            event.add(name, value)
    for address in one.guests:
        event.add("attendee", vCalAddress(f"mailto:{address}"))
    return event
