"""Days as a shop counts them: a moment in UTC belongs to a day of the workspace's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone

FIRST_YEAR, LAST_YEAR = 1900, 2200


def day_of(moment: datetime, zone: str) -> date:
    """The local day on which `moment` (aware) falls in `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()


def check_moment(moment: datetime, field: str) -> None:
    """Raise ValidationError on `field` for a moment that has no day in some time zone."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        words = f"Give a moment between the years {FIRST_YEAR} and {LAST_YEAR}."
        raise ValidationError({field: [words]})


def today(zone: str) -> date:
    """The day it is now in `zone`."""
    return day_of(timezone.now(), zone)
