"""What is said about records, and their files, over the API."""

from collections import Counter
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import NotFound, Refused
from core.room import NO_ROOM, lacks_room
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.filters import LARGEST_ID, IdFilter, MomentFilter
from workspaces.api.inputs import Body, TextField
from workspaces.api.paging import Order
from workspaces.api.parsing import JsonParser
from workspaces.api.rows import Output, Rows, by_pk
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet
from workspaces.discussion import services, services_files
from workspaces.discussion.models import LONGEST, Attachment, Comment, Mention, Reaction
from workspaces.discussion.views_files import download

MOST_FILES = 50


class MentionSerializer(serializers.Serializer[Any]):
    """Whom or what a comment names: one of a member, a team, and a record."""

    user = serializers.IntegerField(allow_null=True)
    team = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField(allow_blank=True)
    object_id = serializers.IntegerField(allow_null=True)


class CommentSerializer(Output):
    """A comment. In `body`, `@[user:1]`, `@[team:2]` and `#[products.product:3]` are mentions."""

    mentions = MentionSerializer(many=True, read_only=True)
    reactions = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    attachments = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    filled = ("mentions", "reactions", "attachments")

    class Meta:
        model = Comment
        fields = [
            "id",
            "version",
            "kind",
            "object_id",
            "parent",
            "anchor",
            "body",
            "internal",
            "author",
            "created_at",
            "edited_at",
            "resolved_at",
            "resolved_by",
            "mentions",
            "reactions",
            "attachments",
        ]


class CommentInput(Body):
    """A comment about a record. It is internal unless it says otherwise and its kind allows it."""

    kind = TextField(max_length=60, help_text="Such as products.product.")
    object_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    body = TextField(max_length=LONGEST)
    parent = serializers.IntegerField(  # type: ignore[assignment]
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    anchor = TextField(max_length=120, required=False, allow_blank=True)
    internal = serializers.BooleanField(default=True)
    attachments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        max_length=MOST_FILES,
    )


class CommentChange(Body):
    """One's own text, or whether the thread is resolved."""

    body = TextField(max_length=LONGEST, required=False)
    resolved = serializers.BooleanField(required=False)


class CommentFilters(filters.FilterSet):
    """Narrowing a list of comments."""

    kind = filters.CharFilter(label="Such as products.product.")
    object_id = filters.NumberFilter(min_value=1, max_value=LARGEST_ID)
    parent = IdFilter()
    author = IdFilter()
    internal = filters.BooleanFilter()
    open = filters.BooleanFilter(method="unresolved", label="Threads that are not resolved.")
    since = MomentFilter(field_name="touched_at", lookup_expr="gte")

    def unresolved(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(parent=None, resolved_at__isnull=value)


class CommentViewSet(Creates, Changes, Deletes, RecordViewSet):
    """What members say about the records this token may read."""

    reads, writes = Perm.DISCUSS, Perm.DISCUSS
    output, input, change_input = CommentSerializer, CommentInput, CommentChange
    filterset_class = CommentFilters
    orders: ClassVar = {"id": Order(("id",)), "-id": Order(("-id",))}

    def get_queryset(self) -> QuerySet[Comment]:
        return Comment.objects.visible_to(self.actor).said()

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        found = by_pk(rows)
        for row in rows:
            row |= {"mentions": [], "reactions": Counter(), "attachments": []}
        workspace = actor.workspace.pk
        named = Mention.objects.in_workspace(workspace).filter(comment__in=found).order_by("pk")
        names = ("user", "team", "kind", "object_id")
        for comment, *values in named.values_list("comment", *names):
            found[comment]["mentions"].append(dict(zip(names, values, strict=True)))
        reacted = Reaction.objects.in_workspace(workspace).filter(comment__in=found)
        for pk, emoji in reacted.order_by("pk").values_list("comment", "emoji"):
            found[pk]["reactions"][emoji] += 1
        attached = Attachment.objects.in_workspace(workspace).kept().filter(comment__in=found)
        for pk, comment in attached.order_by("pk").values_list("pk", "comment"):
            found[comment or 0]["attachments"].append(pk)

    def make(self, values: dict[str, Any]) -> Comment:
        kind, pk, body = values.pop("kind"), values.pop("object_id"), values.pop("body")
        files = values.pop("attachments", ())
        return services.add_comment(self.actor, kind, pk, body, files=files, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> None:
        if "body" in values:
            services.edit_comment(self.actor, pk, values["body"], seen_version=seen_version)
        if "resolved" in values:
            verb = services.resolve_thread if values["resolved"] else services.reopen_thread
            verb(self.actor, pk)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services.delete_comment(self.actor, pk, seen_version=seen_version)


class AttachmentSerializer(Output):
    """A file of a record. `mime` is what its first bytes say."""

    class Meta:
        model = Attachment
        fields = [
            "id",
            "version",
            "kind",
            "object_id",
            "comment",
            "name",
            "mime",
            "size",
            "sha256",
            "uploaded_by",
            "created_at",
        ]


class AttachmentBody(Body):
    """A file and the record it belongs to."""

    kind = TextField(max_length=60, help_text="Such as products.product.")
    object_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    file = serializers.FileField(max_length=400, allow_empty_file=True)


class AttachmentFilters(filters.FilterSet):
    """Narrowing a list of files."""

    kind = filters.CharFilter(label="Such as products.product.")
    object_id = filters.NumberFilter(min_value=1, max_value=LARGEST_ID)
    comment = IdFilter()
    sha256 = filters.CharFilter()


class AttachmentViewSet(Deletes, RecordViewSet):
    """The files of the records this token may read."""

    reads, writes = Perm.DISCUSS, Perm.DISCUSS
    output = AttachmentSerializer
    filterset_class = AttachmentFilters
    parser_classes = (JsonParser, MultiPartParser)
    orders: ClassVar = {"-id": Order(("-id",)), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[Attachment]:
        return Attachment.objects.visible_to(self.actor).kept()

    @extend_schema(
        request={"multipart/form-data": AttachmentBody}, responses={201: AttachmentSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.allow_params("fields")
        if lacks_room(request._request):
            raise Refused(NO_ROOM)
        values = self.body(AttachmentBody)
        file = values["file"]
        row = services_files.attach(
            self.actor, values["kind"], values["object_id"], file.name or "", file
        )
        response = self.one(row.pk, status=201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{row.pk}/")
        return response

    @extend_schema(
        parameters=[], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    @action(detail=True)
    def content(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The file itself, to be saved under its name."""
        self.allow_params()
        row = self.get_queryset().filter(pk=int(kwargs["pk"])).first()
        if row is None:
            raise NotFound("There is no such file here.")
        return download(row)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services_files.delete_attachment(self.actor, pk)
