"""What we do next."""

from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    """What we do next."""

    name = "roadmaps"

    def ready(self) -> None:
        from roadmaps import traces
        from roadmaps.documents import registering as documents
        from roadmaps.items import announcing, ideas
        from roadmaps.items import pages as item_pages
        from roadmaps.items import records as items
        from roadmaps.launches import records as launches
        from roadmaps.marking import READINESS, SCORES
        from roadmaps.priorities import listening
        from roadmaps.priorities import records as priorities
        from roadmaps.priorities.recompute import recompute_all_scores, recompute_scores
        from roadmaps.readiness import areas, lawful
        from roadmaps.readiness import listening as readiness_listening
        from roadmaps.readiness import needs as readiness_needs
        from roadmaps.readiness.recompute import recompute_all_readiness, recompute_readiness
        from roadmaps.rounds import needs as rounds
        from roadmaps.sharing import heard, services_comments
        from roadmaps.slots import registering as slots
        from roadmaps.specification import evaluating
        from roadmaps.specification import records as specification
        from roadmaps.strategy import pages as strategy_pages
        from roadmaps.strategy import records as strategy
        from workspaces.records.forgetting import by_address, register_forgetter
        from workspaces.staleness.registry import Topic, register

        strategy.register()
        strategy_pages.register()
        items.register()
        item_pages.register()
        ideas.register()
        announcing.register()
        priorities.register()
        listening.register()
        rounds.register()
        traces.register()
        launches.register()
        slots.register()
        specification.register()
        evaluating.register()
        areas.register()
        documents.register()
        lawful.register()
        readiness_listening.register()
        readiness_needs.register()
        heard.register()
        register_forgetter("guest comments", by_address(services_comments.forget))
        register(Topic(SCORES, "Scores", recompute_scores, recompute_all_scores, order=40))
        register(
            Topic(READINESS, "Readiness", recompute_readiness, recompute_all_readiness, order=60)
        )
