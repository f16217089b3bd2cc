"""The product list: what it costs, what it finds, what it hides."""

import pytest
from django.urls import reverse
from django.utils import timezone

from finance.metrics.models import ProductSummary
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    VariantFactory,
)
from tests.factories.ledger import CostRecordFactory
from workspaces.records.models import ListChoice

BUDGET = 8


@pytest.fixture
def url(workspace):
    return reverse("products:list", args=[workspace.slug])


def names(response):
    return [line.row.name for line in response.context["listing"].lines]


def test_thirty_products_cost_no_more_statements_than_three(member, client_of, url, queries):
    client = client_of(member)
    client.get(url)
    brand = BrandFactory(workspace=member.workspace)
    ProductFactory.create_batch(3, workspace=member.workspace, brand=brand)
    for_three = queries(lambda: client.get(url))
    ProductFactory.create_batch(27, workspace=member.workspace, brand=brand)

    assert queries(lambda: client.get(url)) == for_three <= BUDGET


def test_pages_turn_both_ways_and_meet_every_row_once(member, client_of, url):
    ProductFactory.create_batch(120, workspace=member.workspace, name="Same name")
    client = client_of(member)
    seen, address, pages = [], url, []
    while address:
        response = client.get(address)
        rows = [line.row.pk for line in response.context["listing"].lines]
        pages.append(rows)
        seen += rows
        following = response.context["listing"].pager["next_url"]
        address = f"{url}{following}" if following else ""
    assert len(seen) == len(set(seen)) == 120

    before = response.context["listing"].pager["previous_url"]
    back = client.get(f"{url}{before}").context["listing"]
    assert [line.row.pk for line in back.lines] == pages[-2]


@pytest.mark.parametrize("sort", ["brand", "-brand"])
def test_unknown_values_stand_last_both_ways_and_paging_crosses_into_them(
    sort, member, client_of, url
):
    brand = BrandFactory(workspace=member.workspace)
    known = ProductFactory.create_batch(40, workspace=member.workspace, brand=brand)
    ProductFactory.create_batch(40, workspace=member.workspace)
    client = client_of(member)

    first = client.get(url, {"sort": sort}).context["listing"]
    second = client.get(f"{url}{first.pager['next_url']}").context["listing"]
    back = client.get(f"{url}{second.pager['previous_url']}").context["listing"]

    assert [line.row.brand_id for line in first.lines[:40]] == [brand.pk] * 40
    assert len(first.lines) + len(second.lines) == 80
    assert {line.row.pk for line in first.lines[:40]} == {product.pk for product in known}
    assert [line.row.pk for line in back.lines] == [line.row.pk for line in first.lines]


@pytest.mark.parametrize("text", ["storm", "SHELL", "sku-77", "4006381333931", "storm-sh"])
def test_search_finds_by_name_handle_sku_and_gtin(text, member, client_of, url):
    wanted = ProductFactory(workspace=member.workspace, name="Storm Shell", handle="storm-shell")
    VariantFactory(workspace=member.workspace, product=wanted, sku="SKU-77X", gtin="4006381333931")
    ProductFactory(workspace=member.workspace, name="Wool tee")

    assert names(client_of(member).get(url, {"q": text})) == ["Storm Shell"]


def test_a_category_filter_takes_what_is_below_it(member, client_of, url):
    top = CategoryFactory(workspace=member.workspace, name="Outerwear")
    below = CategoryFactory(workspace=member.workspace, name="Jackets", parent=top)
    CategoryFactory(workspace=member.workspace, name="Outerwear of others")
    ProductFactory(workspace=member.workspace, category=below, name="Inside")
    ProductFactory(workspace=member.workspace, name="Outside")

    assert names(client_of(member).get(url, {"category": top.pk})) == ["Inside"]


@pytest.mark.parametrize(
    "query",
    [
        {"brand": "x"},
        {"category": "99999999999999999999"},
        {"state": "no"},
        {"after": "%%%"},
        {"after": "W10"},
        {"sort": "nope"},
        {"columns": "nope"},
        {"q": "\x00"},
    ],
)
def test_an_address_made_up_by_hand_is_still_answered(query, member, client_of, url):
    assert client_of(member).get(url, query).status_code == 200


def test_names_are_shown_as_text(member, client_of, url):
    ProductFactory(workspace=member.workspace, name="<script>alert(1)</script>")

    page = client_of(member).get(url).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_htmx_gets_the_rows_alone(member, client_of, url):
    page = client_of(member).get(url, headers={"HX-Request": "true"})

    assert b"<html" not in page.content
    assert b'id="rows"' in page.content


def test_chosen_columns_are_remembered_for_the_member_alone(member, viewer, client_of, url):
    ProductFactory(workspace=member.workspace)
    records = reverse("workspaces:records", args=[member.workspace.slug, "products"])
    client = client_of(member)
    client.post(f"{records}columns/", {"columns": ["name", "handle"], "here": "state=live"})

    shown = [column.name for column in client.get(url).context["listing"].columns]
    others = [column.name for column in client_of(viewer).get(url).context["listing"].columns]

    assert shown == ["name", "handle"]
    assert "handle" not in others
    assert ListChoice.objects.count() == 1


def test_a_list_goes_out_with_its_columns_and_without_formulas(member, client_of, url):
    ProductFactory(workspace=member.workspace, name="=SUM(A1)")
    client = client_of(member)

    files = reverse("workspaces:records", args=[member.workspace.slug, "products"])
    csv = client.get(f"{files}export.csv", {"columns": "name,state"})
    text = b"".join(csv.streaming_content).decode("utf-8-sig")
    xlsx = client.get(f"{files}export.xlsx")

    assert text.splitlines() == ["Name,State", "'=SUM(A1),Live"]
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"
    assert client.get(f"{files}export.exe").status_code == 404


def test_other_workspaces_find_nothing_here(outsider, member, client_of, url):
    ProductFactory(workspace=member.workspace)

    assert client_of(outsider).get(url).status_code == 404


def test_figures_of_money_are_no_column_for_those_who_may_not_see_them(
    member, contributor, client_of, url
):
    product = ProductFactory(workspace=member.workspace)
    ProductFactory(workspace=member.workspace, name="Without figures")
    ProductSummary.objects.create(
        workspace=member.workspace,
        product=product,
        currency="EUR",
        window_end="2026-03-02",
        units=7,
        net_revenue=4321,
        computed_at=timezone.now(),
    )
    asked = {"columns": "name,units,net_revenue", "sort": "-net_revenue"}

    seen = client_of(member).get(url, asked)
    masked = client_of(contributor).get(url, asked)
    files = reverse("workspaces:records", args=[member.workspace.slug, "products"])
    file = client_of(contributor).get(f"{files}export.csv", asked)

    assert b"4,321" in seen.content
    assert names(seen)[0] == product.name
    assert b"4,321" not in masked.content
    assert b"4321" not in b"".join(file.streaming_content)
    assert [column.name for column in masked.context["listing"].columns] == ["name", "units"]


def test_products_whose_costs_are_missing_are_found(member, client_of, url):
    known = VariantFactory(workspace=member.workspace).product
    CostRecordFactory(workspace=member.workspace, variant=known.variants.get())
    missing = VariantFactory(workspace=member.workspace).product

    assert names(client_of(member).get(url, {"cost": "missing"})) == [missing.name]
    assert names(client_of(member).get(url, {"cost": "known"})) == [known.name]
