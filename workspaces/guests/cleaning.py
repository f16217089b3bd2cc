"""Forgetting who came by."""

from datetime import timedelta

from django.utils import timezone

from workspaces.guests.models import GuestCode, GuestVisit

VISITS_KEPT, CODES_KEPT = timedelta(days=180), timedelta(days=1)


def forget_old_visits() -> None:
    """Drop old lines of the logs, and codes that open nothing any more."""
    now = timezone.now()
    GuestVisit.objects.filter(at__lt=now - VISITS_KEPT).delete()
    GuestCode.objects.filter(made_at__lt=now - CODES_KEPT).delete()
