"""The search page, the palette and the API: what a person sees of what was found."""

import pytest
from django.urls import reverse

from tests.factories.catalog import ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db
BUDGET = 16


@pytest.fixture
def url(workspace):
    return reverse("workspaces:search", args=[workspace.slug])


@pytest.fixture
def palette(workspace):
    return reverse("home:palette", args=[workspace.slug])


@pytest.fixture
def shop(workspace, indexed):
    jacket = ProductFactory(workspace=workspace, name="Trail Jacket")
    VariantFactory(workspace=workspace, product=jacket, sku="TJ-1")
    for n in range(9):
        NoteFactory(workspace=workspace, title=f"Jacket {n}", text="The <b>jacket</b> leaks")
    CustomerFactory(workspace=workspace, name="Jacket Jones")
    OrderFactory(workspace=workspace, number="#77")
    indexed(workspace)
    return jacket


def test_the_page_groups_what_was_found_and_leads_on(member, client_of, url, shop):
    page = client_of(member).get(url, {"q": "jacket"})
    text = page.content.decode()

    kinds = [group.kind.plural for group, _ in page.context["groups"]]
    assert set(kinds) == {"Products", "Notes", "Customers"}
    assert f'href="/w/{member.workspace.slug}/products/{shop.pk}/"' in text
    assert "kind=feedback.note" in text
    assert "<b>jacket</b>" not in text


def test_one_kind_shows_all_of_it(member, client_of, url, shop):
    page = client_of(member).get(url, {"q": "jacket", "kind": "feedback.note"})
    [(group, _)] = page.context["groups"]

    assert len(group.rows) == 9


def test_nothing_found_says_what_to_do(member, client_of, url, shop):
    text = client_of(member).get(url, {"q": "xyzzyplugh"}).content.decode()

    assert "Nothing matches “xyzzyplugh”" in text


def test_a_viewer_finds_no_customer_and_no_order_and_is_not_told_of_them(
    viewer, member, client_of, url, shop
):
    theirs = client_of(viewer).get(url, {"q": "jones"}).content.decode()
    assert "Jacket Jones" not in theirs
    assert "Customers" not in theirs.split('id="results"')[1]
    assert "Jacket Jones" in client_of(member).get(url, {"q": "jones"}).content.decode()
    assert "#77" in client_of(member).get(url, {"q": "77"}).content.decode()
    assert "#77" not in client_of(viewer).get(url, {"q": "77"}).content.decode()


def test_thirty_found_cost_what_three_cost(member, client_of, url, queries, indexed):
    client = client_of(member)
    NoteFactory.create_batch(3, workspace=member.workspace, title="Jacket")
    indexed(member.workspace)
    client.get(url, {"q": "jacket"})
    for_three = queries(lambda: client.get(url, {"q": "jacket"}))
    NoteFactory.create_batch(27, workspace=member.workspace, title="Jacket")
    indexed(member.workspace)

    assert queries(lambda: client.get(url, {"q": "jacket"})) <= for_three <= BUDGET


def test_the_palette_finds_records_pages_and_actions(member, client_of, palette, shop):
    options = client_of(member).get(palette, {"q": "tj-1"})
    assert [row.label for _, rows in options.context["groups"] for row in rows][:1] == [
        "Trail Jacket"
    ]
    both = client_of(member).get(palette, {"q": "produ"})
    names = [name for name, _ in both.context["groups"]]
    assert {"Pages", "Actions"} <= set(names)


def test_an_empty_box_shows_what_was_opened_last_newest_first(
    member, outsider, client_of, palette, shop, workspace
):
    client = client_of(member)
    second = ProductFactory(workspace=workspace, name="Merino Tee")
    for product in (shop, second, shop):
        client.get(reverse("products:product", args=[workspace.slug, product.pk]))
    groups = dict(client.get(palette).context["groups"])
    assert [row.label for row in groups["Opened lately"]] == ["Trail Jacket", "Merino Tee"]

    second.delete()
    groups = dict(client.get(palette).context["groups"])
    assert [row.label for row in groups["Opened lately"]] == ["Trail Jacket"]


def test_the_api_finds_the_same_and_no_more(member, viewer, client_of, shop, workspace):
    url = f"/api/v1/workspaces/{workspace.slug}/search/"
    found = client_of(member).get(url, {"q": "tj-1"}).json()["results"]
    assert found[0]["kind"] == "products.product"
    assert found[0]["results"][0] | {"excerpt": ""} == {
        "kind": "products.product",
        "id": shop.pk,
        "title": "Trail Jacket",
        "excerpt": "",
        "exact": True,
        "url": f"/w/{workspace.slug}/products/{shop.pk}/",
    }
    kinds = {one["kind"] for one in client_of(viewer).get(url, {"q": "jacket"}).json()["results"]}
    assert kinds == {"products.product", "feedback.note"}
    for wrong in ({}, {"q": " "}, {"q": "a", "kind": "finance.order"}, {"q": "a", "limit": "0"}):
        assert client_of(viewer).get(url, wrong).status_code == 400


@pytest.mark.parametrize("typed", ["\x00", "&|!", "🧥", "a" * 90_000, "' OR 1=1 --", "%00"])
def test_hostile_words_get_an_answer(member, client_of, url, palette, shop, typed):
    for address in (url, palette):
        assert client_of(member).get(address, {"q": typed}).status_code == 200
