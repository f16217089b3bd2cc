"""At many rows the statements of a search use their indexes, and their number stays what it is."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.filling import Size, fill
from workspaces.members.models import User
from workspaces.search.recompute import recompute_all_entries
from workspaces.staleness.models import StaleMark

pytestmark = pytest.mark.django_db
MANY = Size(products=12_000, orders=3_000, notes=15_000, customers=500, days=100)
BIG = 2_500


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker):
    """A workspace of many rows with its entries, taken away again with this file."""
    with django_db_blocker.unblock():
        workspace = fill(MANY, "found")
        recompute_all_entries(workspace.pk)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield workspace
        ours = ("products_", "finance_", "feedback_", "workspaces_")
        tables = [t for t in connection.introspection.table_names() if t.startswith(ours)]
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


@pytest.mark.parametrize(
    "typed", ["PRODUCT-777", "word996", "steel boots", "steal botts 42", "B1234", "purple word996"]
)
def test_no_search_reads_a_big_table_through(shop, typed):
    client = Client()
    client.force_login(User.objects.get(email="owner@found.example"))
    client.get("/w/found/search/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/w/found/search/", {"q": typed})
    assert page.context["groups"], typed
    reads = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]
    faults = [
        f"{table}: {statement[:200]}"
        for statement in reads
        for table in _read_through(statement)
        if _rows(table) > BIG
    ]
    assert faults == []
    assert len(captured) <= 20


def test_whole_kinds_are_compared_without_writing_what_agrees(shop):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(updated_at) FROM workspaces_searchentry")
        before = cursor.fetchone()
    recompute_all_entries(shop.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(updated_at) FROM workspaces_searchentry")
        assert cursor.fetchone() == before
    assert before[0] > MANY.products + MANY.notes
    assert not StaleMark.objects.filter(topic="search").exists()


def _read_through(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    found: list[str] = []
    _walk(plan[0]["Plan"], found)
    return found


def _walk(node: dict, found: list[str]) -> None:
    """A scan right below a limit stops there, as a capped count does."""
    below = node.get("Plans", [])
    if node["Node Type"] == "Seq Scan":
        found.append(node["Relation Name"])
    if node["Node Type"] == "Limit" and below[0]["Node Type"] == "Seq Scan":
        return
    for child in below:
        _walk(child, found)


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
        return cursor.fetchone()[0]
