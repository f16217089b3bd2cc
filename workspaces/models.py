"""The rooms' models, gathered for Django."""

from workspaces.api.models import Answer, ApiToken
from workspaces.approvals.models import (
    Approval,
    ApprovalStep,
    Approver,
    Condition,
    Decision,
    Reminder,
)
from workspaces.audit.models import ActivityEvent
from workspaces.calendar.models import CalendarFeed
from workspaces.discussion.models import (
    Attachment,
    Comment,
    CommentRevision,
    Mention,
    Reaction,
)
from workspaces.documents.models import Document, DocumentTemplate, DocumentVersion, SignOff
from workspaces.fields.models import CustomField, CustomUnique
from workspaces.following.models import Letter, MailChoice, Notification, Watch
from workspaces.guests.models import GuestCode, GuestLink, GuestVisit
from workspaces.imports.models import ColumnMapping, ImportChange, ImportRun
from workspaces.jobs.models import Job
from workspaces.links.models import RecordLink
from workspaces.meetings.models import (
    AgendaItem,
    Attendee,
    Meeting,
    MeetingSeries,
    Outcome,
)
from workspaces.members.models import (
    Invitation,
    Membership,
    Team,
    TeamMember,
    User,
    Workspace,
)
from workspaces.records.models import ListChoice
from workspaces.search.models import SearchEntry, SearchMeaning
from workspaces.snoozes.models import Snooze
from workspaces.staleness.models import Refresh, StaleMark
from workspaces.todo.models import ChecklistItem, Task, TaskDependency
from workspaces.views.models import SavedView
from workspaces.webhooks.models import Delivery, WebhookEndpoint

__all__ = [
    "ActivityEvent",
    "AgendaItem",
    "Answer",
    "ApiToken",
    "Approval",
    "ApprovalStep",
    "Approver",
    "Attachment",
    "Attendee",
    "CalendarFeed",
    "ChecklistItem",
    "ColumnMapping",
    "Comment",
    "CommentRevision",
    "Condition",
    "CustomField",
    "CustomUnique",
    "Decision",
    "Delivery",
    "Document",
    "DocumentTemplate",
    "DocumentVersion",
    "GuestCode",
    "GuestLink",
    "GuestVisit",
    "ImportChange",
    "ImportRun",
    "Invitation",
    "Job",
    "Letter",
    "ListChoice",
    "MailChoice",
    "Meeting",
    "MeetingSeries",
    "Membership",
    "Mention",
    "Notification",
    "Outcome",
    "Reaction",
    "RecordLink",
    "Refresh",
    "Reminder",
    "SavedView",
    "SearchEntry",
    "SearchMeaning",
    "SignOff",
    "Snooze",
    "StaleMark",
    "Task",
    "TaskDependency",
    "Team",
    "TeamMember",
    "User",
    "Watch",
    "WebhookEndpoint",
    "Workspace",
]
