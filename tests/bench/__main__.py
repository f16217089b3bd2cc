"""`make bench`: what everything costs, each figure beside its floor from the same run.

Not a test: nothing fails here. `ARGS="--small"` runs it on a tenth of the rows.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.table import Table
    from workspaces.members.models import Workspace


def main() -> int:
    """Fill a workspace, start both stacks and print the table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--small", action="store_true", help="a tenth of the rows")
    parser.add_argument("--quick", action="store_true", help="fewer requests a point")
    parser.add_argument(
        "--only",
        choices=[
            *("pages", "work", "memory", "search", "lists", "feedback", "roadmap", "launches"),
        ],
        help="one part of the figures",
    )
    options = parser.parse_args()
    state = Path(tempfile.mkdtemp(prefix="pmb-", dir=os.environ.get("BENCH_DIR")))
    state.chmod(0o711)
    os.environ["PM_STATE"] = str(state)
    from pm_workspace.local.places import socket_dir

    os.environ["FLOOR_SOCKETS"] = str(socket_dir(state))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pm_workspace.settings"
    from tests.bench.stack import services

    try:
        with services(state):
            _measure(state, options)
    finally:
        shutil.rmtree(state, ignore_errors=True)
    return 0


def _measure(state: Path, options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import feedback, launches, lists, pages, roadmap, search
    from tests.bench.filling import Size, fill
    from tests.bench.stack import make_floor
    from tests.bench.table import Table
    from workspaces.staleness.recompute import recompute_everything

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:5.0f} s] {text}", flush=True)

    began = time.monotonic()
    size = Size(10_000, 40_000, 2.5, 10_000, 6_000) if options.small else Size()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    say(f"filling: {size.products:,} products, {size.orders * size.lines_an_order:,.0f} lines")
    if options.only in ("search", "feedback", "roadmap", "launches"):
        size = Size(100, 400, 2.5, 100, 60)
    if options.only == "lists":
        size = Size(size.products, 400, 2.5, 100, 60)
    workspace = fill(size)
    recompute_everything(workspace.pk, "bench")
    make_floor(Path(os.environ["FLOOR_SOCKETS"]))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    say("filled; measuring")
    logs = state / "log"
    table = Table()
    table.head()
    if options.only in (None, "pages"):
        with table.part("", "pages and calls"):
            pages.Bench(workspace, table, logs, quick=options.quick).run()
    _work(workspace, table, state, options)
    if options.only in (None, "search"):
        with table.part("G5", "search"):
            search.run(table, logs)
    if options.only in (None, "lists"):
        with table.part("", "lists at size"):
            lists.run(workspace, table)
    if options.only in (None, "feedback"):
        with table.part("", "feedback"):
            feedback.run(table, logs, small=options.small, quick=options.quick)
    if options.only in (None, "roadmap"):
        with table.part("", "the roadmap at size"):
            roadmap.run(workspace, table, quick=options.quick)
    if options.only in (None, "launches"):
        with table.part("", "launches at size"):
            launches.run(workspace, table, quick=options.quick)
    table.close()
    say("done")


def _work(workspace: "Workspace", table: "Table", state: Path, options: argparse.Namespace) -> None:
    from tests.bench import usage, work

    logs = state / "log"
    if options.only in (None, "work"):
        with table.part("G8", "full recompute"):
            work.recompute(workspace, table)
        with table.part("G9", "commit to fresh figure"):
            work.fresh_figures(workspace, table, logs)
        with table.part("G7", "import of order lines"):
            rows = 100_000 if options.small else 1_000_000
            work.importing(workspace, table, state, logs, rows)
    if options.only in (None, "work", "memory"):
        with table.part("", "memory of the whole stack"):
            usage.whole_stack(workspace, table, logs)


if __name__ == "__main__":
    sys.exit(main())
