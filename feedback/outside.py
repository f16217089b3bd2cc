"""Addresses for people without an account, gathered."""

from feedback.announcements import urls as announcements
from feedback.portal import urls as portal

urlpatterns = [*announcements.outside, *portal.outside]
