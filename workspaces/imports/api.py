"""Imports over the API: upload, map, dry run, run, watch, undo."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Refused
from core.room import NO_ROOM, lacks_room
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.inputs import Body, TextField
from workspaces.api.paging import Order
from workspaces.api.parsing import JsonParser
from workspaces.api.rows import Output, Rows, by_pk
from workspaces.api.viewsets import ResourceViewSet
from workspaces.imports import checking, services, staging
from workspaces.imports.api_rows import TouchedRows
from workspaces.imports.models import ImportRun, ImportState, OnExisting
from workspaces.imports.registered import known

KINDS = [(kind.name, kind.label) for kind in known().values()]
MOST_ISSUES = 1_000
LARGEST_NUMBER = 2**31 - 1


class ImportSerializer(Output):
    """A file on its way into the workspace, and what became of it."""

    columns = serializers.ListField(child=serializers.CharField(), read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    options = serializers.DictField(read_only=True)
    counts = serializers.DictField(
        read_only=True, help_text="rows, ok, errors, and after the run what it created and changed."
    )
    filled = ("counts",)

    class Meta:
        model = ImportRun
        fields = [
            "id",
            "kind",
            "state",
            "preset",
            "filename",
            "size",
            "sha256",
            "encoding",
            "delimiter",
            "sheet",
            "columns",
            "mapping",
            "options",
            "on_existing",
            "keep_good",
            "counts",
            "job",
            "created_by",
            "created_at",
            "finished_at",
        ]


class UploadBody(Body):
    """A file and what it holds. A preset that joins several files takes `file` several times."""

    kind = serializers.ChoiceField(choices=KINDS)
    file = serializers.FileField(max_length=200, allow_empty_file=True)
    preset = TextField(required=False, allow_blank=True, max_length=40)


class ChangeBody(Body):
    """How the file is read, and what happens to rows that exist."""

    mapping = serializers.DictField(
        child=TextField(allow_blank=True), required=False, help_text="{field: column of the file}"
    )
    preset = TextField(required=False, allow_blank=True, max_length=40)
    options = serializers.DictField(
        child=TextField(allow_blank=True), required=False, help_text="date_order, decimal, …"
    )
    on_existing = serializers.ChoiceField(choices=OnExisting.choices, required=False)
    keep_good = serializers.BooleanField(required=False)


class CellBody(Body):
    """A corrected cell."""

    row = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    field = TextField(max_length=60)
    text = TextField(allow_blank=True, trim_whitespace=False)


class IssueSerializer(serializers.Serializer[Any]):
    """One problem of one cell; row 1 is the first below the header."""

    row = serializers.IntegerField()
    field = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class IssuesSerializer(serializers.Serializer[Any]):
    """Problems in the order of the file."""

    results = IssueSerializer(many=True)
    next_offset = serializers.IntegerField(allow_null=True)


class ImportFilters(filters.FilterSet):
    """Narrowing a list of imports."""

    kind = filters.ChoiceFilter(choices=KINDS)
    state = filters.ChoiceFilter(choices=ImportState.choices)


class ImportViewSet(TouchedRows, ResourceViewSet):
    """Upload, change how it is read, check, run; then watch `state` and `job`."""

    reads, writes = Perm.IMPORTS_RUN, Perm.IMPORTS_RUN
    output = ImportSerializer
    filterset_class = ImportFilters
    parser_classes = (JsonParser, MultiPartParser)
    orders: ClassVar = {"-id": Order(("-id",)), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[ImportRun]:
        kinds = [kind.name for kind in known().values() if self.actor.can(kind.perm)]
        return ImportRun.objects.visible_to(self.actor).filter(kind__in=kinds)

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        runs = by_pk(rows)
        counts = ImportRun.objects.visible_to(actor).filter(pk__in=runs)
        for pk, found in counts.values_list("pk", "counts"):
            runs[pk]["counts"] = {name: n for name, n in found.items() if name != "habits"}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.allow_params("fields")
        services.reconcile(self.actor, int(kwargs["pk"]))
        return self.one(int(kwargs["pk"]))

    @extend_schema(request={"multipart/form-data": UploadBody}, responses={201: ImportSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Upload a file; the answer proposes how to read it."""
        files = [(file.name, file) for file in request.FILES.getlist("file")]
        if lacks_room(request._request):
            raise Refused(NO_ROOM)
        values = self.body(UploadBody)
        run = services.upload(self.actor, values["kind"], files, preset=values.get("preset", ""))
        return self.one(run.pk, status=201)

    @extend_schema(request=ChangeBody, responses=ImportSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say which column is which field, how to read it, and what to do with existing rows."""
        values, pk = self.body(ChangeBody, partial=True), int(kwargs["pk"])
        run = services.reconcile(self.actor, pk)
        if {"mapping", "preset", "options"} & set(values):
            services.set_mapping(
                self.actor,
                pk,
                values.get("mapping", run.mapping),
                preset=values.get("preset", run.preset),
                options=values.get("options"),
            )
        chosen = {name: values[name] for name in ("on_existing", "keep_good") if name in values}
        if chosen:
            services.choose(self.actor, pk, **chosen)
        return self.one(pk)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Throw away an import that has not changed anything, with its file."""
        services.discard(self.actor, int(kwargs["pk"]))
        return Response(status=204)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def check(self, request: Request, **kwargs: str) -> Response:
        """Start the dry run over all rows."""
        return self.one(services.check(self.actor, int(kwargs["pk"])).pk, status=202)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def run(self, request: Request, **kwargs: str) -> Response:
        """Start the merge of a checked file."""
        return self.one(services.start(self.actor, int(kwargs["pk"])).pk, status=202)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: str) -> Response:
        """Stop the check or the merge; what has not been committed leaves nothing."""
        return self.one(services.cancel(self.actor, int(kwargs["pk"])).pk, status=202)

    @extend_schema(request=None, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **kwargs: str) -> Response:
        """Start taking a finished import back."""
        return self.one(services.undo(self.actor, int(kwargs["pk"])).pk, status=202)

    @extend_schema(request=CellBody, responses=IssuesSerializer)
    @action(detail=True, methods=["post"])
    def cells(self, request: Request, **kwargs: str) -> Response:
        """Correct one cell of a checked file; answers what is still wrong in its row."""
        cell = self.body(CellBody)
        left = services.edit_cell(
            self.actor, int(kwargs["pk"]), cell["row"], cell["field"], cell["text"]
        )
        return Response({"results": [_plain(issue) for issue in left], "next_offset": None})

    @extend_schema(
        responses=IssuesSerializer,
        parameters=[
            OpenApiParameter("offset", {"type": "integer", "minimum": 0, "default": 0}),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MOST_ISSUES, "default": 100}
            ),
        ],
    )
    @action(detail=True, methods=["get"])
    def issues(self, request: Request, **kwargs: str) -> Response:
        """What the dry run found, in the order of the file."""
        self.allow_params("offset", "limit")
        offset = self._number("offset", 0, 0, LARGEST_NUMBER)
        limit = self._number("limit", 100, 1, MOST_ISSUES)
        run = services.reconcile(self.actor, int(kwargs["pk"]))
        if not staging.exists(run):
            raise Refused("Check the file first; then its problems can be listed.")
        found = checking.issues_of_rows(run, offset=offset, limit=limit + 1)
        following = offset + limit if len(found) > limit else None
        return Response(
            {"results": [_plain(one) for one in found[:limit]], "next_offset": following}
        )

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.request.query_params.get(name, str(default))
        if not (text.isascii() and text.isdigit()) or not least <= int(text[:12]) <= most:
            raise ValidationError({name: [f"Give a number from {least} to {most}."]})
        return int(text)


def _plain(issue: checking.Issue) -> dict[str, Any]:
    return {
        "row": issue.row_no,
        "field": issue.field,
        "value": issue.value,
        "message": issue.message,
        "remedy": issue.remedy,
    }
