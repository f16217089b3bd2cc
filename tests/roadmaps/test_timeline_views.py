"""The timeline kept as a view: private or shared, a favourite, and never mistaken for a table."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from roadmaps.timeline.page import Timeline
from tests.factories.roadmaps import ItemFactory
from workspaces.views.models import SavedView

pytestmark = pytest.mark.django_db
LOOK = "layout=timeline&zoom=quarter&group=state&arrows=off&confidence=likely"


@pytest.fixture
def roadmap(workspace):
    return reverse("roadmaps:roadmap", args=[workspace.slug])


@pytest.fixture
def save(workspace, member, client_of):
    def posted(name="Likely ones", query=LOOK, **more):
        url = reverse("workspaces:view_save", args=[workspace.slug, "items"])
        client = client_of(member)
        answer = client.post(url, {"name": name, "query": query, **more}, follow=True)
        return SavedView.objects.get(name=name), answer, client

    return posted


def test_a_timeline_is_kept_with_its_zoom_group_and_filter(save, roadmap, workspace):
    ItemFactory(workspace=workspace, title="Size advisor", confidence="likely")
    ItemFactory(workspace=workspace, title="Gift cards")
    view, answer, _ = save()

    assert view.layout == "timeline"
    assert answer.redirect_chain[-1][0].startswith(f"{roadmap}?view={view.pk}")
    assert "Size advisor" in answer.text
    assert "Gift cards" not in answer.text
    assert 'aria-current="true"><span>Quarter' in answer.text
    assert "data-arrows" not in answer.text
    assert "· changed" not in answer.text


def test_a_table_view_opens_as_a_table_though_the_timeline_was_asked(save, roadmap, workspace):
    view, _, client = save(query="confidence=likely")
    answer = client.get(f"{roadmap}?view={view.pk}")

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("roadmaps:items", args=[workspace.slug]))


def test_switching_from_a_table_view_keeps_its_filter(save, workspace, member):
    view, _, client = save(query="confidence=likely")
    table = client.get(reverse("roadmaps:items", args=[workspace.slug]), {"view": view.pk})
    way = next(url for label, _, url, _ in table.context["ways"] if label == "Timeline")
    answer = client.get(way)

    assert answer.status_code == 200
    assert "Confidence" in answer.text
    assert [label for label, _ in Timeline(member.actor, QueryDict(way.split("?")[1])).chips] == [
        "Confidence: Likely"
    ]


def test_a_zoom_stays_in_the_address_of_the_board_and_back(member, workspace, client_of):
    items = reverse("roadmaps:items", args=[workspace.slug])
    answer = client_of(member).get(
        f"{items}?layout=board&group=horizon&zoom=year&confidence=likely"
    )
    way = next(url for label, _, url, _ in answer.context["ways"] if label == "Timeline")

    assert Timeline(member.actor, QueryDict(way.split("?")[1])).look.zoom == "year"


def test_a_private_view_is_nobody_elses_and_a_shared_one_everybodys(
    save, roadmap, viewer, client_of
):
    mine, _, _ = save("Mine")
    shared, _, _ = save("Ours", audience="shared")
    tabs = client_of(viewer).get(roadmap).text

    assert f"?view={shared.pk}" in tabs
    assert f"?view={mine.pk}" not in tabs


def test_a_favourite_opens_the_timeline(save, roadmap, workspace):
    view, _, client = save()
    client.post(reverse("workspaces:view_favour", args=[workspace.slug, view.pk]), {"on": "1"})
    link = reverse("workspaces:saved_view", args=[workspace.slug, view.pk])

    assert link in client.get(roadmap).text
    assert client.get(link, follow=True).redirect_chain[-1][0].startswith(roadmap)


def test_deleting_a_view_leads_back_to_the_timeline(save, roadmap, workspace):
    view, _, client = save()
    answer = client.post(
        reverse("workspaces:view_delete", args=[workspace.slug, view.pk]), follow=True
    )

    assert answer.redirect_chain[-1][0].startswith(roadmap)
    assert "is deleted" in answer.text


def test_what_differs_from_the_view_is_said(save, roadmap):
    view, _, client = save()

    assert "· changed" in client.get(f"{roadmap}?view={view.pk}&{LOOK}&q=size").text
    assert "· changed" not in client.get(f"{roadmap}?view={view.pk}&{LOOK}").text
