"""Further rows of a list, as a page that goes on asks for them."""

import pytest
from django.urls import reverse

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory


@pytest.fixture
def url(workspace):
    return reverse("workspaces:list_rows", args=[workspace.slug, "products"])


@pytest.fixture
def first(workspace, member, client_of):
    """The first page of 260 products."""
    rows = [Product(workspace=workspace, name=f"P {n:03d}", handle=f"p{n}") for n in range(260)]
    Product.objects.bulk_create(rows)
    url = reverse("products:list", args=[workspace.slug])
    return client_of(member).get(url, {"sort": "-name"}).context["listing"].page


def test_rows_go_on_behind_the_page_and_back_before_it(first, member, client_of, url):
    client = client_of(member)
    names = [row.name for row in first.rows]
    place = first.next
    counted = client.get(url, {"sort": "-name", "after": place, "count": "1"}).json()
    assert (counted["count"], counted["label"]) == (260, "260")
    while place:
        said = client.get(url, {"sort": "-name", "after": place}).json()
        assert "label" not in said
        names += [f"P {n:03d}" for n in range(260) if f">P {n:03d}<" in said["html"]][::-1]
        last, place = said, said["next"]
    assert names == [f"P {n:03d}" for n in reversed(range(260))]

    before = client.get(url, {"sort": "-name", "before": last["previous"]}).json()
    assert before["html"].count("<tr ") == 100
    assert ">P 109<" in before["html"]
    assert ">P 010<" in before["html"]
    assert ">P 009<" not in before["html"]


def test_rows_are_those_of_the_list_as_it_is_narrowed(first, workspace, member, client_of, url):
    ProductFactory(workspace=workspace, name="Tent", state="watch")
    said = client_of(member).get(url, {"state": "watch", "columns": "name", "count": "1"}).json()
    assert (said["count"], said["next"]) == (1, "")
    assert said["html"].count("<tr ") == 1


def test_named_rows_come_as_they_are_by_now_and_no_others(
    first, workspace, member, outsider, client_of, url
):
    mine = ProductFactory(workspace=workspace, name="Mine")
    foreign = ProductFactory(workspace=outsider.workspace)
    asked = {"pk": f"{mine.pk},{foreign.pk},x,-1", "columns": "name"}

    said = client_of(member).get(url, asked).json()

    assert list(said["rows"]) == [str(mine.pk)]
    assert "Mine" in said["rows"][str(mine.pk)]


def test_more_are_counted_no_further_than_is_cheap(first, member, client_of, url, monkeypatch):
    monkeypatch.setattr("workspaces.lists.views_rows.COUNTED_TO", 100)
    said = client_of(member).get(url, {"after": first.next, "sort": "-name", "count": "1"}).json()
    assert (said["count"], said["label"]) == (0, "100+")
