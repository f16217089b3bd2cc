"""Teams over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.api.inputs import Input
from workspaces.api.paging import Order
from workspaces.api.rows import Output, Rows, by_pk
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet
from workspaces.members import services_teams
from workspaces.members.models import Membership, Team, TeamMember


class TeamSerializer(Output):
    """Members who are mentioned, assigned and shown the same views together, by their ids."""

    filled = ("members",)
    members = serializers.ListField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Team
        fields = ["id", "version", "name", "members", "created_at"]


class TeamInput(Input):
    """A team's name and the ids of who is in it."""

    members = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False
    )

    class Meta:
        model = Team
        fields = ["name", "members"]


class TeamViewSet(Creates, Changes, Deletes, RecordViewSet):
    """Teams. A deleted one comes back by `restore`, or when one of its name is made."""

    reads, writes = Perm.MEMBERS_VIEW, Perm.MEMBERS_MANAGE
    output, input = TeamSerializer, TeamInput
    orders: ClassVar = {"name": Order(("name", "id")), "id": Order(("id",))}

    def get_queryset(self) -> QuerySet[Team]:
        return Team.objects.visible_to(self.actor)

    def fill(self, actor: Actor, rows: Rows, wanted: frozenset[str]) -> None:
        teams = by_pk(rows)
        for row in rows:
            row["members"] = []
        active = Membership.objects.visible_to(actor).active().values("user")
        inside = TeamMember.objects.visible_to(actor).filter(team__in=teams, user__in=active)
        for team, user in inside.order_by("user").values_list("team", "user"):
            teams[team]["members"].append(user)

    def make(self, values: dict[str, Any]) -> Team:
        return services_teams.create_team(self.actor, values["name"], values.get("members", ()))

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Team:
        return services_teams.change_team(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services_teams.delete_team(self.actor, pk, seen_version=seen_version)

    @extend_schema(request=None, responses=TeamSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: str) -> Response:
        """Bring a deleted team back with its members."""
        return self.one(services_teams.restore_team(self.actor, int(kwargs["pk"])).pk)
