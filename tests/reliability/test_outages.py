"""Processes die, the broker forgets, the database restarts: figures come late, never wrong."""

import contextlib
import json
import random
import time

import psutil
import redis

from pm_workspace.local.places import socket_dir
from tests.reliability.serving import Clients, Shop, script
from tests.running import gone, until

ALIVE = {200, 201}


def kill_workers(shop: Shop) -> None:
    """The workers with all their children, at once."""
    there = [name for name in ("people@", "outgoing@") if name in shop.running.commands()]
    for master in map(shop.running.child, there):
        for process in (*master.children(recursive=True), master):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def written(clients: Clients) -> int:
    return clients.statuses()[201]


def test_killed_workers_lose_no_figure(shop):
    """R1: the worker group is killed again and again while costs are changed."""
    with Clients(shop.add_cost) as clients:
        for _ in range(4):
            time.sleep(random.uniform(0.2, 1.2))
            kill_workers(shop)
            until(lambda: "people@" in shop.running.commands(), 30, "a new worker")

    assert written(clients) > 20
    assert set(clients.statuses()) <= {201}
    assert shop.settle() < 60
    shop.check_figures()


def test_killed_workers_leave_every_launch_as_ready_as_it_is(shop):
    """R1: 500 scores are worked out while the workers are killed; fifty times in the bench."""
    lines = json.loads(script(shop.running, "launches").splitlines()[-1])
    kills = 0
    with Clients(lambda number: shop.confirm(lines[number]), turns=len(lines)) as clients:
        while clients.busy() or kills < 5:
            time.sleep(random.uniform(0.05, 0.6))
            kill_workers(shop)
            kills += 1

    assert clients.statuses() == {200: len(lines)}
    assert shop.settle() < 60
    shop.check_readiness(len(lines))


def test_killed_web_processes_write_whole_changes_or_none(shop):
    """R2: what was acknowledged is there with its audit entry, and nothing half is."""
    before = shop.costs()
    with Clients(shop.add_cost, threads=8) as clients:
        for turn in range(8):
            time.sleep(random.uniform(0.1, 0.5))
            master = shop.running.child("gunicorn")
            victims = master.children() if turn % 4 else [master]
            for process in victims:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            until(lambda: shop.running.answers() == 200, 30, "the web answers")

    added = shop.costs() - before
    unknown = clients.statuses()[0]  # the connection broke: written or not, but never half
    assert written(clients) <= added <= written(clients) + unknown
    entries = shop.running.query(
        "SELECT count(*) FROM finance_costrecord c WHERE NOT EXISTS (SELECT FROM "
        "workspaces_activityevent a WHERE a.verb = 'cost.created' AND a.object_id = c.id)"
    )
    assert entries == [(0,)]
    shop.settle()
    shop.check_figures()


def test_a_broker_that_forgets_and_dies_delays_and_loses_nothing(shop):
    """R4: FLUSHALL, then kill -9, in the middle of changes."""
    broker = redis.Redis(unix_socket_path=str(socket_dir(shop.running.state) / "valkey.sock"))
    with Clients(shop.add_cost) as clients:
        time.sleep(0.5)
        broker.flushall()
        time.sleep(0.5)
        shop.running.child("valkey-server").kill()
        time.sleep(1)
    broker.close()

    assert set(clients.statuses()) == {201}
    assert shop.settle() < 60
    shop.check_figures()


def test_without_a_broker_pages_and_changes_go_on(shop):
    """R5: the broker is gone for a while; nobody is refused and nobody waits."""
    socket = socket_dir(shop.running.state) / "valkey.sock"
    with Clients(lambda _: shop.call("GET", "products/")[0], 2) as usual:
        time.sleep(2)
    broker = shop.running.child("valkey-server")
    broker.kill()
    until(lambda: gone([broker]), 10, "the broker is dead")
    socket.unlink(missing_ok=True)
    socket.mkdir()  # in the way of every new start
    try:
        with (
            Clients(lambda _: shop.call("GET", "products/")[0], 2) as readers,
            Clients(shop.add_cost, 2) as writers,
        ):
            time.sleep(4)
    finally:
        socket.rmdir()

    assert set(readers.statuses()) == {200}
    assert set(writers.statuses()) == {201}
    assert _p95(writers) < max(1.0, 4 * _p95(usual))
    until(socket.exists, 60, "the broker is back")
    assert shop.settle() < 60
    shop.check_figures()


def test_a_restart_of_the_database_is_a_friendly_503_and_no_more(shop):
    """D1: errors only while it is down; nothing acknowledged is lost."""
    before = shop.costs()

    def mixed(number: int) -> int:
        return shop.add_cost(number) if number % 2 else shop.call("GET", "products/")[0]

    with Clients(mixed, 8) as clients:
        time.sleep(1)
        shop.running.child("bin/postgres").send_signal(2)
        until(lambda: shop.running.answers() == 503, 10, "the database is down")
        until(lambda: shop.running.answers() == 200, 60, "the database is back")
        back = time.monotonic() + 1
        time.sleep(3)

    assert set(clients.statuses()) <= ALIVE | {503}
    assert set(clients.statuses(since=back)) <= ALIVE
    assert shop.costs() - before >= written(clients)
    shop.settle()
    shop.check_figures()


def _p95(clients: Clients) -> float:
    times = sorted(seconds for _, _, seconds in clients.answers)
    return times[int(len(times) * 0.95)]
