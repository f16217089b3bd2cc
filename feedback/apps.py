"""What people say."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What people say."""

    name = "feedback"
