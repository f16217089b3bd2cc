"""What background work costs: import (G7), full recompute (G8), commit to fresh figure (G9)."""

import csv
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.db import connection, transaction
from django.db.models import F

from finance.ledger.models import OrderLine
from finance.metrics.recompute import recompute_all_sales
from pm_workspace.local.places import BASE_DIR
from products.catalog.models import Variant
from tests.bench.load import timing
from tests.bench.machine import watched
from tests.bench.stack import background
from tests.bench.table import Line, Table
from workspaces.members.models import Workspace
from workspaces.staleness.services import mark_stale

BURST, EDITORS = 1_000, 4
QUEUE_FLOOR_MS = 2.7  # publish to task start on an idle broker, measured with the parts alone
HEADER = ["Order number", "Line", "Placed at", "SKU", "Quantity", "Unit price", "Currency"]

BARE_ROLLUP = """
CREATE TEMP TABLE bare ON COMMIT DROP AS
SELECT m.*, m.units * l.amount AS cogs, m.units * f.amount AS fulfilment, m.units * p.amount AS paid
FROM (
    SELECT day, variant_id, channel_id, market_id, account_id, currency, sum(units) AS units,
        sum(gross) AS gross, sum(discount) AS discounts, sum(tax) AS tax,
        sum(back) AS refunded_units, sum(refunded) AS refunded, sum(came) AS returned_units,
        sum(returned) AS returned
    FROM (
        SELECT day, variant_id, channel_id, market_id, account_id, currency, quantity AS units,
            gross, discount, tax, 0 AS back, 0 AS refunded, 0 AS came, 0 AS returned
        FROM finance_orderline WHERE workspace_id = %(w)s AND counts
        UNION ALL
        SELECT day, variant_id, channel_id, market_id, account_id, currency, 0, 0, 0, 0, quantity,
            amount, 0, 0
        FROM finance_refund WHERE workspace_id = %(w)s AND deleted_at IS NULL
        UNION ALL
        SELECT ordered_day, variant_id, channel_id, market_id, account_id, currency, 0, 0, 0, 0, 0,
            0, quantity, amount
        FROM finance_refund WHERE workspace_id = %(w)s AND deleted_at IS NULL
    ) parts GROUP BY 1, 2, 3, 4, 5, 6
) m
LEFT JOIN finance_costrecord l ON l.variant_id = m.variant_id AND l.kind = 'landed'
LEFT JOIN finance_costrecord f ON f.variant_id = m.variant_id AND f.kind = 'fulfilment'
LEFT JOIN finance_costrecord p ON p.variant_id = m.variant_id AND p.kind = 'payment'
"""


def recompute(workspace: Workspace, table: Table) -> None:
    """G8: everything anew, over one statement that only aggregates and stores the same facts."""
    recompute_all_sales(workspace.pk)  # the first time fills the table, and is an import's price
    with watched() as watch:
        ours = _seconds(lambda: recompute_all_sales(workspace.pk))
        bare = _seconds(lambda: _aggregate(workspace))
    what = "full recompute over the bare statement"
    why = "Ours looks costs up by their days, converts, and compares every row with what is there."
    table.add(Line("G8", what, ours * 1000, bare * 1000, 1.3, foreign=watch.foreign, why=why))


def _aggregate(workspace: Workspace) -> None:
    """The same measures of the same rows in one statement, stored in a table without any index."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'")
        cursor.execute(BARE_ROLLUP, {"w": workspace.pk})


def _seconds(act: object) -> float:
    """The middle of three turns."""
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        act()  # type: ignore[operator]
        spent.append(time.perf_counter() - start)
    return sorted(spent)[1]


def fresh_figures(workspace: Workspace, table: Table, logs: Path) -> None:
    """G9: from an edit's commit until the rollup shows it, at rest and in a burst."""
    with background(logs):
        time.sleep(8)
        with watched() as watch:
            at_rest = timing([edit_and_wait(workspace, n) for n in range(60)])
        what, floor = "commit to fresh figure: p95", QUEUE_FLOOR_MS
        why = "The bell through Valkey, the mark's lock, a rollup, and its product's 90 days."
        table.add(Line("G9", what, at_rest.p95, floor, 20, foreign=watch.foreign, why=why))
        _burst(workspace, table)


def edit_and_wait(workspace: Workspace, number: int) -> float:
    """Milliseconds from the commit of an edit until its day is right."""
    line = (
        OrderLine.objects.in_workspace(workspace.pk).order_by("-id")[number * 17 : number * 17 + 1]
    ).get()
    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.perf_counter()))  # before the bell
        OrderLine.objects.filter(pk=line.pk).update(quantity=F("quantity") + 1)
        mark_stale(workspace.pk, "sales", [f"variant:{line.variant_id}"], "bench edit")
    start = committed[0]
    deadline = start + 120
    while time.perf_counter() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT sum(units) FROM finance_dailysales WHERE workspace_id = %(w)s "
                "AND variant_id = %(v)s) = (SELECT sum(quantity) FROM finance_orderline "
                "WHERE workspace_id = %(w)s AND variant_id = %(v)s AND counts)",
                {"w": workspace.pk, "v": line.variant_id},
            )
            if cursor.fetchone()[0]:
                return (time.perf_counter() - start) * 1000
        time.sleep(0.002)
    raise AssertionError("the figure never became fresh")


