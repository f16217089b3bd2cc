"""Who, where, how: members, access, records, imports, jobs, audit."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """The ground floor: every scoped row stands on it."""

    name = "workspaces"

    def ready(self) -> None:
        """Register the jobs and cleaners of the rooms."""
        from workspaces.access.roles import Perm
        from workspaces.api.services import forget_old_answers
        from workspaces.fields.providing import custom_fields
        from workspaces.fields.tasks import index_all
        from workspaces.following import registering as following
        from workspaces.guests import registering as guests
        from workspaces.imports import cleaning, running
        from workspaces.jobs.registry import JobKind, register, register_cleaner
        from workspaces.lists import bulk_jobs, paste_jobs
        from workspaces.members import recompute, services, tasks
        from workspaces.records import trash, undo_jobs, views_record
        from workspaces.records.describing import register_fields
        from workspaces.records.tabs import RecordTab, register_record_tab
        from workspaces.webhooks import registering as webhooks

        register(JobKind("recompute", "Recompute", recompute.recompute_in_new_currency, bulk=True))
        for name, (label, run) in running.RUNNERS.items():
            register(JobKind(name, label, run, bulk=True))
        register(JobKind(undo_jobs.KIND, "Undo", undo_jobs.run, bulk=True))
        for name, label, run in (
            (bulk_jobs.KIND, "Bulk edit", bulk_jobs.run),
            (paste_jobs.KIND, "Paste lines", paste_jobs.run),
        ):
            register(JobKind(name, label, run, bulk=True, undoable=True))
        register_cleaner("trash", trash.purge_trash)
        register_cleaner("old imports", cleaning.tidy_imports)
        register_cleaner("deleted workspaces", services.purge_deleted_workspaces)
        register_cleaner("unsent invitations", tasks.ring_for_unsent)
        register_cleaner("old API answers", forget_old_answers)
        self._register_work()
        register_cleaner("indexes of custom fields", index_all)
        register_fields("custom", custom_fields)
        following.register()
        guests.register()
        self._register_discussion()
        self._register_forgetters()
        webhooks.register()
        activity = views_record.activity_tab
        register_record_tab(RecordTab("activity", "Activity", 900, Perm.WORKSPACE_VIEW, activity))

    def _register_forgetters(self) -> None:
        from workspaces.discussion import letters
        from workspaces.guests import services as guests
        from workspaces.records.forgetting import by_address, register_forgetter

        register_forgetter("letters", by_address(letters.forget))
        register_forgetter("guest links", by_address(guests.forget))

    def _register_work(self) -> None:
        """Tasks, approvals, meetings and documents, as records and beside records."""
        from workspaces.approvals import registering as approvals
        from workspaces.documents import records as documents
        from workspaces.meetings import registering as meetings
        from workspaces.search import registering as search
        from workspaces.todo import registering as todo

        todo.register()
        approvals.register()
        meetings.register()
        documents.register()
        search.register()

    def _register_discussion(self) -> None:
        """What is said about records, on every record's page and in the history."""
        from workspaces.discussion import registering
        from workspaces.links import registering as links

        registering.register()
        links.register()
