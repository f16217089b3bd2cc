"""What we do next."""

from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    """What we do next."""

    name = "roadmaps"

    def ready(self) -> None:
        from roadmaps import traces
        from roadmaps.items import pages as item_pages
        from roadmaps.items import records as items
        from roadmaps.strategy import pages as strategy_pages
        from roadmaps.strategy import records as strategy

        strategy.register()
        strategy_pages.register()
        items.register()
        item_pages.register()
        traces.register()
