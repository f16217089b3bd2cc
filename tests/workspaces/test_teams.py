"""Teams: made and changed by those who manage members, kept apart by workspace, brought back."""

import pytest
from django.core.exceptions import ValidationError

from core.errors import Denied, EditConflict, NotFound
from workspaces.members import services, services_teams
from workspaces.members.models import Team, TeamMember

pytestmark = pytest.mark.django_db
JSON = "application/json"


def inside(team):
    return set(TeamMember.objects.filter(team=team).values_list("user", flat=True))


def test_a_team_is_made_changed_deleted_and_brought_back(owner, viewer, client_of):
    client, base = client_of(owner), f"/w/{owner.workspace.slug}/"
    typed = {"name": "Buying", "members": [owner.user.pk, viewer.user.pk]}
    assert client.post(f"{base}teams/new/", typed).status_code == 302
    team = Team.objects.get()
    assert inside(team) == {owner.user.pk, viewer.user.pk}
    page = client.get(f"{base}members/").content.decode()
    assert "Buying" in page
    typed = {"name": "Purchasing", "members": [viewer.user.pk], "seen_version": 1}
    assert client.post(f"{base}teams/{team.pk}/", typed).status_code == 302
    assert inside(team) == {viewer.user.pk}
    page = client.post(f"{base}teams/{team.pk}/delete/", {"seen_version": 2}, follow=True)
    assert f"{base}teams/{team.pk}/restore/" in page.content.decode()
    assert not Team.objects.visible_to(owner.actor).exists()
    client.post(f"{base}teams/{team.pk}/restore/")
    team = Team.objects.visible_to(owner.actor).get()
    assert (team.name, inside(team)) == ("Purchasing", {viewer.user.pk})


def test_only_who_manages_members_changes_teams(owner, viewer, client_of):
    team = services_teams.create_team(owner.actor, "Buying", [owner.user.pk])
    for act in (
        lambda: services_teams.create_team(viewer.actor, "Mine"),
        lambda: services_teams.change_team(viewer.actor, team.pk, seen_version=1, name="Mine"),
        lambda: services_teams.delete_team(viewer.actor, team.pk, seen_version=1),
        lambda: services_teams.restore_team(viewer.actor, team.pk),
    ):
        with pytest.raises(Denied):
            act()
    assert list(Team.objects.values_list("name", "version")) == [("Buying", 1)]
    page = client_of(viewer).get(f"/w/{owner.workspace.slug}/members/").content.decode()
    assert "Buying" in page
    assert "New team" not in page


def test_strangers_are_in_no_team_and_find_none(owner, outsider):
    team = services_teams.create_team(owner.actor, "Buying", [owner.user.pk])
    with pytest.raises(ValidationError, match="Choose members"):
        services_teams.change_team(owner.actor, team.pk, seen_version=1, members=[outsider.user.pk])
    with pytest.raises(NotFound):
        services_teams.change_team(outsider.actor, team.pk, seen_version=1, name="Mine")
    assert inside(team) == {owner.user.pk}


def test_a_name_is_there_once(owner):
    one = services_teams.create_team(owner.actor, "Buying")
    two = services_teams.create_team(owner.actor, "Selling")
    for name in ("buying", " ", "x" * 81):
        with pytest.raises(ValidationError):
            services_teams.create_team(owner.actor, name)
        with pytest.raises(ValidationError):
            services_teams.change_team(owner.actor, two.pk, seen_version=1, name=name)
    services_teams.change_team(owner.actor, one.pk, seen_version=1, name="BUYING")
    services_teams.delete_team(owner.actor, one.pk, seen_version=2)
    with pytest.raises(ValidationError, match="It is deleted"):
        services_teams.change_team(owner.actor, two.pk, seen_version=1, name="Buying")
    assert services_teams.create_team(owner.actor, "Buying", [owner.user.pk]).pk == one.pk


def test_two_people_do_not_overwrite_one_another(owner):
    team = services_teams.create_team(owner.actor, "Buying")
    services_teams.change_team(owner.actor, team.pk, seen_version=1, name="One")
    with pytest.raises(EditConflict):
        services_teams.change_team(owner.actor, team.pk, seen_version=1, name="Two")


def test_who_lost_access_is_no_longer_shown(owner, viewer, client_of):
    team = services_teams.create_team(owner.actor, "Buying", [viewer.user.pk])
    services.remove_member(owner.actor, viewer.membership.pk)
    answer = client_of(owner).get(f"/api/v1/workspaces/{owner.workspace.slug}/teams/{team.pk}/")
    assert answer.json()["members"] == []


def test_teams_over_the_api(owner, viewer, client_of):
    client, base = client_of(owner), f"/api/v1/workspaces/{owner.workspace.slug}/teams/"
    body = {"name": "Buying", "members": [viewer.user.pk]}
    made = client.post(base, body, content_type=JSON)
    assert (made.status_code, made.json()["members"]) == (201, [viewer.user.pk])
    url, etag = f"{base}{made.json()['id']}/", {"If-Match": '"1"'}
    denied = client_of(viewer).patch(url, {"name": "X"}, content_type=JSON, headers=etag)
    assert denied.status_code == 403
    wrong = client.patch(url, {"members": [2**60]}, content_type=JSON, headers=etag)
    assert wrong.status_code == 422
    changed = client.patch(url, {"members": []}, content_type=JSON, headers=etag)
    assert (changed.json()["name"], changed.json()["members"]) == ("Buying", [])
    assert client.delete(url, headers={"If-Match": "*"}).status_code == 204
    assert client.get(base).json()["results"] == []
    assert client.post(f"{url}restore/").status_code == 200
    assert client_of(viewer).get(base).json()["results"][0]["name"] == "Buying"
