"""What no page of ours asks of a list: refused in words, whatever the field and the question."""

import json

import pytest
from django.urls import reverse

from tests.api.conftest import api_of  # noqa: F401 -- a fixture
from tests.api.test_every_kind import add_all
from tests.factories.catalog import BrandFactory, ProductFactory
from tests.factories.work import TaskFactory
from workspaces.fields.services import create_field
from workspaces.lists.asking import listed_fields
from workspaces.lists.operators import OPERATORS, Takes
from workspaces.records.kinds import KINDS

pytestmark = pytest.mark.django_db
TASK = KINDS["workspaces.task"]
BAD = ["\ud800", "a\x00b", "#²", f"#{'9' * 30}", "9999-12-31", "0001-01-01", "1e999", "(((%_\\'"]
PLAIN = [2**63, -(2**63), 1e308, 5e-324, float("nan"), float("inf"), True]


@pytest.fixture
def client(member, client_of):
    return client_of(member)


def test_no_value_breaks_a_filter_of_any_type(owner, api_of, monkeypatch):  # noqa: F811
    monkeypatch.setattr("workspaces.api.limits.count", lambda caller: None)
    TaskFactory(workspace=owner.workspace, custom=add_all(owner, TASK.name))
    api, seen = api_of(owner), set()
    for name, field in listed_fields(owner.actor, TASK).items():
        if (asked := (field.value_type, field.is_custom, field.to)) in seen:
            continue
        seen.add(asked)
        for op in OPERATORS[field.value_type]:
            for value in [*BAD, *PLAIN] if op.takes is not Takes.NONE else [[]]:
                values = [value, value] if op.takes is Takes.TWO else value
                where = json.dumps({"or": [{"field": name, "op": op.name, "value": values}]})
                answer = api("get", "tasks/", {"where": where, "limit": 1})
                assert answer.status_code in (200, 400), (name, op.name, value)
    assert len(seen) > 12


@pytest.mark.parametrize("brand", [*BAD, "#12"])
def test_a_link_that_no_text_can_name_is_refused_in_its_cell(workspace, member, client, brand):
    product = ProductFactory(workspace=workspace)
    url = reverse("workspaces:list_cells", args=[workspace.slug, "products"])
    change = {"pk": product.pk, "version": 1, "texts": {"brand": brand}}

    answer = client.post(url, json.dumps({"changes": [change]}), content_type="application/json")

    product.refresh_from_db()
    assert answer.status_code in (200, 422)
    assert answer.json().get("refused") or answer.json().get("words")
    assert (product.brand_id, product.version) == (None, 1)


def test_a_name_may_begin_like_an_id(workspace, member, client):
    brand, product = (
        BrandFactory(workspace=workspace, name="#one"),
        ProductFactory(workspace=workspace),
    )
    url = reverse("workspaces:list_cells", args=[workspace.slug, "products"])
    change = {"pk": product.pk, "version": 1, "texts": {"brand": "#One"}}

    client.post(url, json.dumps({"changes": [change]}), content_type="application/json")

    product.refresh_from_db()
    assert product.brand_id == brand.pk


@pytest.mark.parametrize("reason", ["a\x00b", "x" * 5_000, "=1+1"])
def test_a_reason_that_cannot_be_kept_breaks_nothing(workspace, client, reason):
    product = ProductFactory(workspace=workspace)
    slug = workspace.slug
    change = {"pk": product.pk, "version": 1, "texts": {"name": "Other"}}
    body = json.dumps({"changes": [change], "reason": reason})
    cells = client.post(
        reverse("workspaces:list_cells", args=[slug, "products"]),
        body,
        content_type="application/json",
    )
    bulk = client.post(
        reverse("workspaces:list_bulk", args=[slug, "products"]),
        {"pk": product.pk, "action": "set:tags", "value": "red", "reason": reason},
    )
    product.refresh_from_db()
    assert (cells.status_code, bulk.status_code) == (200, 302)
    assert (product.name, product.tags) == ("Other", "red")


@pytest.mark.parametrize("group", ["brand", "owner", "state"])
@pytest.mark.parametrize("key", ["a\x00", "²", "9" * 30, "-1", "True", "<script>"])
def test_a_column_that_is_none_has_no_cards(workspace, client, group, key):
    ProductFactory(workspace=workspace)
    url = reverse("workspaces:list_column", args=[workspace.slug, "products"])
    answer = client.get(url, {"group": group, "value": key, "after": "x", "layout": "board"})
    assert answer.status_code == 200
    assert b"board-card" not in answer.content.replace(b"board-cards", b"")
    assert b"<script>" not in answer.content


SCRIPT = '"><script>alert(1)</script>'


@pytest.mark.parametrize("layout", ["", "layout=board&group=custom.kind"])
def test_what_is_stored_is_text_on_every_row_whatever_it_looks_like(
    workspace, owner, client, layout
):
    add = create_field
    add(owner.actor, "products.product", label=SCRIPT, key="note", type="text")
    choice = [{"value": "a", "label": SCRIPT}]
    add(owner.actor, "products.product", label="Kind", key="kind", type="choice", options=choice)
    add(owner.actor, "products.product", label="Page", key="page", type="url")
    custom = {"note": SCRIPT, "kind": "a", "page": "javascript:alert(1)"}
    ProductFactory(workspace=workspace, name=SCRIPT, image_url="JavaScript:alert(1)", custom=custom)
    shown = "columns=custom.note,custom.kind,custom.page,image_url"

    for name in ("records", "list_rows"):
        page = client.get(
            f"{reverse(f'workspaces:{name}', args=[workspace.slug, 'products'])}?{shown}&{layout}",
            follow=True,
        )
        text = page.json()["html"] if name == "list_rows" else page.content.decode()
        assert page.status_code == 200
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text
        assert 'href="javascript:' not in text.lower()
