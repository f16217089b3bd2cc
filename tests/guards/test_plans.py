"""Hot pages on many rows: their statements use indexes; an act writes what it must, no more."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from finance.ledger.models import Order, OrderLine
from finance.metrics.recompute import recompute_all_sales
from products.catalog.models import Product
from tests.bench.filling import Size, fill
from workspaces.members.models import User

MANY = Size(products=30_000, orders=20_000, notes=20_000, customers=2_000, days=300)
BIG = 10_000  # rows from which reading a whole table is a fault
READINGS = """
INSERT INTO feedback_notereading (workspace_id, note_id, language, certainty, sentiment, words,
    model)
SELECT %(w)s, id, 'en', 0.9,
    CASE WHEN id %% 7 = 0 THEN NULL ELSE (id %% 200) / 100.0 - 1 END, '[]', 'x'
FROM feedback_note WHERE workspace_id = %(w)s
"""
WRITES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)\"?", re.IGNORECASE)


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker):
    """A workspace of many rows, made once for this file and taken away with it."""
    with django_db_blocker.unblock():
        workspace = fill(MANY, "plans")
        recompute_all_sales(workspace.pk)
        with connection.cursor() as cursor:
            cursor.execute(READINGS, {"w": workspace.pk})
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield workspace
        tables = connection.introspection.table_names()
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(t for t in tables if _ours(t))} CASCADE")


def _ours(table: str) -> bool:
    return table.startswith(("products_", "finance_", "feedback_", "workspaces_"))


@pytest.fixture
def browser(db, shop) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="owner@plans.example"))
    client.get("/w/plans/jobs/")  # the visit itself is noted once
    return client


PAGES = {
    "products": "/w/plans/products/",
    "products, filtered and sorted": "/w/plans/products/?state=live&sort=name",
    "products by revenue": "/w/plans/products/?sort=-net_revenue",
    "products found": "/w/plans/products/?q=29999",
    "orders": "/w/plans/orders/",
    "orders of a month": "/w/plans/orders/?from=2026-01-01&to=2026-01-31",
    "feedback": "/w/plans/feedback/",
    "feedback found": "/w/plans/feedback/?q=word996",
    "feedback by sentiment": "/w/plans/feedback/?by=board",
    "feedback of one sentiment": "/w/plans/feedback/?sentiment=negative",
    "inbox": "/w/plans/inbox/",
    "inbox, one sentiment": "/w/plans/inbox/?mood=negative",
    "inbox, unknown sentiment": "/w/plans/inbox/?mood=none",
    "inbox, one channel": "/w/plans/inbox/?channel=1",
    "inbox of all": "/w/plans/inbox/?state=all",
    "a product": "/w/plans/products/{product}/",
    "an order": "/w/plans/orders/{order}/",
}


@pytest.mark.parametrize("page", PAGES)
def test_no_hot_page_reads_a_big_table_through(browser, shop, page):
    url = PAGES[page].format(
        product=Product.objects.in_workspace(shop.pk).first().pk,
        order=Order.objects.in_workspace(shop.pk).first().pk,
    )
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    reads = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]
    assert reads
    faults = [
        f"{table}: {statement[:300]}"
        for statement in reads
        for table, rows in _read_through(statement)
        if rows > BIG
    ]
    assert faults == []


def _read_through(statement: str) -> list[tuple[str, int]]:
    """(table, its rows) of every sequential scan that the statement's plan has."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    found: list[str] = []
    _walk(plan[0]["Plan"], found)
    return [(table, _rows(table)) for table in found]


def _walk(node: dict, found: list[str]) -> None:
    """A scan below a limit alone stops after so many rows, as a capped count does."""
    if node["Node Type"] == "Seq Scan":
        found.append(node["Relation Name"])
    below = node.get("Plans", [])
    if node["Node Type"] == "Limit" and below[0]["Node Type"] == "Seq Scan":
        return
    for child in below:
        _walk(child, found)


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
        return cursor.fetchone()[0]


def writes_of(act) -> list[str]:
    """What an act writes, as “INSERT INTO table”, in order."""
    with CaptureQueriesContext(connection) as captured:
        response = act()
    assert response.status_code < 400, response.content[:300]
    found = (WRITES.match(query["sql"]) for query in captured)
    return [f"{match[1].upper()} {match[2]}" for match in found if match]


def test_an_edited_cell_writes_the_product_and_its_history(browser, shop):
    product = Product.objects.in_workspace(shop.pk).first()
    url = "/w/plans/records/products/cells/"
    typed = {"pk": product.pk, "version": product.version, "texts": {"name": "Renamed"}}
    act = {"changes": [typed]}
    written = writes_of(lambda: browser.post(url, act, content_type="application/json"))
    assert written == ["UPDATE products_product", "INSERT INTO workspaces_activityevent"]


def test_a_corrected_line_writes_line_order_history_and_one_mark(browser, shop):
    line = OrderLine.objects.in_workspace(shop.pk).first()
    url = f"/w/plans/orders/{line.order_id}/lines/{line.pk}/"
    act = {"seen_version": 1, "quantity": 9, "gross": "90", "discount": "0", "tax": "3"}
    assert sorted(writes_of(lambda: browser.post(url, act))) == [
        "INSERT INTO workspaces_activityevent",
        "INSERT INTO workspaces_stalemark",
        "UPDATE finance_order",
        "UPDATE finance_orderline",
    ]
