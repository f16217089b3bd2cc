"""What we do next."""

from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    """What we do next."""

    name = "roadmaps"
