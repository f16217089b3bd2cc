"""What people said, over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from rest_framework import serializers

from feedback.inbox import services
from feedback.inbox.matching import Named
from feedback.inbox.models import NEGATIVE_UP_TO, Note, NoteState
from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter, MomentFilter
from workspaces.api.inputs import Input, TextField
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet

NAMED = ("email", "customer_key", "sku", "handle", "gtin", "product_name")


class NoteSerializer(Output):
    """One thing one person said; its text never changes."""

    perms: Mapping[str, Perm] = {"product_name": Perm.CATALOG_VIEW}
    channel_name = serializers.CharField(source="channel.name", read_only=True)
    product_name = serializers.CharField(source="product.name", read_only=True, allow_null=True)

    class Meta:
        model = Note
        fields = [
            "id",
            "version",
            "created_at",
            "updated_at",
            "external_id",
            "channel",
            "channel_name",
            "product",
            "product_name",
            "customer",
            "author",
            "title",
            "text",
            "rating",
            "language",
            "said_at",
            "day",
            "state",
            "snoozed_until",
            "assignee",
            "part_of",
        ]


class NoteInput(Input):
    class Meta:
        model = Note
        fields = [
            "external_id",
            "channel",
            "product",
            "customer",
            "author",
            "title",
            "text",
            "rating",
            "language",
            "said_at",
            *NAMED,
        ]
        extra_kwargs = {"external_id": {"required": False}, "said_at": {"required": False}}

    email = serializers.EmailField(required=False, help_text="Finds the customer, now or later.")
    customer_key = TextField(required=False, max_length=120, help_text="The shop's key of them.")
    sku = TextField(required=False, max_length=120, help_text="Finds the product, now or later.")
    handle = TextField(required=False, max_length=200)
    gtin = TextField(required=False, max_length=14)
    product_name = TextField(required=False, max_length=300)


class NoteChange(Input):
    """A note can be linked to a product and a customer, or to none, and triaged; its words stay."""

    class Meta:
        model = Note
        fields = ["product", "customer", "state", "snoozed_until"]


class NoteFilters(filters.FilterSet):
    """Narrowing a list of notes."""

    q = filters.CharFilter(method="matching", label="Words in title or text.")
    product = IdFilter()
    channel = IdFilter()
    customer = IdFilter()
    external_id = filters.CharFilter()
    state = filters.ChoiceFilter(choices=NoteState.choices)
    negative = filters.BooleanFilter(method="only_negative", label="Ratings of 2 or less.")
    said_from = MomentFilter(field_name="said_at", lookup_expr="gte")
    said_to = MomentFilter(field_name="said_at", lookup_expr="lte")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    def matching(self, rows: Any, name: str, text: str) -> Any:
        from django.contrib.postgres.search import SearchQuery

        return rows.filter(search=SearchQuery(text, config="simple", search_type="websearch"))

    def only_negative(self, rows: Any, name: str, wanted: bool) -> Any:
        if wanted:
            return rows.filter(rating__lte=NEGATIVE_UP_TO)
        return rows.exclude(rating__lte=NEGATIVE_UP_TO)


class NoteViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Feedback notes."""

    reads, writes = Perm.FEEDBACK_VIEW, Perm.FEEDBACK_EDIT
    output, input, change_input = NoteSerializer, NoteInput, NoteChange
    filterset_class = NoteFilters
    orders: ClassVar = {"-said_at": Order(("-said_at", "-id")), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[Note]:
        return Note.objects.visible_to(self.actor)

    def make(self, values: dict[str, Any]) -> Note:
        named = Named(**{name: values.pop(name) for name in NAMED if name in values})
        return services.create_note(self.actor, named=named, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Note:
        return services.change_note(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services.delete_note(self.actor, pk, seen_version=seen_version)
