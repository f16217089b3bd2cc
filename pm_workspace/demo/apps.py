"""The sample shop."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Invents a shop that shows every figure of the product."""

    name = "pm_workspace.demo"
    label = "demo"
