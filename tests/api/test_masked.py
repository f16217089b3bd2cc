"""What a token may not see is told by no way round: history, order, setting it."""

import base64

import pytest

from finance.ledger import services
from tests.factories.catalog import ProductFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CostRecordFactory, CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


def test_the_history_tells_a_token_no_amounts(member, api_of):
    cost = CostRecordFactory(workspace=member.workspace)
    services.change_cost(member.actor, cost.pk, seen_version=1, amount="77.25")
    asked = {"model": "finance.costrecord"}

    seen = api_of(member)("get", "activity/", asked).json()["results"]
    blind = api_of(member, ("workspace.view", "ledger.view"))("get", "activity/", asked)

    assert seen[0]["changes"]["amount"][1] == "77.25"
    assert blind.status_code == 200
    assert [one["verb"] for one in blind.json()["results"]] == [seen[0]["verb"]]
    assert b"77.25" not in blind.content


def test_an_amount_that_is_masked_cannot_be_guessed_by_setting_it(member, api_of):
    cost = CostRecordFactory(workspace=member.workspace)
    blind = api_of(member, ("ledger.view", "ledger.edit"))
    for guess in ("4", "5"):
        answer = blind("patch", f"costs/{cost.pk}/", {"amount": guess}, **{"If-Match": "*"})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["amount"])
    cost.refresh_from_db()
    assert (cost.amount, cost.version) == (4, 1)


def test_no_order_of_a_list_names_records_one_may_not_read(member, api_of):
    here = {"workspace": member.workspace}
    for name in ("Secret Ada", "Secret Bea", "Secret Cid"):
        OrderFactory(**here, customer=CustomerFactory(**here, name=name))
    blind = api_of(member, ("ledger.view",))

    answer = blind("get", "orders/", {"sort": "customer", "limit": 1})

    cursor = answer.json().get("next_cursor") or ""
    assert b"Secret" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert answer.status_code == 400
    assert api_of(member)("get", "orders/", {"sort": "customer"}).status_code == 200


def test_a_note_names_its_product_to_who_may_read_the_catalogue(member, api_of):
    product = ProductFactory(workspace=member.workspace, name="Secret jacket")
    NoteFactory(workspace=member.workspace, product=product)

    [blind] = api_of(member, ("feedback.view",))("get", "notes/").json()["results"]
    [seeing] = api_of(member, ("feedback.view", "catalog.view"))("get", "notes/").json()["results"]

    assert (blind["product_name"], blind["masked"]) == (None, ["product_name"])
    assert (seeing["product_name"], seeing["masked"]) == ("Secret jacket", [])
