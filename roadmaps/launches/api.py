"""What a launch is about, over the API: its products, markets, segments and items."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from roadmaps.launches import services
from roadmaps.launches.records import LAUNCH
from roadmaps.launches.scope import scope_of, tag_of
from workspaces.access.roles import Perm
from workspaces.api.filters import LARGEST_ID
from workspaces.api.inputs import Body
from workspaces.api.problems import IfMatchRequired
from workspaces.api.viewsets import WorkspaceViewSet
from workspaces.records import refs


def _ids(**kwargs: Any) -> Any:
    child = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    return serializers.ListField(child=child, **kwargs)


class LaunchScopeSerializer(serializers.Serializer[Any]):
    """What a launch is about, by ids."""

    products = _ids()
    markets = _ids()
    segments = _ids()
    items = _ids()


class LaunchScopeInput(Body):
    """What it is to be about: each list that is sent takes the place of the one there is."""

    products = _ids(required=False, max_length=services.MOST)
    markets = _ids(required=False, max_length=services.MOST)
    segments = _ids(required=False, max_length=services.MOST)
    items = _ids(required=False, max_length=services.MOST)


class LaunchScopeViewSet(WorkspaceViewSet):
    """What a launch is about. Its ETag follows from what it says: the launch has its own."""

    reads, writes = Perm.ROADMAP_VIEW, Perm.ROADMAP_EDIT
    output, input = LaunchScopeSerializer, LaunchScopeInput
    versioned: ClassVar[bool] = True

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        self.allow_params()
        return self._scope(int(kwargs["pk"]))

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        self.allow_params()
        pk, tag = int(kwargs["pk"]), request.headers.get("If-Match", "").strip()
        if not tag:
            raise IfMatchRequired
        seen = None if tag == "*" else tag.strip('"')
        services.set_scope(self.actor, pk, self.body(LaunchScopeInput), seen=seen)
        return self._scope(pk)

    def _scope(self, pk: int) -> Response:
        scope = scope_of(self.actor, refs.find(self.actor, LAUNCH.name, pk))
        response = Response(scope)
        response["ETag"] = f'"{tag_of(scope)}"'
        return response
