"""Custom fields in files: they come in checked, go out, and come back as they were."""

from pathlib import Path

import pytest
from django.utils import timezone

from core.errors import Refused
from products.catalog.models import Brand, Product
from tests.factories.catalog import BrandFactory, ProductFactory, VariantFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import (
    CostRecordFactory,
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    RefundFactory,
)
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.fields import services
from workspaces.fields.models import CustomUnique
from workspaces.imports import services as undoing
from workspaces.imports.checking import issues_of_rows
from workspaces.imports.kinds import KINDS
from workspaces.imports.models import ImportRun
from workspaces.imports.preset_parts import example_row
from workspaces.jobs.tasks import run_job
from workspaces.members.models import Membership

RECORD = "products.product"


def add_all(owner, kind):
    """A field of every type on a kind of record."""
    add = services.create_field
    add(owner.actor, kind, label="Code", type="text", unique=True)
    add(owner.actor, kind, label="Story", type="long_text")
    add(owner.actor, kind, label="Effort", type="number")
    add(owner.actor, kind, label="Freight", type="money")
    add(owner.actor, kind, label="Goal", type="percent")
    add(owner.actor, kind, label="Due", type="day")
    add(owner.actor, kind, label="Seen", type="moment")
    season = [{"value": "s1", "label": "Spring"}, {"value": "s2", "label": "Summer"}]
    add(owner.actor, kind, label="Season", type="choice", options=season)
    add(owner.actor, kind, label="Seasons", type="choices", options=season)
    add(owner.actor, kind, label="Buyer", type="person")
    add(owner.actor, kind, label="Rival", type="link", to="products.brand")
    add(owner.actor, kind, label="Vegan", type="yes_no")
    add(owner.actor, kind, label="Page", type="url")


@pytest.fixture
def dressed(member, owner):
    """A workspace whose products have a field of every type."""
    add_all(owner, RECORD)
    add = services.create_field
    add(owner.actor, RECORD, label="Double", type="formula", formula="effort * 2")
    add(owner.actor, RECORD, label="Price", type="number")  # a variant's column is called so too
    return owner


def full(dressed, brand):
    return {
        "code": "=A-1",
        "story": 'Says "hi",\nthen 1;2',
        "effort": 2.5,
        "freight": 1234.5,
        "goal": 0.125,
        "due": "2026-03-01",
        "seen": "2026-07-01T10:00:00+00:00",
        "season": "s2",
        "seasons": ["s1", "s2"],
        "buyer": dressed.user.pk,
        "rival": brand.pk,
        "vegan": False,
        "page": "https://example.com/a",
        "price": 7,
    }


def test_an_export_with_custom_fields_imports_back_as_it_is(
    dressed, client_of, import_files, tmp_path
):
    brand = BrandFactory(workspace=dressed.workspace)
    custom = full(dressed, brand)
    VariantFactory(
        workspace=dressed.workspace,
        product=ProductFactory(workspace=dressed.workspace, custom=custom),
    )
    VariantFactory(workspace=dressed.workspace, product=ProductFactory(workspace=dressed.workspace))
    before = list(Product.objects.order_by("pk").values())
    response = client_of(dressed).get(f"/w/{dressed.workspace.slug}/exports/products.csv")
    path = tmp_path / "products.csv"
    path.write_bytes(b"".join(response.streaming_content))
    assert "Summer" in path.read_text()
    run = import_files(dressed.actor, "products", path)
    assert (run.state, run.counts["created"], run.counts["updated"]) == ("done", {}, {})
    assert list(Product.objects.order_by("pk").values()) == before
    Product.objects.update(custom={})
    run = import_files(dressed.actor, "products", path)
    assert run.state == "done"
    assert Product.objects.order_by("pk").first().custom == custom
    event = ActivityEvent.objects.filter(verb="product.updated").latest("pk")
    assert event.changes["custom.season"] == [None, "s2"]
    assert "custom" not in event.changes
    assert CustomUnique.objects.count() == 1


def test_new_products_get_defaults_and_emptied_cells_go(dressed, import_files, tmp_path):
    services.create_field(dressed.actor, RECORD, label="Rank", type="number", default="1")
    old = ProductFactory(
        workspace=dressed.workspace, handle="old", custom={"effort": 3, "price": 7}
    )
    VariantFactory(workspace=dressed.workspace, product=old, sku="OLD")
    path = tmp_path / "p.csv"
    path.write_text("SKU,Handle,Title,Effort\nOLD,old,Old,\nNEW,new,New,4\n")
    assert import_files(dressed.actor, "products", path).state == "done"
    found = dict(Product.objects.values_list("handle", "custom"))
    assert found == {"old": {"price": 7}, "new": {"effort": 4, "rank": 1}}


def test_cells_that_do_not_fit_are_refused_in_words(dressed, import_files, tmp_path):
    services.create_field(dressed.actor, RECORD, label="Needed", type="text", required=True)
    path = tmp_path / "p.csv"
    path.write_text(
        "SKU,Handle,Title,Season,Buyer,Rival,Goal,Needed\n"
        "A,a,A,Winter,nobody@example.com,#99999,150,x\n"
        "B,b,B,,,,,\n"
    )
    with pytest.raises(Refused, match="2 rows have problems"):
        import_files(dressed.actor, "products", path)
    run = ImportRun.objects.get()
    found = {(issue.row_no, issue.field) for issue in issues_of_rows(run)}
    wrong = ("season", "buyer", "rival", "goal")
    assert found == {*((1, f"custom_{name}") for name in wrong), (2, "custom_needed")}
    assert not Product.objects.exists()


