"""Cells edited as in a spreadsheet: one act, undone as one, refusals beside their cells."""

import json

import pytest
from django.urls import reverse

from products.catalog.models import Product, Supplier
from tests.factories.catalog import BrandFactory, ProductFactory, SupplierFactory
from workspaces.audit.models import ActivityEvent

BUDGET = 18


@pytest.fixture
def url(workspace):
    return reverse("workspaces:list_cells", args=[workspace.slug, "products"])


def change(row, **texts):
    return {"pk": row.pk, "version": row.version, "texts": texts}


def post(client, url, *changes, **more):
    body = json.dumps({"changes": list(changes), **more})
    return client.post(url, body, content_type="application/json")


def test_one_act_writes_many_cells_and_is_undone_as_one(workspace, member, client_of, url):
    brand = BrandFactory(workspace=workspace, name="Fjell")
    first, second = ProductFactory.create_batch(2, workspace=workspace)
    client, before = client_of(member), second.name

    said = post(
        client,
        url,
        change(first, brand="fjell", launched_on="2026-03-01"),
        change(second, brand=f"#{brand.pk}", name="Renamed"),
        here="columns=name,brand",
    ).json()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.brand, str(first.launched_on)) == (brand, "2026-03-01")
    assert (second.brand, second.name, second.version) == (brand, "Renamed", 2)
    assert said["refused"] == []
    assert "Fjell" in said["rows"][str(first.pk)]
    assert ActivityEvent.objects.filter(batch__isnull=False).values("batch").distinct().count() == 1

    client.post(said["undo"])

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.brand, first.launched_on, second.brand) == (None, None, None)
    assert second.name == before


def test_what_is_refused_costs_no_other_cell(workspace, member, client_of, url):
    product, other = ProductFactory.create_batch(2, workspace=workspace)
    stale = change(other, name="Late")
    Product.objects.filter(pk=other.pk).update(version=5, name="Theirs")

    said = post(
        client_of(member),
        url,
        change(product, brand="Nobody", tags="kept", state="nowhere", units="7"),
        stale,
    ).json()

    product.refresh_from_db()
    other.refresh_from_db()
    words = {(one["pk"], one["field"]): one["words"] for one in said["refused"]}
    assert product.tags == "kept"
    assert "no “Nobody”" in words[(product.pk, "brand")]
    assert "Use one of" in words[(product.pk, "state")]
    assert "cannot be edited" in words[(product.pk, "units")]
    assert "changed while" in words[(other.pk, "name")]
    assert "Theirs" in said["rows"][str(other.pk)]
    assert (product.state, other.name) == ("live", "Theirs")


def test_a_move_that_needs_a_reason_asks_and_then_goes_through(workspace, member, client_of, url):
    product = ProductFactory(workspace=workspace, state="live")
    client = client_of(member)

    asked = post(client, url, change(product, state="Watch")).json()
    product.refresh_from_db()
    assert (product.state, asked["refused"][0]["asks"]) == ("live", True)

    post(client, url, change(product, state="Watch"), reason="Many returns")
    product.refresh_from_db()
    assert product.state == "watch"


def test_a_hundred_named_links_cost_no_look_up_each(workspace, member, client_of, url, queries):
    brands = BrandFactory.create_batch(3, workspace=workspace)
    rows = ProductFactory.create_batch(12, workspace=workspace)
    client = client_of(member)
    client.get(reverse("products:list", args=[workspace.slug]))

    one = queries(lambda: post(client, url, change(rows[0], brand=brands[0].name)))
    many = queries(lambda: post(client, url, *(change(r, brand=brands[1].name) for r in rows[1:])))

    assert one <= BUDGET
    assert many <= one + 10 * 10  # a lock, a check, an update, an event, savepoints: no look-up


