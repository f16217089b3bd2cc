"""Feedback in Django admin. What somebody said never changes."""

from django.contrib import admin

from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import Clue, DailyFeedback, Note
from feedback.sources.models import Arrival, Source
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


@admin.register(Idea)
class IdeaAdmin(ReadOnlyAdmin):
    """Ideas: looked at here, changed in the app alone."""

    list_display = ("title", "state", "type", "product", "owner", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(Highlight)
class HighlightAdmin(ReadOnlyAdmin):
    """Passages of notes."""

    list_display = ("__str__", "note_id", "start", "stop", "workspace")


@admin.register(FeedbackLink)
class FeedbackLinkAdmin(ReadOnlyAdmin):
    """Who asks for which idea, and how much."""

    list_display = ("idea", "importance", "note_id", "customer_id", "workspace")
    search_fields = ("idea__title__istartswith",)


@admin.register(Stake)
class StakeAdmin(ReadOnlyAdmin):
    """Worked out from the orders of who asks."""

    list_display = ("idea", "customers", "orders", "revenue", "contribution", "workspace")


@admin.register(Clue)
class ClueAdmin(ReadOnlyAdmin):
    """What notes named their customer and product by."""

    list_display = ("note_id", "waits", "sku", "handle", "workspace")


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    """Where notes come from."""

    list_display = ("name", "kind", "active", "failures", "last_note_at", "workspace")
    search_fields = ("name__istartswith",)
    exclude = ("password", "token_hash")


@admin.register(Arrival)
class ArrivalAdmin(ReadOnlyAdmin):
    """What came by a source."""

    list_display = ("source_id", "state", "reason", "at", "workspace")
    exclude = ("raw",)
