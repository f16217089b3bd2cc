"""Feedback in Django admin. What somebody said never changes."""

from django.contrib import admin

from feedback.inbox.models import DailyFeedback, Note
from workspaces.records.admin import ReadOnlyAdmin


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    """Notes."""

    list_display = ("__str__", "said_at", "rating", "product", "channel", "workspace")
    search_fields = ("external_id__istartswith", "author__istartswith")


@admin.register(DailyFeedback)
class DailyFeedbackAdmin(ReadOnlyAdmin):
    """Worked out from the notes."""

    list_display = ("day", "product", "channel", "notes", "rated", "negative", "workspace")
    search_fields = ("=product__handle",)
