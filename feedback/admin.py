"""Feedback in Django admin. What somebody said never changes."""

from django.contrib import admin

from feedback.announcements.models import AnnouncedIdea, Announcement, Mailing, Unsubscribed
from feedback.enrichment.models import IdeaPair, NoteReading
from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import Clue, DailyFeedback, Note
from feedback.portal.models import Ballot, Portal, VisitorComment
from feedback.segments.models import CustomerFigures, Segment
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


@admin.register(NoteReading)
class NoteReadingAdmin(ReadOnlyAdmin):
    """Worked out from the notes."""

    list_display = ("note_id", "language", "sentiment", "model", "read_at", "workspace")


@admin.register(IdeaPair)
class IdeaPairAdmin(ReadOnlyAdmin):
    """Ideas that may be the same."""

    list_display = ("first_id", "second_id", "probability", "state", "decided_by", "workspace")


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    """Segments: who belongs is asked each time."""

    list_display = ("name", "where", "workspace")
    search_fields = ("name__istartswith",)


@admin.register(CustomerFigures)
class CustomerFiguresAdmin(ReadOnlyAdmin):
    """Worked out from the orders of each customer."""

    list_display = ("customer_id", "orders", "last_day", "revenue", "workspace")


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    """News for those who asked."""

    list_display = ("title", "news", "state", "published_at", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(AnnouncedIdea)
class AnnouncedIdeaAdmin(ReadOnlyAdmin):
    """Which idea an announcement speaks of."""

    list_display = ("announcement", "idea_id", "workspace")


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    """Letters of announcements, one a person."""

    list_display = ("to", "state", "reason", "attempts", "sent_at", "workspace")
    search_fields = ("=to",)


@admin.register(Unsubscribed)
class UnsubscribedAdmin(ReadOnlyAdmin):
    """Who wants no such letters."""

    list_display = ("person", "at", "workspace")


@admin.register(Portal)
class PortalAdmin(ReadOnlyAdmin):
    """Pages of ideas for people outside."""

    list_display = ("title", "language", "indexed", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(VisitorComment)
class VisitorCommentAdmin(ReadOnlyAdmin):
    """What visitors of portals said; their addresses stand nowhere."""

    list_display = ("__str__", "state", "portal", "idea", "workspace")
    exclude = ("email",)


@admin.register(Ballot)
class BallotAdmin(ReadOnlyAdmin):
    """Votes given on portals."""

    list_display = ("idea_id", "portal_id", "at", "workspace")


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