def test_another_kind_is_edited_by_the_same_address(workspace, member, client_of):
    supplier = SupplierFactory(workspace=workspace)
    url = reverse("workspaces:list_cells", args=[workspace.slug, "suppliers"])

    said = post(client_of(member), url, change(supplier, name="Alpentex", country="AT")).json()

    supplier.refresh_from_db()
    assert (supplier.name, supplier.country, said["changed"]) == ("Alpentex", "AT", 1)


def test_a_viewer_and_another_workspace_change_nothing(workspace, viewer, outsider, client_of, url):
    product = ProductFactory(workspace=workspace, name="Mine")
    foreign = ProductFactory(workspace=outsider.workspace, name="Foreign")
    theirs = reverse("workspaces:list_cells", args=[outsider.workspace.slug, "products"])

    assert post(client_of(viewer), url, change(product, name="X")).status_code == 403
    said = post(client_of(outsider), theirs, change(product, name="X")).json()

    product.refresh_from_db()
    foreign.refresh_from_db()
    assert (product.name, foreign.name, said["changed"]) == ("Mine", "Foreign", 0)


@pytest.mark.parametrize(
    "body",
    ["", "[]", '{"changes": 1}', '{"changes": [1]}', '{"changes": [{"pk": "a"}]}', "[" * 900],
)
def test_a_body_that_is_no_cells_is_refused_in_words(body, member, client_of, url):
    answer = client_of(member).post(url, body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["words"]


def test_thirty_lines_become_thirty_records_and_leave_together(workspace, member, client_of):
    url = reverse("workspaces:record_paste", args=[workspace.slug, "suppliers"])
    text = "Name\tCountry\n" + "\n".join(f"Supplier no {n}\tDE" for n in range(30))
    client = client_of(member)

    looked = client.post(url, {"lines": text, "look": "1"})
    assert (looked.context["good"], Supplier.objects.count()) == (30, 0)

    client.post(url, {"lines": text, "add": "1"})
    assert Supplier.objects.filter(country="DE").count() == 30
    batch = ActivityEvent.objects.filter(model="products.supplier").first().batch
    client.post(reverse("workspaces:undo_batch", args=[workspace.slug, batch]))
    assert Supplier.objects.visible_to(member.actor).count() == 0


def test_lines_that_are_refused_stay_to_be_corrected(workspace, member, client_of):
    SupplierFactory(workspace=workspace, name="Taken")
    url = reverse("workspaces:record_paste", args=[workspace.slug, "suppliers"])

    page = client_of(member).post(url, {"lines": "Taken\nFree", "add": "1"})

    assert page.status_code == 422
    assert page.context["text"] == "Taken"
    assert set(Supplier.objects.values_list("name", flat=True)) == {"Taken", "Free"}


def test_a_record_is_made_and_edited_by_a_form_of_its_fields(workspace, member, client_of):
    client = client_of(member)
    new = reverse("workspaces:record_new", args=[workspace.slug, "suppliers"])
    assert client.post(new, {"name": "", "country": "DE"}).status_code == 422
    client.post(new, {"name": "Alpentex", "country": "DE"})
    supplier = Supplier.objects.get()
    edit = reverse("workspaces:record_edit", args=[workspace.slug, "suppliers", supplier.pk])

    client.post(edit, {"name": "Alpentex", "country": "AT", "seen_version": supplier.version})

    supplier.refresh_from_db()
    assert (supplier.country, supplier.version) == ("AT", 2)


def test_two_editors_see_both_versions_and_lose_nothing(workspace, member, client_of):
    supplier = SupplierFactory(workspace=workspace, name="Before", country="DE")
    edit = reverse("workspaces:record_edit", args=[workspace.slug, "suppliers", supplier.pk])
    Supplier.objects.filter(pk=supplier.pk).update(name="Theirs", version=2)

    page = client_of(member).post(edit, {"name": "Mine", "country": "DE", "seen_version": 1})

    supplier.refresh_from_db()
    assert (page.status_code, supplier.name) == (409, "Theirs")
    assert page.context["form"].theirs == [("Name", "Mine", "Theirs")]
    assert b'value="Mine"' in page.content
