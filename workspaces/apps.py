"""Who, where, how: members, access, records, imports, jobs, audit."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """The ground floor: every scoped row stands on it."""

    name = "workspaces"
