"""What people say."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What people say."""

    name = "feedback"

    def ready(self) -> None:
        from feedback.ideas import listening, stakes
        from feedback.ideas import records as ideas
        from feedback.ideas import traces as idea_traces
        from feedback.ideas.recompute import STAKES, recompute_all_stakes, recompute_stakes
        from feedback.inbox import figures, needs, presets, recompute, records, source_rows, traces
        from feedback.inbox import listening as waiting
        from feedback.inbox.transfer import FEEDBACK
        from feedback.sources import registering as sources
        from workspaces.imports.kinds import register_kind
        from workspaces.staleness.registry import Topic, register

        register_kind(FEEDBACK)
        presets.register()
        figures.register()
        source_rows.register()
        records.register()
        traces.register()
        needs.register()
        waiting.register()
        sources.register()
        ideas.register()
        idea_traces.register()
        listening.register()
        stakes.register()
        register(
            Topic(
                recompute.FEEDBACK,
                "Feedback",
                recompute.recompute_feedback,
                recompute.recompute_all_feedback,
                order=20,
            )
        )
        register(
            Topic(
                recompute.LINKS,
                "Notes' links",
                recompute.recompute_links,
                recompute.recompute_links,
                order=10,
            )
        )
        register(Topic(STAKES, "Stakes", recompute_stakes, recompute_all_stakes, order=30))
