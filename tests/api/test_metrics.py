"""Figures over the API: the same as the catalogue's, masked for whoever sees no money."""

import pytest

from tests.factories.ledger import OrderFactory, OrderLineFactory
from workspaces.staleness.services import mark_stale
from workspaces.staleness.tasks import recompute_stale

pytestmark = pytest.mark.django_db
ASK = {"metrics": "net_revenue,orders,units", "from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def sold(member):
    """One order of 10 EUR on 2 March 2026, worked out."""
    order = OrderFactory(workspace=member.workspace)
    line = OrderLineFactory(workspace=member.workspace, order=order)
    mark_stale(member.workspace.pk, "sales", [f"day:{line.day}"], "test")
    recompute_stale()
    return line


def test_the_catalogue_says_how_each_figure_is_made(member, api_of):
    found = api_of(member)("get", "metrics/").json()

    revenue = next(one for one in found["results"] if one["name"] == "net_revenue")
    assert revenue["money"] is True
    assert revenue["formula"]
    assert {"product", "month"} <= set(found["dimensions"])


@pytest.mark.parametrize("address", ["metrics/query", "metrics/query/"])
def test_a_query_by_product_and_month(member, api_of, sold, address):
    answer = api_of(member)("get", address, ASK | {"by": "product,month"})

    assert answer.status_code == 200, answer.content
    result = answer.json()
    (row,) = result["results"]
    assert row["keys"]["product"] == sold.variant.product_id
    assert row["labels"]["product"] == sold.variant.product.name
    assert row["figures"]["net_revenue"]["value"] == "10.00"
    assert row["figures"]["orders"]["value"] == "1"
    assert result["total"]["figures"]["units"]["value"] == "1"
    assert (result["currency"], result["masked"]) == ("EUR", [])


def test_money_is_masked_for_a_role_without_it(viewer, api_of, sold):
    result = api_of(viewer)("get", "metrics/query/", ASK).json()

    assert result["total"]["figures"]["net_revenue"] == {"value": None, "coverage": None}
    assert result["total"]["figures"]["units"]["value"] == "1"
    assert "net_revenue" in result["masked"]


def test_filters_leave_the_rest_out(member, api_of, sold):
    api = api_of(member)

    mine = api("get", "metrics/query/", ASK | {"product": str(sold.variant.product_id)})
    other = api("get", "metrics/query/", ASK | {"product": "999999"})

    assert mine.json()["total"]["figures"]["units"]["value"] == "1"
    assert other.json()["total"]["figures"]["units"]["value"] in ("0", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"metrics": "happiness"},
        {"metrics": ""},
        {"by": "weather"},
        {"by": "day,month"},
        {"from": "March"},
        {"to": "2025-01-01"},
        {"from": "0001-01-01"},
        {"currency": "XXY"},
        {"order": "margin"},
        {"limit": "0"},
        {"product": "x"},
        {"product": "9" * 30},
        {"compare": "maybe"},
        {"metricz": "orders"},
    ],
    ids=str,
)
def test_a_wrong_question_is_answered_in_words(member, api_of, wrong):
    answer = api_of(member)("get", "metrics/query/", ASK | wrong)

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"]
