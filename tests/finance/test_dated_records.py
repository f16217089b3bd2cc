"""Ad spend and exchange rates as any record: a list, an API, files; amounts only for some."""

import json

import pytest
from django.urls import reverse

from finance.ledger.models import AdSpend, ExchangeRate
from tests.api.conftest import ApiCaller
from tests.factories.catalog import ChannelFactory
from tests.factories.ledger import AdSpendFactory, ExchangeRateFactory
from workspaces.api.services import create_token
from workspaces.staleness.models import StaleMark

pytestmark = pytest.mark.django_db


@pytest.fixture
def blind(member):
    """A token that reads and writes the ledger, and sees no money."""
    _, secret = create_token(member.actor, "blind", ("ledger.view", "ledger.edit", "data.export"))
    return ApiCaller(member, secret)


@pytest.fixture
def api(member):
    _, secret = create_token(member.actor, "all", ())
    return ApiCaller(member, secret)


def test_spend_is_made_changed_and_thrown_away_over_the_api(member, outsider, api):
    channel = ChannelFactory(workspace=member.workspace)
    theirs = ChannelFactory(workspace=outsider.workspace)
    body = {"day": "2026-03-02", "channel": channel.pk, "amount": "12.50", "currency": "EUR"}

    foreign = api("post", "ad-spend/", body | {"channel": theirs.pk})
    made = api("post", "ad-spend/", body)
    twin = api("post", "ad-spend/", body)

    assert [one.status_code for one in (foreign, made, twin)] == [422, 201, 422]
    at = f"ad-spend/{made.json()['id']}/"
    assert api("patch", at, {"amount": "7"}).status_code == 428
    changed = api("patch", at, {"amount": "7"}, **{"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["amount"]) == (200, "7.0000")
    assert api("delete", at, **{"If-Match": changed["ETag"]}).status_code == 204
    assert AdSpend.objects.get().deleted_at is not None


def test_a_rate_by_the_api_works_the_figures_anew(api):
    wrong = {"currency": "USD", "quote": "USD", "rate": "1", "valid_from": "2026-01-01"}
    assert api("post", "exchange-rates/", wrong).status_code == 422
    assert not StaleMark.objects.exists()
    made = api("post", "exchange-rates/", wrong | {"quote": "EUR", "rate": "0.9"})
    assert made.status_code == 201, made.json()
    assert StaleMark.objects.filter(key="all").exists()


def test_an_amount_is_masked_for_whoever_sees_no_money(member, blind):
    row = AdSpendFactory(workspace=member.workspace, amount="41.25")
    page = blind("get", "ad-spend/")
    assert page.json()["results"][0]["amount"] is None
    assert page.json()["results"][0]["masked"] == ["amount"]
    where = json.dumps({"and": [{"field": "amount", "op": "gt", "value": 41}]})
    for asked in ({"where": where}, {"sort": "amount"}, {"amount": "41.25"}):
        assert blind("get", "ad-spend/", asked).status_code == 400
    body = {"amount": "41.25"}
    assert blind("patch", f"ad-spend/{row.pk}/", body, **{"If-Match": "*"}).status_code == 422
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.parametrize(
    ("address", "factory", "model"),
    [
        ("ad-spend", AdSpendFactory, AdSpend),
        ("exchange-rates", ExchangeRateFactory, ExchangeRate),
    ],
)
def test_each_has_a_list_edited_in_place_and_in_every_kind_of_file(
    address, factory, model, member, viewer, client_of
):
    row, slug = factory(workspace=member.workspace), member.workspace.slug
    client, url = client_of(member), reverse("workspaces:records", args=[slug, address])
    page = client.get(url)
    assert (page.status_code, page.context["listing"].count) == (200, 1)
    assert client_of(viewer).get(url).status_code == 403
    for extension in ("csv", "xlsx", "json"):
        files = reverse("workspaces:list_export", args=[slug, address, extension])
        assert files.encode() in page.content
        assert client.get(files).status_code == 200
    field = "campaign" if model is AdSpend else "valid_from"
    change = {"pk": row.pk, "version": 1, "texts": {field: "2026-02-03"}}
    cells = reverse("workspaces:list_cells", args=[slug, address])
    said = client.post(cells, json.dumps({"changes": [change]}), content_type="application/json")
    row.refresh_from_db()
    assert (said.json()["changed"], str(getattr(row, field))) == (1, "2026-02-03")
    client.post(said.json()["undo"])
    row.refresh_from_db()
    assert str(getattr(row, field)) != "2026-02-03"


def test_a_book_leads_to_its_table(member, client_of):
    for name, address in (("ads", "ad-spend"), ("rates", "exchange-rates")):
        page = client_of(member).get(reverse(f"finance:{name}", args=[member.workspace.slug]))
        to = reverse("workspaces:records", args=[member.workspace.slug, address])
        assert f'href="{to}"' in page.content.decode()
