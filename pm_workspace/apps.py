"""The composition root as an app, so that it can carry home, demo data and cross-app commands."""

from django.apps import AppConfig

from pm_workspace.celery import app

__all__ = ["HouseConfig", "app"]  # tasks ring on the application that is there once apps are


class HouseConfig(AppConfig):
    """Home, navigation, palette, API root and admin site."""

    name = "pm_workspace"
    label = "house"

    def ready(self) -> None:
        """Let products over the API carry their figures; say what can need a member on Home."""
        from finance.metrics.api import extend_product
        from pm_workspace.home import finders

        finders.register()
        extend_product()
