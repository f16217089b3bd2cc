"""Tasks and what belongs to them: the smallest legal rows."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.workspaces import WorkspaceFactory
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
