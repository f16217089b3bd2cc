"""The rooms' models, gathered for Django."""

from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import Clue, DailyFeedback, Note
from feedback.sources.models import Arrival, Source

__all__ = [
    "Arrival",
    "Clue",
    "DailyFeedback",
    "FeedbackLink",
    "Highlight",
    "Idea",
    "Note",
    "Source",
    "Stake",
]
