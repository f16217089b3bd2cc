"""The toolkit: no models, no knowledge of any app above it."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Errors, money, clock, database helpers, web helpers, tasks, csv."""

    name = "core"
