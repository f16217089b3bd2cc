"""What people say."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What people say."""

    name = "feedback"

    def ready(self) -> None:
        from feedback.announcements import drafting, panels
        from feedback.announcements import letters as announcement_letters
        from feedback.announcements import records as announcements
        from feedback.ideas import listening, stakes
        from feedback.ideas import records as ideas
        from feedback.ideas import traces as idea_traces
        from feedback.ideas.recompute import STAKES, recompute_all_stakes, recompute_stakes
        from feedback.inbox import figures, needs, presets, recompute, records, source_rows, traces
        from feedback.inbox.transfer import FEEDBACK
        from feedback.portal import records as portals
        from feedback.portal import services_guests as portal_guests
        from feedback.segments import filtering as segment_filtering
        from feedback.segments import listening as segment_listening
        from feedback.segments import records as segments
        from feedback.segments.recompute import FIGURES, recompute_all_figures, recompute_figures
        from workspaces.imports.kinds import register_kind
        from workspaces.records.forgetting import register_forgetter
        from workspaces.staleness.registry import Topic, register

        register_kind(FEEDBACK)
        presets.register()
        figures.register()
        source_rows.register()
        records.register()
        traces.register()
        needs.register()
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
        announcements.register()
        drafting.register()
        panels.register()
        portals.register()
        register_forgetter("announcements", announcement_letters.forget)
        register_forgetter("portal votes", portal_guests.forget)
        segments.register()
        segment_filtering.register()
        segment_listening.register()
        register(
            Topic(FIGURES, "Customer figures", recompute_figures, recompute_all_figures, order=25)
        )
        register(Topic(STAKES, "Stakes", recompute_stakes, recompute_all_stakes, order=30))