def test_a_hidden_field_is_in_no_file(dressed, member, client_of):
    services.create_field(dressed.actor, RECORD, label="Secret", type="text", roles=["finance"])
    product = ProductFactory(workspace=dressed.workspace, custom={"secret": "canary"})
    VariantFactory(workspace=dressed.workspace, product=product)
    url = f"/w/{dressed.workspace.slug}/exports/products.csv"
    mine = b"".join(client_of(member).get(url).streaming_content)
    assert b"canary" not in mine
    assert b"Secret" not in mine
    assert b"canary" in b"".join(client_of(dressed).get(url).streaming_content)


FILES = {
    "customers": CustomerFactory,
    "costs": CostRecordFactory,
    "feedback": NoteFactory,
    "orders": OrderFactory,
}


@pytest.mark.parametrize("name", FILES)
def test_every_importer_of_its_own_carries_custom_fields(
    name, owner, client_of, import_files, tmp_path
):
    here = {"workspace": owner.workspace}
    add_all(owner, KINDS[name].record)
    rows = [FILES[name](**here) for _ in range(2)]
    model = type(rows[0])
    if name == "orders":
        for order in rows:  # a refund's row says nothing of an order's fields
            line = OrderLineFactory(**here, order=order)
            OrderLineFactory(**here, order=order, position=2)
        RefundFactory(**here, order_line=line)
    custom = full(owner, BrandFactory(**here))
    del custom["price"]
    model.objects.filter(pk=rows[0].pk).update(custom=custom)
    before = list(model.objects.order_by("pk").values())
    url = f"/w/{owner.workspace.slug}/exports/{name}.csv"
    path = tmp_path / f"{name}.csv"
    path.write_bytes(b"".join(client_of(owner).get(url).streaming_content))

    run = import_files(owner.actor, name, path)
    assert (run.state, run.counts["created"], run.counts["updated"]) == ("done", {}, {})
    assert list(model.objects.order_by("pk").values()) == before

    model.objects.update(custom={"effort": 1})
    run = import_files(owner.actor, name, path)
    assert run.counts["updated"] == {str(model._meta.verbose_name_plural): 2}
    assert [row.custom for row in model.objects.order_by("pk")] == [custom, {}]
    assert CustomUnique.objects.get().object_id == rows[0].pk

    text = path.read_text(encoding="utf-8-sig").replace("Summer", "Winter")
    path.write_text(text)
    with pytest.raises(Refused, match="problems"):
        import_files(owner.actor, name, path)
    assert {one.field for one in issues_of_rows(ImportRun.objects.latest("pk"))} >= {
        "custom_season"
    }
    run_job(undoing.undo(owner.actor, run.pk).job_id)
    assert [row.custom for row in model.objects.order_by("pk")] == [{"effort": 1}] * 2


@pytest.mark.parametrize("name", FILES)
def test_new_records_of_every_importer_have_what_is_needed_and_the_defaults(
    name, owner, import_files, tmp_path
):
    VariantFactory(workspace=owner.workspace, sku=example_row(KINDS[name].columns).get("SKU", "x"))
    record = KINDS[name].record
    services.create_field(owner.actor, record, label="Needed", type="text", required=True)
    services.create_field(owner.actor, record, label="Rank", type="number", default="1")
    example = example_row(KINDS[name].columns) | {"Needed": ""}
    example |= {name: "" for name in ("Handle", "Product name") if name in example}
    path = tmp_path / f"{name}.csv"

    def written() -> Path:
        rows = (example, example.values())
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))
        return path

    with pytest.raises(Refused, match="problems"):
        import_files(owner.actor, name, written())
    assert [one.field for one in issues_of_rows(ImportRun.objects.get())] == ["custom_needed"]
    example["Needed"] = "yes"
    run = import_files(owner.actor, name, written())
    model = FILES[name]._meta.model
    assert run.state == "done"
    assert [row.custom for row in model.objects.all()] == [{"needed": "yes", "rank": 1}]


def test_who_left_stays_where_they_are_named_and_comes_to_nothing_new(
    dressed, member_as, client_of, import_files, tmp_path
):
    left, brand = member_as(Role.PRODUCT), BrandFactory(workspace=dressed.workspace)
    custom = {"buyer": left.user.pk, "rival": brand.pk}
    product = ProductFactory(workspace=dressed.workspace, custom=custom)
    VariantFactory(workspace=dressed.workspace, product=product)
    Membership.objects.filter(pk=left.membership.pk).update(active=False)
    Brand.objects.filter(pk=brand.pk).update(deleted_at=timezone.now())
    response = client_of(dressed).get(f"/w/{dressed.workspace.slug}/exports/products.csv")
    path = tmp_path / "products.csv"
    path.write_bytes(b"".join(response.streaming_content))
    assert left.user.email in path.read_text()

    run = import_files(dressed.actor, "products", path)

    assert (run.state, run.counts["errors"], run.counts["updated"]) == ("done", 0, {})
    product.refresh_from_db()
    assert (product.custom, product.version) == (custom, 1)
    anew = tmp_path / "new.csv"
    rows = f"n,N,N-1,{left.user.email},\nm,M,M-1,,#{brand.pk}\n"
    anew.write_text(f"handle,name,sku,Buyer,Rival\n{rows}")
    run = undoing.upload(dressed.actor, "products", [("new.csv", anew.open("rb"))])
    run_job(undoing.check(dressed.actor, run.pk).job_id)
    run.refresh_from_db()
    assert run.counts["errors"] == 2
