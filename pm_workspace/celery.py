"""The Celery application: delivers bells, decides nothing."""

import os
from pathlib import Path

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")

HOUSE = ("workspaces", "products", "finance", "feedback", "roadmaps")
BASE_DIR = Path(__file__).resolve().parent.parent


def _rooms_with_tasks(app_name: str) -> list[str]:
    """The rooms of an app that have a `tasks.py`: none can be forgotten."""
    return sorted(
        f"{app_name}.{path.parent.name}" for path in (BASE_DIR / app_name).glob("*/tasks.py")
    )


app = Celery("pm_workspace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(lambda: [room for each in HOUSE for room in _rooms_with_tasks(each)])
