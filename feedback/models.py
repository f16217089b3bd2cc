"""The rooms' models, gathered for Django."""

from feedback.announcements.models import AnnouncedIdea, Announcement, Mailing, Unsubscribed
from feedback.enrichment.models import IdeaPair, NoteReading
from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import Clue, DailyFeedback, Note
from feedback.portal.models import Ballot, Portal
from feedback.segments.models import CustomerFigures, Segment
from feedback.sources.models import Arrival, Source

__all__ = [
    "AnnouncedIdea",
    "Announcement",
    "Arrival",
    "Ballot",
    "Clue",
    "CustomerFigures",
    "DailyFeedback",
    "FeedbackLink",
    "Highlight",
    "Idea",
    "IdeaPair",
    "Mailing",
    "Note",
    "NoteReading",
    "Portal",
    "Segment",
    "Source",
    "Stake",
    "Unsubscribed",
]
