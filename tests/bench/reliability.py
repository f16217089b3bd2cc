"""Counts of what survived: the reliability figures, at full length, from a running shop.

`python -m tests.bench.reliability` kills and restarts for some minutes and prints one row a
promise. Shorter turns of the same acts are tests.
"""

import contextlib
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import redis

from pm_workspace.local.places import socket_dir
from tests.reliability.serving import FIGURES, READY, UNLIKE, Clients, Shop, script
from tests.running import Running, until

Row = tuple[str, str, str]


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def outcome(shop: Shop, before: int, clients: Clients) -> str:
    """Acknowledged, missing, wrong and how long the figures took."""
    statuses = clients.statuses()
    added = shop.costs() - before
    seconds = shop.settle(120)
    kept = shop.running.query(FIGURES)
    script(shop.running, "recompute")
    right = "equal" if shop.running.query(FIGURES) == kept else "DIFFERENT"
    missing = max(0, statuses[201] - added)
    others = {status: times for status, times in statuses.items() if status not in (200, 201)}
    return (
        f"{statuses[201]} acknowledged, {missing} missing, figures {right} after {seconds:.1f} s; "
        f"other answers: {others or 'none'}"
    )


def worker_kills(shop: Shop, times: int) -> None:
    for _ in range(times):
        time.sleep(random.uniform(0.1, 1.0))
        master = shop.running.child("people@")
        kill([*master.children(recursive=True), master])


def launch_kills(running: Running, shop: Shop, lines: list[int], times: int) -> Row:
    """Workers die while as many scores as there are launches are worked out."""
    with Clients(lambda number: shop.confirm(lines[number % len(lines)]), threads=2) as clients:
        worker_kills(shop, times)
        until(lambda: len(clients.answers) >= len(lines), 300, "every launch was changed")
    seconds = shop.settle(120)
    unlike = running.query(UNLIKE)[0][0]
    kept = running.query(READY)
    script(running, "recompute")
    right = "equal" if running.query(READY) == kept else "DIFFERENT"
    said = f"{len(kept) - int(str(unlike))} of {len(kept)} right, {right} after {seconds:.1f} s"
    return ("R1", f"worker group killed {times} times under 500 launches", said)


def launch_ages(running: Running, shop: Shop, lines: list[int]) -> Row:
    """How long after somebody judged a line the score of its launch says so."""
    spent = []
    for line in lines:
        began = time.monotonic()
        shop.confirm(line, "failed")
        until(lambda: not shop.marks(), 60, "the score is worked out")
        spent.append(time.monotonic() - began)
    median, late = (sorted(spent)[int(share * (len(spent) - 1))] for share in (0.5, 0.95))
    wrong = int(str(running.query(UNLIKE)[0][0]))
    said = f"score right after {median:.2f} s (p50), {late:.2f} s (p95, ≤ 2 s); {wrong} wrong"
    return ("R1", f"one line judged, {len(lines)} times", said)


def web_kills(shop: Shop, times: int) -> None:
    for turn in range(times):
        time.sleep(random.uniform(0.1, 0.6))
        master = shop.running.child("gunicorn")
        kill(master.children() if turn % 5 else [master])
        until(lambda: shop.running.answers() == 200, 60, "the web answers")


def broker_deaths(shop: Shop, times: int) -> None:
    for _ in range(times):
        time.sleep(1)
        socket = socket_dir(shop.running.state) / "valkey.sock"
        with contextlib.suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(socket)).flushall()
        kill([shop.running.child("valkey-server")])


def database_restarts(shop: Shop, times: int) -> None:
    for _ in range(times):
        time.sleep(1)
        shop.running.child("bin/postgres").send_signal(2)
        until(lambda: shop.running.answers() == 503, 10, "the database is down")
        until(lambda: shop.running.answers() == 200, 60, "the database is back")


ACTS: list[tuple[str, str, Callable[[Shop, int], None], int, int]] = [
    ("R1", "worker group killed {} times", worker_kills, 50, 5),
    ("R2", "web processes killed {} times under 8 writers", web_kills, 100, 8),
    ("R4", "broker emptied and killed {} times", broker_deaths, 10, 2),
    ("D1", "database restarted {} times under 8 writers", database_restarts, 5, 1),
]


def measure(*, small: bool = False) -> list[Row]:
    """One row a promise: its name, what was done, what came of it."""
    place = Path(tempfile.mkdtemp(prefix="pmr-"))
    place.chmod(0o711)
    running = Running(place / "shop", API_REQUESTS_PER_MINUTE="1000000")
    rows: list[Row] = []
    try:
        running.ready()
        shop = Shop(running, **json.loads(script(running, "make").splitlines()[-1]))
        for name, done, act, many, few in ACTS:
            times, before = few if small else many, shop.costs()
            with Clients(shop.add_cost, threads=8) as clients:
                act(shop, times)
            rows.append((name, done.format(times), outcome(shop, before, clients)))
            print("  ".join(rows[-1]), flush=True)
        lines = json.loads(script(running, "launches").splitlines()[-1])
        rows.append(launch_kills(running, shop, lines, 5 if small else 50))
        print("  ".join(rows[-1]), flush=True)
        rows.append(launch_ages(running, shop, lines[: 10 if small else 100]))
        print("  ".join(rows[-1]), flush=True)
    finally:
        running.stop()
        shutil.rmtree(place, ignore_errors=True)
    return rows


if __name__ == "__main__":
    measure(small="--small" in sys.argv)
