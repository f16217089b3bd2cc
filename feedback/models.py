"""The rooms' models, gathered for Django."""

from feedback.enrichment.models import IdeaPair, NoteReading
from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import DailyFeedback, Note

__all__ = [
    "DailyFeedback",
    "FeedbackLink",
    "Highlight",
    "Idea",
    "IdeaPair",
    "Note",
    "NoteReading",
    "Stake",
]
