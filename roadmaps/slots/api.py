"""Slots over the API: proposed by one, decided by another, never set."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from roadmaps.launches.services import MOST
from roadmaps.slots import services
from roadmaps.slots.models import LONGEST_NOTE, LaunchSlot, SlotMarket, SlotState
from roadmaps.slots.reports import conflicts_of_slot
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.filters import LARGEST_ID, IdFilter
from workspaces.api.inputs import Body, TextField
from workspaces.api.paging import Order
from workspaces.api.rows import Output, Rows, by_pk
from workspaces.api.viewsets import Creates, ResourceViewSet

LONGEST_WORDS, MOST_SEEN = 1_000, 2_000


def _id(**kwargs: Any) -> Any:
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, **kwargs)


class LaunchSlotSerializer(Output):
    """Days proposed for a launch: for `markets`, or wherever it goes when `everywhere`.

    `conflicts` is what spoke against it when it was decided.
    """

    filled = ("markets",)
    markets = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    conflicts = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = LaunchSlot
        fields = [
            "id",
            "launch",
            "start_on",
            "end_on",
            "everywhere",
            "markets",
            "note",
            "state",
            "proposed_by",
            "proposed_at",
            "asked",
            "decided_by",
            "decided_at",
            "reason",
            "conflicts",
        ]


class SlotBody(Body):
    """A day, or days in a row, for a launch; without markets for wherever it goes."""

    launch = _id()
    start_on = serializers.DateField()
    end_on = serializers.DateField(required=False, allow_null=True)
    markets = serializers.ListField(child=_id(), required=False, max_length=MOST)
    note = TextField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    asked = _id(required=False, allow_null=True, help_text="The member who is to decide.")


class SlotApproval(Body):
    """What its caller read under `conflicts/`: with anything missing they are to look again."""

    seen = serializers.ListField(
        child=TextField(max_length=LONGEST_WORDS), required=False, max_length=MOST_SEEN
    )


class SlotRefusal(Body):
    """Why not."""

    reason = TextField(max_length=LONGEST_NOTE)


class SlotConflict(serializers.Serializer[Any]):
    """One thing that speaks against a slot; `launch` or `closed` is the id of where it is from."""

    kind = serializers.CharField()
    text = serializers.CharField()
    launch = serializers.IntegerField(allow_null=True)
    closed = serializers.IntegerField(allow_null=True)


class SlotConflicts(serializers.Serializer[Any]):
    """All that speaks against a slot as things stand now."""

    conflicts = SlotConflict(many=True)


class LaunchSlotFilters(filters.FilterSet):
    """Narrowing a list of slots."""

    launch = IdFilter()
    state = filters.ChoiceFilter(choices=SlotState.choices)


class LaunchSlotViewSet(Creates, ResourceViewSet):
    """Days proposed for launches, and what became of them."""

    reads, writes = Perm.ROADMAP_VIEW, Perm.ROADMAP_EDIT
    output, input = LaunchSlotSerializer, SlotBody
    filterset_class = LaunchSlotFilters
    orders: ClassVar = {
        "-id": Order(("-id",)),
        "id": Order(("id",)),
        "start_on": Order(("start_on", "id")),
    }

    def get_queryset(self) -> QuerySet[LaunchSlot]:
        return LaunchSlot.objects.visible_to(self.actor).filter(launch__deleted_at=None)

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        slots = by_pk(rows)
        for row in rows:
            row["markets"] = []
        named = SlotMarket.objects.visible_to(actor).filter(slot__in=slots).order_by("market")
        for slot, market in named.values_list("slot", "market"):
            slots[slot]["markets"].append(market)

    def make(self, values: dict[str, Any]) -> LaunchSlot:
        launch, start_on = values.pop("launch"), values.pop("start_on")
        return services.propose_slot(self.actor, launch, start_on, **values)

    @extend_schema(responses=SlotConflicts)
    @action(detail=True)
    def conflicts(self, request: Request, **kwargs: Any) -> Response:
        """What speaks against it now, to be read before deciding."""
        self.allow_params()
        found = conflicts_of_slot(self.actor, services.slot_of(self.actor, int(kwargs["pk"])))
        said = [
            {
                "kind": one.kind,
                "text": one.text,
                "launch": one.launch or None,
                "closed": one.closed or None,
            }
            for one in found
        ]
        return Response({"conflicts": said})

    @extend_schema(request=SlotApproval, responses=LaunchSlotSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Let its launch have these days."""
        self.allow_params()
        pk, seen = int(kwargs["pk"]), self.body(SlotApproval).get("seen", [])
        services.approve_slot(self.actor, pk, seen=seen)
        return self.one(pk)

    @extend_schema(request=SlotRefusal, responses=LaunchSlotSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, **kwargs: Any) -> Response:
        """Say no, and why."""
        self.allow_params()
        pk = int(kwargs["pk"])
        services.refuse_slot(self.actor, pk, self.body(SlotRefusal)["reason"])
        return self.one(pk)

    @extend_schema(request=None, responses=LaunchSlotSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take one's own proposal back."""
        self.allow_params()
        services.withdraw_slot(self.actor, int(kwargs["pk"]))
        return self.one(int(kwargs["pk"]))
