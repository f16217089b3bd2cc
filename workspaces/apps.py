"""Who, where, how: members, access, records, imports, jobs, audit."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """The ground floor: every scoped row stands on it."""

    name = "workspaces"

    def ready(self) -> None:
        """Register the jobs and cleaners of the rooms."""
        from workspaces.jobs.registry import JobKind, register, register_cleaner
        from workspaces.members import recompute, services, tasks

        register(JobKind("recompute", "Recompute", recompute.recompute_in_new_currency, bulk=True))
        register_cleaner("deleted workspaces", services.purge_deleted_workspaces)
        register_cleaner("unsent invitations", tasks.ring_for_unsent)
