"""Lists and rows: paging, filters, sparse fields, orders, and how many queries they cost."""

import pytest

from tests.factories.catalog import BrandFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import OrderFactory, OrderLineFactory, RefundFactory

pytestmark = pytest.mark.django_db


def test_a_product_comes_with_the_names_of_what_it_points_at(member, api_of):
    brand = BrandFactory(workspace=member.workspace, name="Oak & Sons")
    product = ProductFactory(workspace=member.workspace, brand=brand, name="Chair")

    answer = api_of(member)("get", f"products/{product.pk}/")

    assert answer.status_code == 200
    row = answer.json()
    assert (row["id"], row["name"], row["brand"]) == (product.pk, "Chair", brand.pk)
    assert (row["brand_name"], row["category"], row["category_path"]) == ("Oak & Sons", None, None)
    assert answer["ETag"] == '"1"'


def test_pages_follow_one_another_though_rows_are_inserted_and_deleted(member, api_of):
    rows = [ProductFactory(workspace=member.workspace, name=f"P{n:02}") for n in range(10)]
    api = api_of(member)

    first = api("get", "products/", {"limit": 4}).json()
    ProductFactory(workspace=member.workspace, name="A new first one")
    type(rows[0]).objects.filter(pk=rows[1].pk).delete()
    second = api("get", first["next"]).json()
    third = api("get", "products/", {"limit": 4, "cursor": second["next_cursor"]}).json()

    assert [row["name"] for row in first["results"]] == ["P00", "P01", "P02", "P03"]
    assert [row["name"] for row in second["results"]] == ["P04", "P05", "P06", "P07"]
    assert [row["name"] for row in third["results"]] == ["P08", "P09"]
    assert third["next"] is None


def test_pages_follow_rows_of_the_same_name_in_either_direction(member, api_of):
    for _ in range(5):
        ProductFactory(workspace=member.workspace, name="Same")
    api = api_of(member)

    for order in ("name", "-updated_at", "id"):
        seen, cursor = [], ""
        while cursor is not None:
            params = {"limit": 2, "order": order, "fields": "handle"}
            page = api("get", "products/", params | ({"cursor": cursor} if cursor else {})).json()
            seen += [row["id"] for row in page["results"]]
            cursor = page["next_cursor"]
        assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"cursor": "bm9uc2Vuc2U"}, "cursor"),
        ({"cursor": "%%%"}, "cursor"),
        ({"cursor": "WyJuYW1lIiwxLDIsM10"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"order": "price"}, "order"),
        ({"fields": "name,secret"}, "fields"),
        ({"state": "gone"}, "state"),
        ({"brand": "x"}, "brand"),
        ({"brnad": "1"}, "brnad"),
        ({"q": "a\x00b"}, "q"),
        ({"updated_since": "yesterday"}, "updated_since"),
    ],
)
def test_a_wrong_parameter_is_named(member, api_of, params, named):
    answer = api_of(member)("get", "products/", params)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert named in answer.json()["errors"]


def test_fields_leave_the_rest_out_and_id_in(member, api_of):
    ProductFactory(workspace=member.workspace, handle="chair")

    page = api_of(member)("get", "products/", {"fields": "handle, state"}).json()

    assert [set(row) for row in page["results"]] == [{"id", "handle", "state"}]


def test_filters_narrow(member, api_of):
    chair = ProductFactory(workspace=member.workspace, name="Oak chair", state="live")
    VariantFactory(workspace=member.workspace, product=chair, sku="OAK-1")
    ProductFactory(workspace=member.workspace, name="Oak table", state="proposed")
    api = api_of(member)

    def names(**params):
        return [row["name"] for row in api("get", "products/", params).json()["results"]]

    assert names(q="oak") == ["Oak chair", "Oak table"]
    assert names(q="oak", state="live") == ["Oak chair"]
    assert names(q="oak-1") == ["Oak chair"]
    assert names(handle="nothing") == []
    assert names(brand=2**63 - 1) == []


def test_an_order_has_its_lines_and_refunds(member, api_of):
    order = OrderFactory(workspace=member.workspace, number="#1001")
    line = OrderLineFactory(workspace=member.workspace, order=order, position=1)
    RefundFactory(workspace=member.workspace, order_line=line, number="R1")

    row = api_of(member)("get", f"orders/{order.pk}/").json()

    assert [(one["id"], one["gross"]) for one in row["lines"]] == [(line.pk, "10.0000")]
    assert [(one["number"], one["order"]) for one in row["refunds"]] == [("R1", order.pk)]


@pytest.mark.parametrize("resource", ["products", "orders", "notes", "variants"])
def test_thirty_rows_cost_what_three_cost(member, api_of, queries, resource):
    def make(many):
        workspace = member.workspace
        if resource == "orders":
            for _ in range(many):
                OrderLineFactory(workspace=workspace, order=OrderFactory(workspace=workspace))
        else:
            factory = {"products": ProductFactory, "notes": NoteFactory, "variants": VariantFactory}
            factory[resource].create_batch(many, workspace=workspace)

    api = api_of(member)
    api("get", f"{resource}/")
    make(3)
    for_three = queries(lambda: api("get", f"{resource}/"))
    make(27)

    assert queries(lambda: api("get", f"{resource}/")) == for_three
    assert for_three <= 5


def test_unknown_addresses_and_methods_are_problems_too(member, api_of):
    api = api_of(member)

    for method, path, status in (
        ("get", "nothing/", 404),
        ("get", "products/999999999/", 404),
        ("put", "products/", 405),
        ("options", "products/", 405),
        ("delete", "activity/1/", 405),
        ("get", "/api/v1/nowhere/", 404),
    ):
        answer = api(method, path)
        assert answer.status_code == status, path
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
