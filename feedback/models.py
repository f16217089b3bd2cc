"""The rooms' models, gathered for Django."""

from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import DailyFeedback, Note
from feedback.segments.models import CustomerFigures, Segment

__all__ = [
    "CustomerFigures",
    "DailyFeedback",
    "FeedbackLink",
    "Highlight",
    "Idea",
    "Note",
    "Segment",
    "Stake",
]
