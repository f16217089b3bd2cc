"""A filter or order by a custom field reads an index, not the table."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from products.catalog.models import Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.fields import recompute, services
from workspaces.fields.models import CustomField
from workspaces.fields.queries import expression_of, holds
from workspaces.fields.tasks import index_all, index_fields
from workspaces.lists.listing import KindList
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCT = "products.product"
ROWS = 12_000
FIELDS = {
    "effort": FieldType.NUMBER,
    "due": FieldType.DAY,
    "stage": FieldType.CHOICE,
    "sizes": FieldType.CHOICES,
    "buyer": FieldType.PERSON,
    "vegan": FieldType.YES_NO,
}


@pytest.fixture
def shop(owner):
    for key, type in FIELDS.items():
        options = [f"c{n}" for n in range(100)] if type.startswith("choice") else []
        services.create_field(owner.actor, PRODUCT, label=key, type=type.value, options=options)
    first = date(2020, 1, 1)
    rows = [
        Product(
            workspace=owner.workspace,
            handle=f"p-{n}",
            name=f"P {n}",
            custom={
                "effort": n,
                "due": (first + timedelta(days=n)).isoformat(),
                "stage": f"c{n % 100}",
                "sizes": [f"c{n % 100}"],
                "buyer": n % 100 + 1,
                "vegan": n % 500 == 0,
            },
        )
        for n in range(ROWS)
    ]
    Product.objects.bulk_create(rows, batch_size=2_000)
    index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_product")
    return owner


def typed(rows, key):
    return rows.alias(value=expression_of(key))


QUESTIONS = {
    "a number within limits": lambda rows: typed(rows, "effort").filter(
        value__gte=500, value__lt=550
    ),
    "a day within limits": lambda rows: typed(rows, "due").filter(
        value__gte="2021-01-01", value__lte="2021-01-31"
    ),
    "one of some choices": lambda rows: typed(rows, "stage").filter(value__in=["c7", "c9"]),
    "a person": lambda rows: typed(rows, "buyer").filter(value=7),
    "yes": lambda rows: typed(rows, "vegan").filter(value=True),
    "has a choice": lambda rows: rows.filter(holds("sizes", ["c7"])),
    "a choice over the API": lambda rows: rows.filter(holds("stage", "c7")),
    "lowest first": lambda rows: typed(rows, "effort").order_by("value", "pk")[:50],
    "highest first, of those that have one": lambda rows: (
        typed(rows, "effort").filter(custom__has_key="effort").order_by("-value", "-pk")[:50]
    ),
    "the next page": lambda rows: (
        typed(rows, "effort").filter(value__gte=9_000).order_by("value", "pk")[:50]
    ),
    "earliest first": lambda rows: typed(rows, "due").order_by(F("value").asc(), "pk")[:50],
}


def plan_of(rows):
    return json.dumps(json.loads(rows.explain(format="json")))


def test_the_indexes_are_asked(shop):
    rows = Product.objects.in_workspace(shop.workspace.pk)
    faults = {}
    for name, ask in QUESTIONS.items():
        plan = plan_of(ask(rows))
        if "Seq Scan" in plan or '"cf_' not in plan:
            faults[name] = plan
    assert faults == {}
    assert sorted(QUESTIONS["a number within limits"](rows).values_list("name", flat=True)) == [
        f"P {n}" for n in range(500, 550)
    ]
    assert rows.filter(holds("stage", "c7")).count() == ROWS // 100


@pytest.mark.parametrize(
    "asked",
    [
        {"where": '{"and":[{"field":"custom.effort","op":"between","value":[500,540]}]}'},
        {"where": '{"and":[{"field":"custom.due","op":"is","value":"2021-01-31"}]}'},
        {"where": '{"and":[{"field":"custom.stage","op":"is","value":["c7"]}]}'},
        {"sort": "custom.effort"},
        {"sort": "-custom.due"},
    ],
)
def test_a_list_by_a_custom_field_reads_an_index(shop, asked):
    query = QueryDict(mutable=True)
    query.update(asked)
    listing = KindList(KINDS[PRODUCT], shop.actor, query)
    with CaptureQueriesContext(connection) as captured:
        assert listing.page.rows
    statements = [q["sql"] for q in captured if '"products_product"' in q["sql"]]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "cf_" in plan, plan
            assert "Seq Scan on products_product" not in plan, plan


def test_an_index_follows_its_field(shop):
    field = CustomField.objects.in_workspace(shop.workspace.pk).get(key="effort")
    assert recompute.index_kind(shop.workspace.pk, PRODUCT) == []
    assert indexes(field) == {f"cf_{field.pk}_value"}
    actor = Actor(shop.user, shop.workspace, Role.OWNER)
    services.change_field(actor, field.pk, seen_version=1, type=FieldType.LONG_TEXT.value)
    assert indexes(field) == set()
    index_fields(field.pk)
    assert indexes(field) == set()
    services.change_field(actor, field.pk, seen_version=2, type=FieldType.NUMBER.value)
    index_fields(field.pk)
    assert indexes(field) == {f"cf_{field.pk}_value"}
    services.retire_field(actor, field.pk, seen_version=3)
    index_fields(field.pk)
    assert indexes(field) == set()


def indexes(field):
    return set(recompute._indexes(field, "products_product"))


def test_a_small_workspace_makes_none(owner):
    services.create_field(owner.actor, PRODUCT, label="Effort", type="number")
    assert recompute.index_kind(owner.workspace.pk, PRODUCT) == []
