"""Meetings over the API."""

from typing import Any, ClassVar

import django_filters as filters

from workspaces.access.roles import Perm
from workspaces.api.filters import MomentFilter
from workspaces.api.inputs import Input
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet
from workspaces.meetings import services
from workspaces.meetings.models import Meeting, MeetingState
from workspaces.meetings.records import MEETING
from workspaces.records.services import change_record, delete_record

SET = ["title", "starts_at", "minutes", "zone", "place", "link", "notes"]


class MeetingSerializer(Output):
    """A meeting; `slot` is the time its series foresaw for it."""

    class Meta:
        model = Meeting
        fields = ["id", "version", "created_at", "updated_at", *SET, "state", "series", "slot"]


class MeetingInput(Input):
    """What may be set on a meeting; without `zone` it is the workspace's."""

    class Meta:
        model = Meeting
        fields = SET
        extra_kwargs = {"zone": {"required": False}}


class MeetingChange(MeetingInput):
    """The same, with its state."""

    class Meta(MeetingInput.Meta):
        fields = [*SET, "state"]


class MeetingFilters(filters.FilterSet):
    """Narrowing a list of meetings."""

    state = filters.ChoiceFilter(choices=MeetingState.choices)
    starts_since = MomentFilter(field_name="starts_at", lookup_expr="gte")
    starts_until = MomentFilter(field_name="starts_at", lookup_expr="lte")


class MeetingViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Meetings of the workspace."""

    reads, writes = Perm.WORK_VIEW, Perm.WORK_EDIT
    output, input, change_input = MeetingSerializer, MeetingInput, MeetingChange
    filterset_class = MeetingFilters
    orders: ClassVar = {
        "starts_at": Order(("starts_at", "id")),
        "-starts_at": Order(("-starts_at", "-id")),
        "id": Order(("id",)),
    }

    def make(self, values: dict[str, Any]) -> Meeting:
        title, starts_at = values.pop("title"), values.pop("starts_at")
        return services.call_meeting(self.actor, title, starts_at, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Any:
        return change_record(self.actor, MEETING, pk, seen_version, values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        delete_record(self.actor, MEETING, pk, seen_version)
