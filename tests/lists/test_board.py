"""The board: columns with their counts, cards by column, closed ones on demand."""

import pytest
from django.urls import reverse

from tests.factories.catalog import BrandFactory, ProductFactory


@pytest.fixture
def url(workspace):
    return reverse("products:list", args=[workspace.slug])


def columns(page):
    return {one.label: one for one in page.context["board"].columns}


def test_every_choice_is_a_column_and_a_closed_one_loads_when_asked(
    workspace, member, client_of, url
):
    ProductFactory.create_batch(3, workspace=workspace, state="live")
    gone = ProductFactory(workspace=workspace, state="discontinued", name="Gone by now")
    client = client_of(member)

    page = client.get(url, {"layout": "board"})

    found = columns(page)
    assert (found["Live"].count, len(found["Live"].cards), found["Watch"].count) == (3, 3, 0)
    assert (found["Discontinued"].count, found["Discontinued"].cards) == (1, [])
    assert gone.name.encode() not in page.content
    more = reverse("workspaces:list_column", args=[workspace.slug, "products"])
    loaded = client.get(more, {"layout": "board", "value": "discontinued"})
    assert gone.name.encode() in loaded.content


def test_cards_come_column_by_column_and_each_once(workspace, member, client_of, url):
    ProductFactory.create_batch(90, workspace=workspace, state="live")
    client = client_of(member)
    column = columns(client.get(url, {"layout": "board", "sort": "-name"}))["Live"]
    more = reverse("workspaces:list_column", args=[workspace.slug, "products"])

    seen, place, turns = "".join(column.cards), column.more, 0
    while place:
        page = client.get(
            more, {"layout": "board", "sort": "-name", "value": "live", "after": place}
        )
        seen, place, turns = seen + page.content.decode(), page.context["more"], turns + 1

    assert turns == 2
    assert seen.count('class="board-card"') == 90


def test_a_board_of_many_costs_what_a_board_of_few_does(workspace, member, client_of, url, queries):
    brand = BrandFactory(workspace=workspace)
    client = client_of(member)
    ProductFactory.create_batch(3, workspace=workspace, brand=brand)
    client.get(url, {"layout": "board"})
    few = queries(lambda: client.get(url, {"layout": "board"}))
    for state in ("live", "watch", "ready", "proposed"):
        ProductFactory.create_batch(30, workspace=workspace, brand=brand, state=state)

    assert queries(lambda: client.get(url, {"layout": "board"})) == few <= 11


def test_a_board_by_a_link_has_a_column_for_those_without(workspace, member, client_of, url):
    brand = BrandFactory(workspace=workspace, name="Fjell")
    ProductFactory(workspace=workspace, brand=brand)
    ProductFactory(workspace=workspace)

    found = columns(client_of(member).get(url, {"layout": "board", "group": "brand"}))

    assert {label: one.count for label, one in found.items()} == {"Fjell": 1, "No brand": 1}
    assert found["Fjell"].text == f"#{brand.pk}"


def test_a_card_moves_without_dragging_and_the_rules_hold(workspace, member, viewer, client_of):
    product = ProductFactory(workspace=workspace, state="live")
    url = reverse("workspaces:record_move", args=[workspace.slug, "products", product.pk])
    client = client_of(member)
    assert client.get(url).status_code == 200

    refused = client.post(url, {"value": "watch", "seen_version": product.version})
    product.refresh_from_db()
    assert (refused.status_code, product.state) == (422, "live")
    posted = {"value": "watch", "seen_version": product.version, "reason": "Returns"}
    assert client_of(viewer).post(url, posted).status_code == 403
    client.post(url, posted)
    product.refresh_from_db()
    assert product.state == "watch"
