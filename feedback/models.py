"""The rooms' models, gathered for Django."""

from feedback.announcements.models import AnnouncedIdea, Announcement, Mailing, Unsubscribed
from feedback.enrichment.models import IdeaPair, NoteReading
from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import DailyFeedback, Note
from feedback.portal.models import Ballot, Portal
from feedback.segments.models import CustomerFigures, Segment

__all__ = [
    "AnnouncedIdea",
    "Announcement",
    "Ballot",
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
    "Stake",
    "Unsubscribed",
]
