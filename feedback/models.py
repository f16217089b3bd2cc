"""The rooms' models, gathered for Django."""

from feedback.inbox.models import DailyFeedback, Note

__all__ = ["DailyFeedback", "Note"]
