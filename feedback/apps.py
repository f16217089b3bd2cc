"""What people say."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What people say."""

    name = "feedback"

    def ready(self) -> None:
        from feedback.enrichment import registering as enrichment
        from feedback.ideas import listening, stakes
        from feedback.ideas import records as ideas
        from feedback.ideas import traces as idea_traces
        from feedback.ideas.recompute import STAKES, recompute_all_stakes, recompute_stakes
        from feedback.inbox import (
            deciding,
            figures,
            needs,
            presets,
            recompute,
            records,
            source_rows,
            traces,
        )
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
        enrichment.register()
        deciding.register()
        linked = recompute.recompute_links
        register(Topic(recompute.LINKS, "Notes' links", linked, linked, order=10))
        said, everything = recompute.recompute_feedback, recompute.recompute_all_feedback
        register(Topic(recompute.FEEDBACK, "Feedback", said, everything, order=20))
        register(Topic(STAKES, "Stakes", recompute_stakes, recompute_all_stakes, order=30))
        _register_segments()
        _register_outside()


def _register_segments() -> None:
    from feedback.segments import filtering, listening, records
    from feedback.segments.recompute import FIGURES, recompute_all_figures, recompute_figures
    from workspaces.staleness.registry import Topic, register

    records.register()
    filtering.register()
    listening.register()
    register(Topic(FIGURES, "Customer figures", recompute_figures, recompute_all_figures, order=25))


def _register_outside() -> None:
    """What reaches people without an account."""
    from feedback.announcements import drafting, letters, panels
    from feedback.announcements import records as announcements
    from feedback.portal import records as portals
    from feedback.portal import services_comments, services_guests, views_comments
    from workspaces.records.forgetting import by_address, register_forgetter

    announcements.register()
    drafting.register()
    panels.register()
    portals.register()
    views_comments.register()
    register_forgetter("announcements", by_address(letters.forget))
    register_forgetter("portal votes", by_address(services_guests.forget))
    register_forgetter("portal comments", by_address(services_comments.forget))
