"""Forgetting old news."""

from datetime import timedelta

from django.utils import timezone

from workspaces.following.models import Letter, Notification

READ_KEPT = timedelta(days=90)
UNREAD_KEPT = timedelta(days=365)
LETTERS_KEPT = timedelta(days=30)


def forget_old_news() -> None:
    """Drop notifications long read or never looked at, and what is known of old letters."""
    now = timezone.now()
    Notification.objects.filter(read_at__lt=now - READ_KEPT).delete()
    Notification.objects.filter(at__lt=now - UNREAD_KEPT).delete()
    Letter.objects.filter(sent_at__lt=now - LETTERS_KEPT).delete()
