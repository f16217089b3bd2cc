"""Approvals over the API: asking, deciding, taking back. No call gets past an approver."""

from typing import Any, ClassVar

import django_filters as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter
from workspaces.api.inputs import Body, TextField
from workspaces.api.paging import Order
from workspaces.api.problems import InvalidBody
from workspaces.api.rows import Output
from workspaces.api.viewsets import Creates, RecordViewSet
from workspaces.approvals import services
from workspaces.approvals.models import Approval, ApprovalState, Verdict
from workspaces.members.people import people_of


class ApprovalSerializer(Output):
    """An approval; `kind` and `object_id` name the record it is about."""

    class Meta:
        model = Approval
        fields = [
            "id",
            "version",
            "created_at",
            "updated_at",
            "kind",
            "object_id",
            "title",
            "asked",
            "gate",
            "state",
            "requested_by",
            "due_on",
            "seen_version",
            "decided_at",
        ]


class StepBody(Body):
    """So many of these members must say yes; steps of one place are asked at once."""

    place = serializers.IntegerField(min_value=1, max_value=100)
    needed = serializers.IntegerField(min_value=1, max_value=100)
    people = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=50)


class ApprovalInput(Body):
    """What is asked, about which record, and of whom."""

    kind = serializers.CharField(max_length=60)
    object_id = serializers.IntegerField(min_value=1)
    title = TextField(max_length=200)
    asked = TextField(required=False, allow_blank=True, max_length=10_000)
    due_on = serializers.DateField(required=False, allow_null=True)
    gate = serializers.CharField(required=False, allow_blank=True, max_length=60)
    steps = StepBody(many=True)


class DecisionBody(Body):
    """What the caller says. To reject takes a reason, conditions become tasks."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = TextField(required=False, allow_blank=True, max_length=5_000)
    conditions = serializers.ListField(
        child=TextField(max_length=200), required=False, max_length=20
    )


class ApprovalFilters(filters.FilterSet):
    """Narrowing a list of approvals."""

    state = filters.ChoiceFilter(choices=ApprovalState.choices)
    kind = filters.CharFilter()
    object_id = IdFilter()
    requested_by = IdFilter()


class ApprovalViewSet(Creates, RecordViewSet):
    """Questions about records, and what their approvers said."""

    reads, writes = Perm.WORK_VIEW, Perm.WORK_EDIT
    perms: ClassVar = {"decide": Perm.WORK_VIEW, "withdraw": Perm.WORK_VIEW}
    output, input = ApprovalSerializer, ApprovalInput
    filterset_class = ApprovalFilters
    orders: ClassVar = {"id": Order(("id",)), "title": Order(("title", "id"))}

    def make(self, values: dict[str, Any]) -> Approval:
        wanted = {pk for step in values["steps"] for pk in step["people"]}
        people = {one.pk: one for one in people_of(self.actor).filter(pk__in=wanted)}
        if strangers := sorted(wanted - set(people)):
            raise InvalidBody({"steps": [f"No member here has the id {strangers[0]}."]})
        steps = [
            services.StepAsked(one["place"], one["needed"], [people[pk] for pk in one["people"]])
            for one in values.pop("steps")
        ]
        about = (values.pop("kind"), values.pop("object_id"))
        return services.request_approval(self.actor, about, values.pop("title"), steps, **values)

    @extend_schema(request=DecisionBody, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, **kwargs: Any) -> Response:
        """Approve, approve with conditions, or reject."""
        self.allow_params()
        said, pk = self.body(DecisionBody), int(kwargs["pk"])
        services.decide(self.actor, pk, said.pop("verdict"), **said)
        return self.one(pk)

    @extend_schema(request=None, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take the question back."""
        self.allow_params()
        services.withdraw(self.actor, int(kwargs["pk"]))
        return self.one(int(kwargs["pk"]))
