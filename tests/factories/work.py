"""Tasks, approvals and meetings: the smallest legal rows."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.workspaces import WorkspaceFactory
from workspaces.approvals.models import (
    Approval,
    ApprovalStep,
    Approver,
    Condition,
    Decision,
    Reminder,
)
from workspaces.meetings.models import AgendaItem, Attendee, Meeting, MeetingSeries, Outcome
from workspaces.todo.models import ChecklistItem, Task, TaskDependency


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = Task

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Task {}".format)


class TaskDependencyFactory(DjangoModelFactory):
    class Meta:
        model = TaskDependency

    workspace = factory.SubFactory(WorkspaceFactory)
    blocked = factory.SubFactory(TaskFactory, workspace=factory.SelfAttribute("..workspace"))
    blocker = factory.SubFactory(TaskFactory, workspace=factory.SelfAttribute("..workspace"))


class ChecklistItemFactory(DjangoModelFactory):
    class Meta:
        model = ChecklistItem

    workspace = factory.SubFactory(WorkspaceFactory)
    task = factory.SubFactory(TaskFactory, workspace=factory.SelfAttribute("..workspace"))
    text = factory.Sequence("Line {}".format)
    position = factory.Sequence("V{:04}1".format)


class ApprovalFactory(DjangoModelFactory):
    class Meta:
        model = Approval

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Approval {}".format)
    kind = "workspaces.task"
    object_id = factory.LazyAttribute(lambda row: TaskFactory(workspace=row.workspace).pk)


class ApprovalStepFactory(DjangoModelFactory):
    class Meta:
        model = ApprovalStep

    workspace = factory.SubFactory(WorkspaceFactory)
    approval = factory.SubFactory(ApprovalFactory, workspace=factory.SelfAttribute("..workspace"))
    place = 1


class ApproverFactory(DjangoModelFactory):
    class Meta:
        model = Approver

    workspace = factory.SubFactory(WorkspaceFactory)
    step = factory.SubFactory(ApprovalStepFactory, workspace=factory.SelfAttribute("..workspace"))


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    workspace = factory.SubFactory(WorkspaceFactory)
    approver = factory.SubFactory(ApproverFactory, workspace=factory.SelfAttribute("..workspace"))
    verdict = "conditions"


class ConditionFactory(DjangoModelFactory):
    class Meta:
        model = Condition

    workspace = factory.SubFactory(WorkspaceFactory)
    decision = factory.SubFactory(DecisionFactory, workspace=factory.SelfAttribute("..workspace"))
    text = "Weigh it"


class ReminderFactory(DjangoModelFactory):
    class Meta:
        model = Reminder

    workspace = factory.SubFactory(WorkspaceFactory)
    approver = factory.SubFactory(ApproverFactory, workspace=factory.SelfAttribute("..workspace"))
    due_on = date(2026, 12, 2)
    window = "near"


SOON = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class MeetingSeriesFactory(DjangoModelFactory):
    class Meta:
        model = MeetingSeries

    workspace = factory.SubFactory(WorkspaceFactory)
    starts_at = SOON
    zone = "Europe/Berlin"
    repeats = "weekly"


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Meeting {}".format)
    starts_at = SOON
    zone = "Europe/Berlin"


class AttendeeFactory(DjangoModelFactory):
    class Meta:
        model = Attendee

    workspace = factory.SubFactory(WorkspaceFactory)
    meeting = factory.SubFactory(MeetingFactory, workspace=factory.SelfAttribute("..workspace"))


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    workspace = factory.SubFactory(WorkspaceFactory)
    meeting = factory.SubFactory(MeetingFactory, workspace=factory.SelfAttribute("..workspace"))
    title = "Margins"
    position = factory.Sequence("V{:04}1".format)


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    workspace = factory.SubFactory(WorkspaceFactory)
    meeting = factory.SubFactory(MeetingFactory, workspace=factory.SelfAttribute("..workspace"))
    type = "task"
    text = "Weigh it"