def _burst(workspace: Workspace, table: Table) -> None:
    """Many edits of lines of 100 products, a mark each, by four people; timed from the last."""
    variants = list(
        Variant.objects.in_workspace(workspace.pk).order_by("pk").values_list("pk", flat=True)[:100]
    )

    def edit(share: int) -> None:
        try:
            for number in range(share, BURST, EDITORS):
                variant = variants[number % 100]
                with transaction.atomic():
                    first = OrderLine.objects.in_workspace(workspace.pk).filter(variant=variant)
                    OrderLine.objects.filter(pk__in=first.values("pk")[:1]).update(
                        quantity=F("quantity") + 1
                    )
                    mark_stale(workspace.pk, "sales", [f"variant:{variant}"], "bench burst")
        finally:
            connection.close()

    began = time.perf_counter()
    editors = [threading.Thread(target=edit, args=[share]) for share in range(EDITORS)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    start = time.perf_counter()
    while time.perf_counter() - start < 60:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT EXISTS (SELECT 1 FROM workspaces_stalemark WHERE workspace_id = %s)",
                [workspace.pk],
            )
            if cursor.fetchone()[0]:
                break
        time.sleep(0.01)
    spent = time.perf_counter() - start
    rate = BURST / (start - began)
    table.add(Line("G9", f"fresh after {BURST:,} edits at {rate:,.0f}/s", spent, None, 1, "s"))


def importing(workspace: Workspace, table: Table, folder: Path, logs: Path, rows: int) -> None:
    """G7: a file of orders, end to end, over COPY into a staging table and a typed insert.

    The workers run meanwhile, as in use, and somebody goes on editing.
    """
    path = folder / "orders.csv"
    _orders_file(workspace, path, rows)
    bare = rows / _copy_and_insert(path)
    with watched() as watch, background(logs), _edits_meanwhile(workspace) as waits:
        start = time.perf_counter()
        peak = _import(workspace, path)
        ours = rows / (time.perf_counter() - start)
    seen = {"foreign": watch.foreign}
    what = f"import of {rows:,} order lines"
    why = (
        "A row is read, checked in SQL twice, compared with what is there, and written with its "
        "order into twelve indexes; five keys a row are checked, which alone takes over a quarter."
    )
    table.add(Line("G7", what, ours, bare, 0.25, "rows/s", at_least=True, why=why, **seen))
    table.add(Line("G7", "memory of the importing process", peak, None, 400, "MB"))
    if len(waits) > 2:
        during = timing(waits)
        what = "an edit's figure during the import: p95"
        table.add(Line("", what, during.p95, None, 2_000, **seen))


def _orders_file(workspace: Workspace, path: Path, rows: int) -> None:
    skus = list(
        Variant.objects.in_workspace(workspace.pk)
        .order_by("pk")
        .values_list("sku", flat=True)[:20_000]
    )
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(
                (
                    f"I{number // 2}",
                    number % 2 + 1,
                    f"2026-0{1 + number // 2 % 8}-1{number // 2 % 10}",
                    skus[number * 7919 % len(skus)],
                    1 + number % 3,
                    f"{5 + number % 90}.50",
                    "EUR",
                )
            )


def _copy_and_insert(path: Path) -> float:
    """Seconds of what no importer can do without: COPY as text, cast, look the SKU up, insert."""
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        columns = ", ".join(f"c{n} text" for n in range(len(HEADER)))
        cursor.execute(f"CREATE UNLOGGED TABLE bare_stage ({columns})")
        with path.open() as file:
            cursor.copy_expert("COPY bare_stage FROM STDIN CSV HEADER", file)
        cursor.execute(
            "CREATE TABLE bare_lines (id bigserial PRIMARY KEY, number text, line int, day date, "
            "variant bigint, quantity int, price numeric(14,4), currency text)"
        )
        cursor.execute("CREATE INDEX ON bare_lines (variant, day)")
        cursor.execute(
            "INSERT INTO bare_lines (number, line, day, variant, quantity, price, currency) "
            "SELECT c0, c1::int, c2::date, v.id, c4::int, c5::numeric, c6 "
            "FROM bare_stage JOIN products_variant v ON v.sku = c3 "
            "WHERE c4 ~ '^[0-9]+$' AND c5 ~ '^[0-9.]+$'"
        )
        spent = time.perf_counter() - start
        cursor.execute("DROP TABLE bare_stage, bare_lines")
    return spent


def _import(workspace: Workspace, path: Path) -> float:
    """Run the terminal's importer in a process of its own; its peak memory in MB."""
    words = [sys.executable, "manage.py", "import_data", "orders", str(path)]
    words += ["--workspace", workspace.slug]
    process = subprocess.Popen(words, cwd=BASE_DIR, env=os.environ, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        try:
            peak = max(peak, psutil.Process(process.pid).memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.1)
    if process.wait():
        raise AssertionError("the import failed")
    return peak


@contextmanager
def _edits_meanwhile(workspace: Workspace) -> Iterator[list[float]]:
    """Somebody edits orders again and again while the block runs; how long each figure took, ms."""
    waits: list[float] = []
    stop = threading.Event()

    def keep_editing() -> None:
        number = 100
        try:
            while not stop.wait(0.5):
                waits.append(edit_and_wait(workspace, number))
                number += 1
        finally:
            connection.close()

    thread = threading.Thread(target=keep_editing)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()
