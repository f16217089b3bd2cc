"""Composition root: everything that knows the whole house."""

from pm_workspace.celery import app as celery_app

__all__ = ["celery_app"]
