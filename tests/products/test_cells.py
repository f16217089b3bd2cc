"""Editing one cell of the list in place."""

import pytest
from django.urls import reverse

from tests.factories.catalog import BrandFactory, ProductFactory

BUDGET = 10


@pytest.fixture
def product(workspace):
    return ProductFactory(workspace=workspace, name="Trail Jacket")


def url(product, name):
    return reverse("products:cell", args=[product.workspace.slug, product.pk, name])


def in_list(client):
    """A browser whose htmx asks."""
    client.defaults["HTTP_HX_REQUEST"] = "true"
    return client


def test_a_cell_becomes_an_input_and_saves(product, member, client_of, queries):
    client = in_list(client_of(member))
    assert b'name="value"' in client.get(url(product, "name")).content
    answers = []

    cost = queries(
        lambda: answers.append(
            client.post(url(product, "name"), {"value": "Storm Shell", "seen_version": 1})
        )
    )

    product.refresh_from_db()
    assert (product.name, product.version) == ("Storm Shell", 2)
    assert answers[0]["HX-Retarget"] == f"#product-{product.pk}"
    assert b"Storm Shell" in answers[0].content
    assert cost <= BUDGET


def test_a_link_cell_saves_and_shows_the_name(product, member, client_of):
    brand = BrandFactory(workspace=product.workspace, name="Fjell")
    answer = in_list(client_of(member)).post(
        url(product, "brand"), {"value": brand.pk, "seen_version": 1}
    )
    assert b"Fjell" in answer.content


def test_a_newer_version_is_shown_and_kept(product, member, client_of):
    product.version, product.name = 2, "Theirs"
    product.save()

    answer = in_list(client_of(member)).post(
        url(product, "name"), {"value": "Mine", "seen_version": 1}
    )

    product.refresh_from_db()
    assert answer.status_code == 409
    assert b"Theirs" in answer.content
    assert b'value="Mine"' in answer.content
    assert product.name == "Theirs"


@pytest.mark.parametrize(
    ("name", "value"), [("name", ""), ("state", "nowhere"), ("brand", "999999"), ("state", "watch")]
)
def test_what_is_not_allowed_changes_nothing(name, value, product, member, client_of):
    answer = in_list(client_of(member)).post(
        url(product, name), {"value": value, "seen_version": 1}
    )

    product.refresh_from_db()
    assert answer.status_code == 422
    assert (product.name, product.state, product.version) == ("Trail Jacket", "live", 1)


def test_a_viewer_edits_no_cell(product, viewer, client_of):
    answer = in_list(client_of(viewer)).post(
        url(product, "name"), {"value": "X", "seen_version": 1}
    )
    product.refresh_from_db()
    assert (answer.status_code, product.name) == (403, "Trail Jacket")


def test_cells_that_are_worked_out_are_not_edited(product, member, client_of):
    assert in_list(client_of(member)).get(url(product, "updated")).status_code == 404


def test_enter_before_htmx_took_the_form_up_saves_and_returns_to_the_list(
    product, member, client_of
):
    address = url(product, "name") + "?columns=name,brand"
    sent = in_list(client_of(member)).get(address).content.decode()
    assert f'action="{address}"' in sent.replace("%2C", ",")

    answer = client_of(member).post(address, {"value": "Storm Shell", "seen_version": 1})

    product.refresh_from_db()
    assert product.name == "Storm Shell"
    assert answer["Location"].endswith("/products/?columns=name%2Cbrand")
    refused = client_of(member).post(address, {"value": "", "seen_version": 2})
    assert refused.status_code == 422
    assert "<h1" in refused.content.decode()
    assert "This field is required" in refused.content.decode()
