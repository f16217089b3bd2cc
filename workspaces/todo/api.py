"""Tasks over the API."""

from typing import Any, ClassVar

import django_filters as filters
from rest_framework import serializers

from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter, MomentFilter
from workspaces.api.inputs import Input
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet
from workspaces.records.services import change_record, delete_record
from workspaces.todo import services
from workspaces.todo.models import Priority, Task, TaskState
from workspaces.todo.records import TASK

BASE = ["id", "version", "created_at", "updated_at"]
SET = [
    "title",
    "description",
    "state",
    "priority",
    "assignee",
    "team",
    "start_on",
    "due_on",
    "estimate",
    "repeats",
]


class TaskSerializer(Output):
    """A task; `kind` and `object_id` name the record it is about, where there is one."""

    class Meta:
        model = Task
        fields = [*BASE, *SET, "kind", "object_id", "done_at"]


class TaskChange(Input):
    """What may be changed of a task."""

    class Meta:
        model = Task
        fields = SET


class TaskInput(TaskChange):
    """The same, with the record it is about."""

    kind = serializers.CharField(max_length=60, required=False)
    object_id = serializers.IntegerField(required=False, min_value=1)

    class Meta(TaskChange.Meta):
        fields = [*SET, "kind", "object_id"]


class TaskFilters(filters.FilterSet):
    """Narrowing a list of tasks."""

    state = filters.ChoiceFilter(choices=TaskState.choices)
    priority = filters.ChoiceFilter(choices=Priority.choices)
    assignee = IdFilter()
    kind = filters.CharFilter()
    object_id = IdFilter()
    due_until = filters.DateFilter(field_name="due_on", lookup_expr="lte")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class TaskViewSet(Creates, Changes, Deletes, RecordViewSet):
    """What members are to do."""

    reads, writes = Perm.WORK_VIEW, Perm.WORK_EDIT
    output, input, change_input = TaskSerializer, TaskInput, TaskChange
    filterset_class = TaskFilters
    orders: ClassVar = {
        "id": Order(("id",)),
        "title": Order(("title", "id")),
    }

    def make(self, values: dict[str, Any]) -> Task:
        kind, pk = values.pop("kind", ""), values.pop("object_id", None)
        about = (kind, pk) if kind and pk is not None else None
        return services.add_task(self.actor, values.pop("title"), about=about, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Any:
        return change_record(self.actor, TASK, pk, seen_version, values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        delete_record(self.actor, TASK, pk, seen_version)
