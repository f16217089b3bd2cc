"""The API's door, and resources that are declared on it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework import exceptions, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.errors import NotFound
from workspaces.access.actor import Actor
from workspaces.access.callers import caller_of
from workspaces.access.doors import actor_for
from workspaces.access.roles import Perm
from workspaces.api import limits
from workspaces.api.authentication import SessionAuthentication, TokenAuthentication
from workspaces.api.inputs import parse
from workspaces.api.models import ApiToken
from workspaces.api.narrowing import Narrowing, parameters
from workspaces.api.once import HEADER, Handler, once
from workspaces.api.own import narrowed, own_filters
from workspaces.api.paging import CursorPaging, Order, encode, limit_of, page_of
from workspaces.api.problems import IfMatchRequired, InvalidBody, Stale
from workspaces.api.rendering import JsonRenderer
from workspaces.api.rows import Output, Rows, Shape, public, read
from workspaces.api.schema import ApiSchema

SAFE = ("GET", "HEAD", "OPTIONS")
ANY_VERSION = -1


class WorkspaceViewSet(viewsets.GenericViewSet[Any]):
    """A resource of one workspace: membership, permission, limits, and one shape of refusal.

    `reads` and `writes` are the permissions for safe and unsafe methods; an action that needs
    another names it in `perms`. A class without them does not come into being.
    """

    reads: ClassVar[Perm]
    writes: ClassVar[Perm | None]
    perms: ClassVar[Mapping[str, Perm]] = {}
    actor: Actor

    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = ()
    renderer_classes = (JsonRenderer,)
    filter_backends = ()
    pagination_class: Any = None
    metadata_class = None
    schema = ApiSchema()
    lookup_value_converter = "int"

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not abstract and not (hasattr(cls, "reads") and hasattr(cls, "writes")):
            raise ImproperlyConfigured(f"{cls.__name__} must name `reads` and `writes`.")

    @classmethod
    def perm_for(cls, action: str | None, method: str) -> Perm:
        """What this action needs; also read by the access matrix."""
        if action is not None and action in cls.perms:
            return cls.perms[action]
        perm = cls.reads if method.upper() in SAFE else cls.writes
        if perm is None:
            raise exceptions.MethodNotAllowed(method)
        return perm

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who is it, are they here, are they within their limits, may they do this?"""
        self.format_kwarg = None
        try:
            self.perform_authentication(request)
        except exceptions.APIException:
            self._limit(f"ip:{caller_of(request)}")
            raise
        if not request.user.is_authenticated:
            self._limit(f"ip:{caller_of(request)}")
            raise exceptions.NotAuthenticated("Send a token: Authorization: Bearer …")
        self._limit(self._owner(request))
        self.actor = self._enter(request, kwargs["slug"])
        if request.method == "OPTIONS" or self.action is None:
            raise exceptions.MethodNotAllowed(request.method or "")
        self.actor.require(self.perm_for(self.action, request.method or "GET"))
        chosen = self.perform_content_negotiation(request, force=True)
        request.accepted_renderer, request.accepted_media_type = chosen
        if request.method == "POST" and HEADER in request.headers:
            workspace_id, owner = self.actor.workspace.pk, self._owner(request)
            handler: Handler = getattr(self, "post", self.http_method_not_allowed)
            self.post: Handler = once(workspace_id, owner, handler, self.handle_exception)

    def _enter(self, request: Request, slug: str) -> Actor:
        user: Any = request.user
        actor = actor_for(user, slug, channel="api")
        if isinstance(request.auth, ApiToken):
            if request.auth.workspace_id != actor.workspace.pk:
                raise NotFound("There is no such workspace, or you are not a member of it.")
            actor = replace(actor, scopes=request.auth.permissions)
        return actor

    @staticmethod
    def _owner(request: Request) -> str:
        token: Any = request.auth
        return f"token:{token.token_key}" if token else f"user:{request.user.pk}"

    def _limit(self, caller: str) -> None:
        counted = limits.count(caller)
        self.count = counted
        if counted is not None and counted.exceeded:
            raise exceptions.Throttled(
                counted.reset_seconds,
                f"More than {counted.limit} requests a minute. Wait until Retry-After.",
            )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kw: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kw)
        counted: limits.Count | None = getattr(self, "count", None)
        if counted is not None:
            for name, value in counted.headers().items():
                answer[name] = value
        answer["Cache-Control"] = "private, no-store"
        return answer

    def body(self, kind: type[BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The request's body as `kind`. Raises InvalidBody."""
        values = parse(kind, self.request.data, self.actor, partial=partial)
        self.refuse_masked(values)
        return values

    def refuse_masked(self, values: Mapping[str, Any]) -> None:
        """Raise InvalidBody for what this actor may not see: setting it would tell what it is."""

    def seen_version(self) -> int:
        """The version in If-Match. Raises IfMatchRequired without one, Stale for another tag."""
        tag = self.request.headers.get("If-Match", "").strip()
        if not tag:
            raise IfMatchRequired
        if tag == "*":
            return ANY_VERSION
        number = tag.strip('"')
        if not (number.isascii() and number.isdigit()) or len(number) > 9:
            raise Stale
        return int(number)

    def allow_params(self, *names: str) -> None:
        """Raise ValidationError for a parameter nobody reads: a typing mistake must be told."""
        for name in self.request.query_params:
            if name not in names:
                known = ", ".join(names) or "none"
                raise exceptions.ValidationError({name[:60]: [f"Unknown. Known: {known}."]})
            if "\x00" in self.request.query_params[name]:
                raise exceptions.ValidationError({name: ["It holds a character no text can."]})


class ResourceViewSet(WorkspaceViewSet, abstract=True):
    """Rows that can be listed and read: declared by an output, orders and a filter set."""

    output: ClassVar[type[Output]]
    filterset_class: ClassVar[type[FilterSet] | None] = None
    orders: ClassVar[Mapping[str, Order]] = {"id": Order(("id",))}
    versioned: ClassVar[bool] = False
    also: ClassVar[list[str]] = []  # columns that `tidy` needs, whatever was asked for
    pagination_class = CursorPaging

    def get_queryset(self) -> QuerySet[Any]:
        model: Any = self.output.Meta.model
        return model.objects.visible_to(self.actor)

    def refuse_masked(self, values: Mapping[str, Any]) -> None:
        perms = Shape.of(self.output).perms
        if hidden := [n for n in values if n in perms and not self.actor.can(perms[n])]:
            raise InvalidBody({name: ["Your role may not set this."] for name in hidden})

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        """Add what needs a second query. Called once per page, when such a field is wanted."""

    def tidy(self, rows: Rows) -> None:
        """Take out of rows that were read what this member may not see."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        filters = list(self.filterset_class.base_filters) if self.filterset_class else []
        own = own_filters(self.actor, self.output.Meta.model)
        asked = parameters(self.output, filters)
        self.allow_params("limit", "cursor", "fields", "order", *filters, *own, *asked)
        rows = narrowed(self.filtered(self.get_queryset()), own, request.query_params)
        if asked:
            narrowing = Narrowing(self.actor, self.output, request.query_params, asked)
            rows = narrowing.rows(rows)
            if narrowing.sort:
                return self._sorted(request, rows, narrowing)
        name, order = self._order(request)
        shape = Shape.of(self.output)
        page = page_of(rows, name, order, request)
        columns = [column.lstrip("-") for column in order.columns]
        found = read(self.actor, page, shape, shape.wanted(request), self.fill, columns + self.also)
        self.tidy(found)
        return Response(self._page(request, found, name, columns))

    def _sorted(self, request: Request, rows: QuerySet[Any], narrowing: Narrowing) -> Response:
        """A page in the order of any fields; its rows are found first and then read."""
        if "order" in request.query_params:
            raise exceptions.ValidationError({"order": ["Give either order or sort."]})
        cursor = request.query_params.get("cursor", "")
        pks, following = narrowing.page(rows, cursor, limit_of(request))
        shape, rows = Shape.of(self.output), self.get_queryset().filter(pk__in=pks)
        found = read(self.actor, rows, shape, shape.wanted(request), self.fill, ["pk", *self.also])
        self.tidy(found)
        places = {pk: place for place, pk in enumerate(pks)}
        found.sort(key=lambda row: places[row["_pk"] if "_pk" in row else row["id"]])
        return Response(self._answer(request, found, following))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.allow_params("fields")
        return self.one(int(kwargs["pk"]))

    def one(self, pk: int, *, status: int = 200) -> Response:
        """The answer with this row: the same columns as in a list, and its version as ETag."""
        shape = Shape.of(self.output)
        also = [*self.also, *(["version"] if self.versioned else [])]
        rows = self.get_queryset().filter(pk=pk)
        found = read(self.actor, rows, shape, shape.wanted(self.request), self.fill, also)
        if not found:
            raise NotFound("There is no such thing here.")
        version = found[0].get("_version", found[0].get("version"))
        self.tidy(found)
        response = Response(public(found)[0], status=status)
        if self.versioned:
            response["ETag"] = f'"{version}"'
        return response

    def filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the declared filters leave. Raises ValidationError naming a wrong one."""
        if self.filterset_class is None:
            return rows
        chosen = self.filterset_class(self.request.query_params, rows, request=self.request)
        asked = self.request.query_params
        chosen.filters = {name: one for name, one in chosen.filters.items() if name in asked}
        if not chosen.is_valid():
            raise exceptions.ValidationError(chosen.errors)
        return chosen.qs

    def _order(self, request: Request) -> tuple[str, Order]:
        name = request.query_params.get("order") or next(iter(self.orders))
        if name not in self.orders:
            raise exceptions.ValidationError(
                {"order": [f"Choose one of {', '.join(self.orders)}."]}
            )
        return name, self.orders[name]

    def _page(
        self, request: Request, found: Rows, name: str, columns: Sequence[str]
    ) -> dict[str, Any]:
        size = limit_of(request)
        cursor = None
        if len(found) > size:
            last = found[size - 1]
            paths = {path: wire for wire, path in Shape.of(self.output).paths.items()}
            cursor = encode(name, [last.get(f"_{c}", last.get(paths.get(c, c))) for c in columns])
        return self._answer(request, found[:size], cursor)

    def _answer(self, request: Request, found: Rows, cursor: str | None) -> dict[str, Any]:
        following = None
        if cursor:
            query = request.query_params.copy()
            query["cursor"] = cursor
            following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        return {"results": public(found), "next": following, "next_cursor": cursor}


class Creates:
    """POST on the list. The viewset says how in `make(values)`, which returns the new row."""

    input: ClassVar[type[BaseSerializer[Any]]]

    def make(self, values: dict[str, Any]) -> Any:
        raise ImproperlyConfigured(f"{type(self).__name__} must say how a row is made.")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.allow_params("fields")  # type: ignore[attr-defined]
        row = self.make(self.body(self.input))  # type: ignore[attr-defined]
        response: Response = self.one(row.pk, status=201)  # type: ignore[attr-defined]
        response["Location"] = request.build_absolute_uri(f"{request.path}{row.pk}/")
        return response


class Changes:
    """PATCH on a row, guarded by If-Match. `change(pk, values, seen_version)` does it."""

    change_input: ClassVar[type[BaseSerializer[Any]] | None] = None

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Any:
        raise ImproperlyConfigured(f"{type(self).__name__} must say how a row is changed.")

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        view.allow_params("fields")
        pk, seen = int(kwargs["pk"]), view.seen_version()
        kind = self.change_input or view.input
        values = view.body(kind, partial=True)
        self.change(pk, values, view.current_version(pk, seen))
        response: Response = view.one(pk)
        return response


class Deletes:
    """DELETE on a row, guarded by If-Match. `delete(pk, seen_version)` does it."""

    def delete_row(self, pk: int, seen_version: int) -> Any:
        raise ImproperlyConfigured(f"{type(self).__name__} must say how a row is deleted.")

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        view.allow_params()
        pk, seen = int(kwargs["pk"]), view.seen_version()
        self.delete_row(pk, view.current_version(pk, seen))
        return Response(status=204)


class RecordViewSet(ResourceViewSet, abstract=True):
    """Rows with a version: read with an ETag, changed with If-Match."""

    versioned = True

    def current_version(self, pk: int, seen: int) -> int:
        """`seen`, checked against the row; for If-Match: * the row's own version.

        The service compares once more under its lock. Raises NotFound or Stale.
        """
        stored = self.get_queryset().filter(pk=pk).values_list("version", flat=True).first()
        if stored is None:
            raise NotFound("There is no such thing here.")
        if seen not in (ANY_VERSION, stored):
            raise Stale
        return int(stored)
