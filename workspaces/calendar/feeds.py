"""A member's calendar as a file that their calendar program reads again and again."""

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings

from core.clock import today
from workspaces.access.actor import Actor
from workspaces.calendar.ics import IcsEvent, calendar_file
from workspaces.calendar.models import CalendarFeed
from workspaces.calendar.sources import Entry, entries_between

BEFORE, AFTER = timedelta(days=90), timedelta(days=400)


def feed_file(actor: Actor, feed: CalendarFeed) -> bytes:
    """What the actor may see now, from a season ago to a year ahead."""
    now = today(actor.workspace.timezone)
    person = actor.user.pk if feed.mine_only else None
    found = entries_between(actor, now - BEFORE, now + AFTER, person=person)
    events = [event_of(one) for one in found if not one.tentative]
    return calendar_file(actor.workspace.name, events)


def event_of(entry: Entry) -> IcsEvent:
    """An entry as calendars write it: days stay days."""
    return IcsEvent(
        entry.uid,
        f"{entry.label}: {entry.title}",
        entry.moment or entry.day,
        entry.stamp,
        entry.minutes,
        entry.zone,
        entry.sequence,
        urljoin(f"{settings.SITE_URL}/", entry.url),
        entry.place,
    )
