"""The pages of figures: definition, source rows, explorer, files, freshness, a product's panels."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from finance.metrics.catalogue import METRICS
from finance.metrics.explaining import formula_numbers
from finance.metrics.query import Figure
from tests.finance.shops import selling
from workspaces.access.roles import Role
from workspaces.staleness.services import mark_stale


def url(workspace, name, *args):
    return reverse(f"finance:{name}", args=[workspace.slug, *args])


def lines(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_cost_nobody_knows_is_a_question_mark_in_the_formula():
    metric = METRICS["contribution_rate"]
    known = dict.fromkeys(metric.reads, Decimal(0))
    known |= {"net_costed": Decimal(100), "cogs": Decimal(40), "units_costed": Decimal(2)}

    assert "€40.00 − ? − ?" in formula_numbers(metric, Figure(None, measures=known), "EUR")


def test_a_definition_fills_the_numbers_in(workspace, member, client_of):
    selling(workspace)
    body = client_of(member).get(url(workspace, "metric", "net_revenue")).content.decode()
    assert "gross revenue − discounts − refunds" in body
    assert "€601.11 − €0.00 − €50.00" in body
    assert "€551.11" in body


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_figure_has_its_page(workspace, member, client_of, name):
    assert client_of(member).get(url(workspace, "metric", name)).status_code == 200


def test_the_rows_behind_a_figure_add_up_to_it(workspace, member, client_of):
    selling(workspace)
    client = client_of(member)
    rows = lines(client.get(url(workspace, "metric_rows", "gross_revenue", "csv")))
    assert sum(Decimal(row["Gross"]) for row in rows) == Decimal("601.11")
    refunds = lines(
        client.get(url(workspace, "metric_rows", "net_revenue", "csv"), {"rows": "refunds"})
    )
    assert [row["Amount"] for row in refunds] == ["50.0000"]


def test_notes_stand_behind_ratings(workspace, member, client_of):
    product = selling(workspace)
    page = client_of(member).get(url(workspace, "metric", "rating"), {"product": product.pk})
    assert len(page.context["cells"]) == 2
    other = client_of(member).get(url(workspace, "metric", "rating"), {"product": product.pk + 99})
    assert other.context["cells"] == []


def test_a_role_without_money_gets_no_amount_and_no_rows(workspace, viewer, client_of):
    selling(workspace)
    client = client_of(viewer)
    for name in ("net_revenue", "units", "gross_margin_rate"):
        body = client.get(url(workspace, "metric", name)).content.decode()
        assert "€" not in body
        assert "551" not in body
    refused = client.get(url(workspace, "metric_rows", "units", "csv"))
    assert refused.status_code == 403


def test_the_explorer_s_file_says_what_its_table_says(workspace, member, client_of):
    selling(workspace)
    asked = {"metrics": ["net_revenue", "return_rate"], "by": "product", "compare": "1"}
    client = client_of(member)
    page = client.get(url(workspace, "metrics"), asked)
    assert page.context["rows"][0][1][0][0] == "€551.11"
    first, total = lines(client.get(url(workspace, "metrics_export", "csv"), asked))
    assert first["Product"] == "Trail Jacket"
    assert first["Net revenue (EUR)"] == total["Net revenue (EUR)"] == "551.11"
    assert first["Return rate (%)"] == "16.6667"
    sheet = client.get(url(workspace, "metrics_export", "xlsx"), asked)
    assert sheet["Content-Type"].endswith("sheet")


def test_the_explorer_hides_money(workspace, viewer, client_of):
    selling(workspace)
    asked = {"metrics": ["net_revenue", "units"], "by": "product"}
    client = client_of(viewer)
    body = client.get(url(workspace, "metrics"), asked).content.decode()
    assert "€" not in body
    assert "551" not in body
    rows = lines(client.get(url(workspace, "metrics_export", "csv"), asked))
    assert set(rows[0]) == {"Product", "Units sold"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"metrics": "revenue"}, "no metric “revenue”"),
        ({"by": "colour"}, "no dimension “colour”"),
        ({"currency": "EURO"}, "not a currency"),
        ({"brand": "north"}, "takes up to"),
        ({"range": "custom", "from": "2026-02-30", "to": "2026-03-01"}, "is not a day"),
    ],
)
def test_what_cannot_be_answered_is_said(workspace, member, client_of, asked, words):
    page = client_of(member).get(url(workspace, "metrics"), asked)
    assert page.status_code == 422
    assert words in page.content.decode()


def test_the_pill_says_that_figures_are_being_worked_out(workspace, member, client_of, queries):
    selling(workspace)
    client = client_of(member)
    assert 'data-stale="false"' in client.get(url(workspace, "freshness")).content.decode()
    mark_stale(workspace.pk, "sales", ["day:2026-03-01"], "a test")
    assert 'data-stale="true"' in client.get(url(workspace, "freshness")).content.decode()
    assert queries(lambda: client.get(url(workspace, "freshness"))) <= 6


def test_chosen_days_travel_from_page_to_page(client_of, member_as, workspace):
    member = member_as(Role.PRODUCT)
    client = client_of(member)
    home = reverse("home:home", args=[workspace.slug])
    explained = reverse("finance:metric", args=[workspace.slug, "units"])

    assert client.get(explained).context["period"].name == "30d"
    client.get(home, {"range": "7d"})
    assert client.get(explained).context["period"].name == "7d"
    client.get(explained, {"range": "custom", "from": "2024-01-02", "to": "2024-01-31"})
    assert client.get(home).context["period"].label == "2 Jan 2024 – 31 Jan 2024"
    client.get(home, {"range": "never"})  # what cannot be read is not chosen
    assert client.get(home).context["period"].label == "2 Jan 2024 – 31 Jan 2024"
    assert client_of(member_as(Role.VIEWER)).get(home).context["period"].name == "30d"
