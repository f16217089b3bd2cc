"""Custom fields over the API: managed as a resource, and carried by every record in one payload."""

import pytest

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory
from workspaces.api.rows import Output
from workspaces.fields import services
from workspaces.fields.models import CustomField
from workspaces.records.models import Record

pytestmark = pytest.mark.django_db
PRODUCT = "products.product"
JSON = "application/json"


@pytest.fixture
def base(owner):
    return f"/api/v1/workspaces/{owner.workspace.slug}/"


def outputs(kind=Output):
    for one in kind.__subclasses__():
        yield one
        yield from outputs(one)


def test_every_record_carries_its_custom_values():
    lacking = [
        one.__name__
        for one in outputs()
        if issubclass(one.Meta.model, Record) and "custom" not in one().fields
    ]
    assert lacking == []


def test_one_call_gives_the_values_and_the_formulas(owner, client_of, base, queries):
    services.create_field(owner.actor, PRODUCT, label="Effort", type="number")
    services.create_field(owner.actor, PRODUCT, label="Live", type="formula", formula="effort * 2")
    services.create_field(
        owner.actor, PRODUCT, label="Size", type="formula", formula="len(name) + effort"
    )
    ProductFactory(workspace=owner.workspace, name="Cap", custom={"effort": 2.5})
    ProductFactory(workspace=owner.workspace, name="Hat")
    client = client_of(owner)
    found = client.get(f"{base}products/?order=name").json()["results"]
    assert [row["custom"] for row in found] == [
        {"effort": 2.5, "live": 5, "size": 5.5},
        {"effort": None, "live": None, "size": None},
    ]
    assert found[0]["name"] == "Cap"
    only = client.get(f"{base}products/{found[0]['id']}/?fields=custom").json()
    assert only == {"id": found[0]["id"], "custom": {"effort": 2.5, "live": 5, "size": 5.5}}


def test_values_are_set_and_taken_away_with_the_record(owner, client_of, base):
    services.create_field(owner.actor, PRODUCT, label="Effort", type="number", required=True)
    client = client_of(owner)
    answer = client.post(f"{base}products/", {"name": "Cap"}, content_type=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"custom.effort": ["This is needed."]}
    body = {"name": "Cap", "custom": {"effort": 3}}
    made = client.post(f"{base}products/", body, content_type=JSON).json()
    assert made["custom"] == {"effort": 3}
    url, etag = f"{base}products/{made['id']}/", {"If-Match": '"1"'}
    for wrong in ({"effort": "many"}, {"nothing": 1}, {"effort": None}):
        body = {"custom": wrong}
        assert client.patch(url, body, content_type=JSON, headers=etag).status_code == 422
    assert client.patch(url, {"custom": [1]}, content_type=JSON, headers=etag).status_code == 422
    assert Product.objects.get(pk=made["id"]).custom == {"effort": 3}
    changed = client.patch(url, {"custom": {"effort": 4}}, content_type=JSON, headers=etag)
    assert changed.json()["custom"] == {"effort": 4}


def test_a_list_is_narrowed_by_a_custom_value(owner, client_of, base):
    services.create_field(
        owner.actor, PRODUCT, label="Stage", type="choice", options=["idea", "won"]
    )
    won = ProductFactory(workspace=owner.workspace, custom={"stage": "won"})
    ProductFactory(workspace=owner.workspace, custom={"stage": "idea"})
    client = client_of(owner)
    found = client.get(f"{base}products/?custom.stage=Won").json()["results"]
    assert [row["id"] for row in found] == [won.pk]
    assert client.get(f"{base}products/?custom.stage=lost").status_code == 400
    assert client.get(f"{base}products/?custom.other=lost").status_code == 400


def test_a_role_that_may_not_see_a_field_finds_it_nowhere(owner, member, client_of, base):
    services.create_field(owner.actor, PRODUCT, label="Secret", type="text", roles=["finance"])
    product = ProductFactory(workspace=owner.workspace)
    url, etag = f"{base}products/{product.pk}/", {"If-Match": "*"}
    body = {"custom": {"secret": "canary"}}
    assert client_of(owner).patch(url, body, content_type=JSON, headers=etag).status_code == 200
    client = client_of(member)
    for path in ("products/", f"products/{product.pk}/", "activity/", "custom-fields/"):
        answer = client.get(base + path)
        assert answer.status_code == 200
        assert b"canary" not in answer.content
        assert b"secret" not in answer.content.lower()
    assert client.get(f"{base}products/?custom.secret=canary").status_code == 400
    assert client.patch(url, body, content_type=JSON, headers=etag).status_code == 422
    page = client.get(f"/w/{owner.workspace.slug}/products/{product.pk}/activity/")
    assert b"canary" not in page.content
    assert b"canary" in client_of(owner).get(page.request["PATH_INFO"]).content
    stale = {"If-Match": '"2"'}
    Product.objects.filter(pk=product.pk).update(version=9)
    answer = client.patch(url, {"name": "x"}, content_type=JSON, headers=stale)
    assert answer.status_code == 412
    assert b"canary" not in answer.content


def test_fields_are_a_resource(owner, member, client_of, base):
    client = client_of(owner)
    body = {"kind": PRODUCT, "label": "Stage", "type": "choice", "options": ["Idea", "Won"]}
    made = client.post(f"{base}custom-fields/", body, content_type=JSON)
    assert made.status_code == 201
    assert made.json()["key"] == "stage"
    assert made.json()["options"][0] == {"value": "Idea", "label": "Idea", "tone": "grey"}
    url, etag = f"{base}custom-fields/{made.json()['id']}/", {"If-Match": '"1"'}
    denied = client_of(member).patch(url, {"label": "Mine"}, content_type=JSON, headers=etag)
    assert denied.status_code == 403
    wrong = client.patch(url, {"type": "link"}, content_type=JSON, headers=etag)
    assert wrong.status_code == 422
    assert "to" in wrong.json()["errors"]
    assert client.patch(url, {"key": "x"}, content_type=JSON, headers=etag).status_code == 422
    changed = client.patch(url, {"label": "Step"}, content_type=JSON, headers=etag)
    assert (changed.status_code, changed.json()["label"]) == (200, "Step")
    assert client.delete(url, headers={"If-Match": "*"}).status_code == 204
    assert client.get(f"{base}custom-fields/?retired=true").json()["results"][0]["label"] == "Step"
    assert client.post(f"{url}restore/").status_code == 200
    assert CustomField.objects.get().retired_at is None


def test_the_history_speaks_of_labels(owner, client_of, base):
    services.create_field(
        owner.actor,
        PRODUCT,
        label="Next step",
        type="choice",
        options=[{"value": "a", "label": "Ask the buyer"}],
    )
    services.create_field(owner.actor, PRODUCT, label="Keeper", type="person")
    product = ProductFactory(workspace=owner.workspace)
    body = {"custom": {"next_step": "a", "keeper": owner.user.pk}}
    client = client_of(owner)
    url = f"{base}products/{product.pk}/"
    assert client.patch(url, body, content_type=JSON, headers={"If-Match": "*"}).status_code == 200
    page = client.get(f"/w/{owner.workspace.slug}/products/{product.pk}/activity/").content.decode()
    assert "Next step" in page
    assert "Ask the buyer" in page
    assert str(owner.user) in page
