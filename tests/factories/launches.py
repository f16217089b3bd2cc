"""Launches and what belongs to them: the smallest legal rows."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from roadmaps.launches.models import ClosedDays, Launch, LaunchTask, LaunchTemplate, TemplateTask
from roadmaps.specification.models import SpecLine
from tests.factories.workspaces import WorkspaceFactory

SAME = factory.SelfAttribute("..workspace")


class LaunchTemplateFactory(DjangoModelFactory):
    class Meta:
        model = LaunchTemplate

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence("Template {}".format)


class TemplateTaskFactory(DjangoModelFactory):
    class Meta:
        model = TemplateTask

    workspace = factory.SubFactory(WorkspaceFactory)
    template = factory.SubFactory(LaunchTemplateFactory, workspace=SAME)
    title = factory.Sequence("Task {}".format)
    key = factory.Sequence("task-{}".format)


class LaunchFactory(DjangoModelFactory):
    class Meta:
        model = Launch

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Launch {}".format)
    planned_on = date(2027, 3, 1)


class LaunchTaskFactory(DjangoModelFactory):
    class Meta:
        model = LaunchTask

    workspace = factory.SubFactory(WorkspaceFactory)
    launch = factory.SubFactory(LaunchFactory, workspace=SAME)
    title = factory.Sequence("Task {}".format)
    due_on = date(2027, 2, 1)


class SpecLineFactory(DjangoModelFactory):
    class Meta:
        model = SpecLine

    workspace = factory.SubFactory(WorkspaceFactory)
    launch = factory.SubFactory(LaunchFactory, workspace=SAME)
    title = factory.Sequence("Line {}".format)


class ClosedDaysFactory(DjangoModelFactory):
    class Meta:
        model = ClosedDays

    workspace = factory.SubFactory(WorkspaceFactory)
    title = factory.Sequence("Holiday {}".format)
    start_on = end_on = date(2026, 12, 25)
