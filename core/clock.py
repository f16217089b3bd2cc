"""Days as a shop counts them: a moment in UTC belongs to a day of the workspace's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def day_of(moment: datetime, zone: str) -> date:
    """The local day on which `moment` (aware) falls in `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()


def today(zone: str) -> date:
    """The day it is now in `zone`."""
    return day_of(timezone.now(), zone)
