"""The rooms' models, gathered for Django."""

from feedback.ideas.models import FeedbackLink, Highlight, Idea, Stake
from feedback.inbox.models import DailyFeedback, Note

__all__ = ["DailyFeedback", "FeedbackLink", "Highlight", "Idea", "Note", "Stake"]
