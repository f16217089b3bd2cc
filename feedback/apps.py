"""What people say."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What people say."""

    name = "feedback"

    def ready(self) -> None:
        from feedback.inbox.transfer import FEEDBACK
        from workspaces.imports.kinds import register_kind

        register_kind(FEEDBACK)
