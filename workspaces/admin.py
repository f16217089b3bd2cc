"""People, workspaces and the machinery in Django admin."""

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

import workspaces.admin_rooms  # noqa: F401 - it registers the rooms' pages
from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.api.models import Answer, ApiToken
from workspaces.approvals.models import (
    Approval,
    ApprovalStep,
    Approver,
    Condition,
    Decision,
    Reminder,
)
from workspaces.audit.models import ActivityEvent, Channel
from workspaces.calendar.models import CalendarFeed
from workspaces.fields.models import CustomField, CustomUnique
from workspaces.imports.models import ColumnMapping, ImportChange, ImportRun
from workspaces.jobs import services as jobs
from workspaces.jobs.models import Job, JobState
from workspaces.meetings.models import (
    AgendaItem,
    Attendee,
    Meeting,
    MeetingSeries,
    Outcome,
)
from workspaces.members.models import Invitation, Membership, User, Workspace
from workspaces.records.admin import HouseAdmin, ReadOnlyAdmin, RecordAdmin
from workspaces.records.models import ListChoice
from workspaces.snoozes.models import Snooze
from workspaces.staleness.models import Refresh, StaleMark
from workspaces.todo.models import ChecklistItem, Task, TaskDependency


@admin.register(User)
class UserAdmin(HouseAdmin):
    """Sign-in accounts. Passwords are set by their owners alone."""

    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email__istartswith", "name__istartswith")
    exclude = ("password", "groups", "user_permissions")
    readonly_fields = ("last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Workspace)
class WorkspaceAdmin(HouseAdmin):
    """Workspaces. Currency and zone change in the app, where figures follow."""

    list_display = ("name", "slug", "currency", "timezone", "is_sample", "created_at")
    search_fields = ("name__istartswith", "slug__istartswith")
    readonly_fields = ("currency", "timezone", "created_at", "version")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who belongs where. Roles change on the members page, which keeps an owner."""

    list_display = ("user", "workspace", "role", "active", "last_opened_at")
    list_filter = ("role", "active")
    search_fields = ("=user__email", "=workspace__slug")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Offers of a role."""

    list_display = ("email", "workspace", "role", "expires_at", "accepted_at", "revoked_at")
    search_fields = ("email__istartswith",)
    exclude = ("token_hash",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens of people; deleting one makes it useless at once."""

    list_display = ("name", "token_key", "user", "workspace", "created", "expiry", "last_used_at")
    search_fields = ("=token_key", "=user__email")
    exclude = ("digest",)
    ordering = ("-created",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True


@admin.register(ActivityEvent)
class ActivityEventAdmin(ReadOnlyAdmin):
    """The history of every record."""

    list_display = ("at", "verb", "label", "actor", "channel", "workspace")
    list_filter = ("channel",)
    search_fields = ("=verb", "=batch")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Long work of all workspaces: how many in which state, what failed, once more or no more."""

    list_display = ("title", "kind", "state", "phase", "attempts", "workspace", "created_at")
    list_filter = ("state", "kind")
    search_fields = ("=kind", "title__istartswith")
    actions = ("run_again", "stop")
    list_before_template = "admin/jobs_dashboard.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The list, below the counts by state and the latest failures."""
        found = dict(Job.objects.order_by().values_list("state").annotate(jobs=Count("pk")))
        states = [(label, value, found.get(value, 0)) for value, label in JobState.choices]
        failed = Job.objects.filter(state=JobState.FAILED).select_related("workspace")
        context = {"states": states, "failures": failed.order_by("-pk")[:5]}
        return super().changelist_view(request, (extra_context or {}) | context)

    @admin.action(description="Run again")
    def run_again(self, request: HttpRequest, chosen: "QuerySet[Job]") -> None:
        """Queue failed and cancelled jobs once more."""
        self._each(request, chosen, jobs.retry, "queued again")

    @admin.action(description="Cancel")
    def stop(self, request: HttpRequest, chosen: "QuerySet[Job]") -> None:
        """Ask jobs to stop."""
        self._each(request, chosen, jobs.cancel, "asked to stop")

    def _each(self, request: HttpRequest, chosen: "QuerySet[Job]", act: object, done: str) -> None:
        count = 0
        for job in chosen.select_related("workspace"):
            actor = Actor(request.user, job.workspace, Role.OWNER, Channel.ADMIN)  # type: ignore[arg-type]
            try:
                act(actor, job.pk)  # type: ignore[operator]
                count += 1
            except DomainError as refusal:
                self.message_user(request, f"{job}: {refusal}", messages.WARNING)
        if count:
            self.message_user(request, f"{count} jobs {done}.")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.admin_site.has_permission(request)


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    """Fields that workspaces added to their records; changed in the app, which converts values."""

    list_display = ("label", "key", "kind", "type", "workspace", "retired_at")
    list_filter = ("type",)
    search_fields = ("=key", "label__istartswith")


@admin.register(CustomUnique)
class CustomUniqueAdmin(ReadOnlyAdmin):
    """Who holds a unique value."""

    list_display = ("field", "object_id", "workspace")
    search_fields = ("=object_id",)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Imports."""

    list_display = ("filename", "kind", "state", "workspace", "created_by", "created_at")
    list_filter = ("kind", "state")
    search_fields = ("filename__istartswith",)
    exclude = ("file",)


@admin.register(ImportChange)
class ImportChangeAdmin(ReadOnlyAdmin):
    """What imports touched."""

    list_display = ("label", "model", "object_id", "run", "workspace")
    search_fields = ("=model", "=object_id")


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    """How files were read the last time."""

    list_display = ("kind", "fingerprint", "workspace", "updated_at")
    search_fields = ("fingerprint__istartswith",)


@admin.register(StaleMark)
class StaleMarkAdmin(ReadOnlyAdmin):
    """What waits to be recomputed."""

    list_display = ("topic", "key", "cause", "urgency", "marked_at", "workspace")
    search_fields = ("=topic",)


@admin.register(Refresh)
class RefreshAdmin(ReadOnlyAdmin):
    """When figures were last brought up to date."""

    list_display = ("topic", "workspace", "as_of", "cause", "keys", "duration_ms")
    search_fields = ("=topic",)


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    """Answers kept for repeated requests."""

    list_display = ("key", "owner", "status", "created_at", "workspace")
    search_fields = ("=key",)
    exclude = ("body",)


@admin.register(ListChoice)
class ListChoiceAdmin(ReadOnlyAdmin):
    """The columns members chose for their lists."""

    list_display = ("name", "user", "workspace")
    search_fields = ("=name", "=user__email")


@admin.register(Snooze)
class SnoozeAdmin(ReadOnlyAdmin):
    """What members put off."""

    list_display = ("key", "user", "until", "workspace")
    search_fields = ("=key", "=user__email")


@admin.register(Task)
class TaskAdmin(RecordAdmin):
    """What people are to do."""

    list_display = ("title", "state", "assignee", "due_on", "workspace")
    list_filter = ("state", "priority")
    search_fields = ("title__istartswith",)
    exclude = ("custom", "import_run")


@admin.register(TaskDependency)
class TaskDependencyAdmin(ReadOnlyAdmin):
    """What waits for what."""

    list_display = ("blocker", "blocked", "workspace")
    search_fields = ("=blocker__title", "=blocked__title")


@admin.register(ChecklistItem)
class ChecklistItemAdmin(ReadOnlyAdmin):
    """Lines to tick."""

    list_display = ("text", "task", "done", "workspace")
    search_fields = ("text__istartswith",)


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """Approvals. Only their approvers decide, in the app."""

    list_display = ("title", "state", "gate", "requested_by", "due_on", "workspace")
    list_filter = ("state",)
    search_fields = ("title__istartswith", "=gate")


@admin.register(ApprovalStep)
class ApprovalStepAdmin(ReadOnlyAdmin):
    """Steps of approvals."""

    list_display = ("approval", "place", "needed", "workspace")
    search_fields = ("=approval__title",)


@admin.register(Approver)
class ApproverAdmin(ReadOnlyAdmin):
    """Who is asked."""

    list_display = ("user", "step", "passed_on", "workspace")
    search_fields = ("=user__email",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What approvers said."""

    list_display = ("user", "verdict", "decided_at", "workspace")
    list_filter = ("verdict",)
    search_fields = ("=user__email",)


@admin.register(Condition)
class ConditionAdmin(ReadOnlyAdmin):
    """Conditions of a yes."""

    list_display = ("text", "task", "workspace")
    search_fields = ("text__istartswith",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Who was reminded of which day."""

    list_display = ("approver", "due_on", "window", "sent_at", "workspace")
    search_fields = ("=approver__user__email",)


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    """Meetings."""

    list_display = ("title", "starts_at", "state", "workspace")
    list_filter = ("state",)
    search_fields = ("title__istartswith",)


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(ReadOnlyAdmin):
    """Meetings that come again."""

    list_display = ("uid", "repeats", "every", "zone", "workspace")
    search_fields = ("=uid",)


@admin.register(Attendee)
class AttendeeAdmin(ReadOnlyAdmin):
    """Who is asked to come."""

    list_display = ("user", "team", "email", "meeting", "workspace")
    search_fields = ("=email", "=user__email")


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnlyAdmin):
    """What is talked about."""

    list_display = ("title", "meeting", "workspace")
    search_fields = ("title__istartswith",)


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    """What came out of meetings."""

    list_display = ("text", "type", "meeting", "workspace")
    list_filter = ("type",)
    search_fields = ("text__istartswith",)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who reads their calendar elsewhere; deleting one closes it at once."""

    list_display = ("user", "mine_only", "created_at", "read_at", "workspace")
    search_fields = ("=user__email",)
    exclude = ("token_hash",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True
