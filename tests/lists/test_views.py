"""Saved views: kept, shared, begun with, and never showing more than their reader may see."""

import json

import pytest
from django.urls import reverse

from tests.factories.catalog import ProductFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.roles import Role
from workspaces.members.models import Membership, Team, TeamMember
from workspaces.views.models import SavedView

WHERE = json.dumps({"and": [{"field": "state", "op": "is", "value": ["live"]}]})


@pytest.fixture
def url(workspace):
    return reverse("products:list", args=[workspace.slug])


@pytest.fixture
def save(workspace):
    return reverse("workspaces:view_save", args=[workspace.slug, "products"])


def names(page):
    return [line.row.name for line in page.context["listing"].lines]


def act(name, workspace, view):
    return reverse(f"workspaces:{name}", args=[workspace.slug, view.pk])


def test_a_view_is_kept_and_opens_what_it_keeps(workspace, member, client_of, url, save):
    ProductFactory(workspace=workspace, name="Live one", state="live")
    ProductFactory(workspace=workspace, name="Ready one", state="ready")
    client = client_of(member)

    client.post(save, {"name": "On sale", "query": f"where={WHERE}&sort=-name&after=x"})

    view = SavedView.objects.get()
    page = client.get(url, {"view": view.pk})
    assert names(page) == ["Live one"]
    assert "after" not in view.query
    assert not page.context["views"].changed
    changed = client.get(f"{url}?{page.context['listing'].asked.address(sort='name')}")
    assert changed.context["views"].changed
    assert b"Save changes" in changed.content


def test_a_private_view_is_nobody_elses(workspace, member, contributor, client_of, url, save):
    client_of(member).post(save, {"name": "Mine", "query": "sort=name"})
    view = SavedView.objects.get()
    other = client_of(contributor)

    assert b"Mine" not in other.get(url).content
    for name in ("view_delete", "view_favour", "view_copy", "view_change", "view_begin"):
        assert other.post(act(name, workspace, view), {"on": "1"}).status_code == 404
    assert SavedView.objects.filter(deleted_at=None).count() == 1


def test_sharing_needs_the_permission(workspace, viewer, contributor, client_of, url, save):
    asked = {"name": "For all", "query": "sort=name", "audience": "shared"}

    client_of(viewer).post(save, asked)
    assert not SavedView.objects.exists()

    client_of(contributor).post(save, asked)
    assert b"For all" in client_of(viewer).get(url).content


def test_a_shared_view_shows_no_field_its_reader_may_not_see(
    workspace, member, viewer, client_of, url, save
):
    ProductFactory(workspace=workspace)
    where = json.dumps({"and": [{"field": "net_revenue", "op": "gt", "value": 1}]})
    client = client_of(member)
    columns = "columns=name,net_revenue&sort=-net_revenue"
    client.post(save, {"name": "A", "query": columns, "audience": "shared"})
    client.post(save, {"name": "B", "query": f"where={where}", "audience": "shared"})
    shown, narrowed = SavedView.objects.order_by("name")

    page = client_of(viewer).get(url, {"view": shown.pk})
    refused = client_of(viewer).get(url, {"view": narrowed.pk})

    assert [one.name for one in page.context["listing"].columns] == ["name"]
    assert refused.status_code == 422
    assert refused.context["listing"].lines == []


def test_a_team_begins_with_its_view_and_a_person_with_their_own(
    workspace, owner, client_of, url, save
):
    colleague = MembershipFactory(workspace=workspace, role=Role.VIEWER)
    team = Team.objects.create(workspace=workspace, name="Sourcing")
    TeamMember.objects.create(workspace=workspace, team=team, user=colleague.user)
    ProductFactory(workspace=workspace, name="Live one", state="live")
    ProductFactory(workspace=workspace, name="Ready one", state="ready")
    mine, theirs = client_of(owner), client_of(colleague)
    mine.post(save, {"name": "Teams", "query": f"where={WHERE}", "audience": f"team:{team.pk}"})
    view = SavedView.objects.get()
    posted = {"name": "Teams", "audience": f"team:{team.pk}", "team_default": "1"}
    mine.post(act("view_change", workspace, view), posted | {"seen_version": view.version})

    assert names(theirs.get(url)) == ["Live one"]
    assert len(names(mine.get(url))) == 2
    assert len(names(theirs.get(url, {"view": "none"}))) == 2

    theirs.post(save, {"name": "Own", "query": "state=ready"})
    own = SavedView.objects.get(name="Own")
    theirs.post(act("view_begin", workspace, own), {"on": "1"})
    assert names(theirs.get(url)) == ["Ready one"]


def test_a_favourite_stands_in_the_navigation_and_costs_no_statement(
    workspace, member, client_of, url, save, queries
):
    client = client_of(member)
    client.post(save, {"name": "Watched closely", "query": "state=watch"})
    view = SavedView.objects.get()
    jobs = reverse("workspaces:jobs", args=[workspace.slug])
    client.get(jobs)
    before = queries(lambda: client.get(jobs))

    client.post(act("view_favour", workspace, view), {"on": "1"})

    client.get(jobs)
    assert queries(lambda: client.get(jobs)) == before
    assert b"Watched closely" in client.get(jobs).content
    client.post(act("view_delete", workspace, view))
    client.get(jobs)  # the toast names it once more
    assert b"Watched closely" not in client.get(jobs).content
    assert Membership.objects.get(user=member.user).favourites == []


def test_a_deleted_view_comes_back(workspace, member, client_of, url, save):
    client = client_of(member)
    client.post(save, {"name": "Soon gone", "query": "sort=name"})
    view = SavedView.objects.get()

    page = client.post(act("view_delete", workspace, view), follow=True)
    assert act("view_restore", workspace, view).encode() in page.content
    client.post(act("view_restore", workspace, view))

    assert b"Soon gone" in client.get(url).content


def test_a_filter_that_cannot_be_read_is_not_kept(workspace, member, client_of, save):
    client_of(member).post(save, {"name": "Broken", "query": "where={"})
    assert not SavedView.objects.exists()
