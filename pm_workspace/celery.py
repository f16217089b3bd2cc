"""The Celery application: delivers bells, decides nothing."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")

app = Celery("pm_workspace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "workspaces.audit",
        "workspaces.staleness",
        "workspaces.jobs",
        "workspaces.imports",
        "workspaces.members",
        "workspaces.following",
        "workspaces.search",
        "workspaces.approvals",
        "workspaces.webhooks",
        "products.catalog",
        "finance.ledger",
        "finance.metrics",
        "feedback.inbox",
    ]
)
