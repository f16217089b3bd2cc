"""One command starts everything, keeps it running and stops it; nothing done to it loses data."""

import os
import re
import socket
import subprocess
import sys
import time

import psutil
import redis
from django.conf import settings

from pm_workspace.local import forks
from pm_workspace.local.places import BASE_DIR, socket_dir
from tests.running import Running, gone, surroundings, until

NOTED = "CREATE TABLE noted AS SELECT 42 AS answer"
ASKED = "SELECT answer FROM noted"
PARTS = (
    "gunicorn",
    "people@",
    "celery beat",
    "meaning_worker",
    "valkey-server",
    "bin/postgres",
)


def whole(running: Running) -> bool:
    """Every part runs."""
    words = running.commands()
    return all(part in words for part in PARTS)


def test_ctrl_c_stops_every_process_and_the_next_start_is_quick(start):
    first = start("quick").ready()
    first.query(NOTED)
    everyone = first.children()
    assert first.answers() == 200

    assert first.stop() == 0
    assert "everything stopped" in first.said()
    assert gone(everyone)

    # Pid files that name another program, such as this one, are no obstacle, nor is it harmed.
    (first.state / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    (first.state / "valkey" / "valkey.pid").write_text(f"{os.getpid()}\n")
    (first.state / "log" / "product.pid").write_text(str(os.getpgid(0)))
    began = time.monotonic()
    second = start("quick").ready()
    assert time.monotonic() - began < 40  # 4 s on an idle machine; here other tests run beside it
    assert second.query(ASKED) == [(42,)]


def test_two_run_side_by_side_and_one_state_runs_once(start):
    one, other = start("one"), start("other")
    one.ready()
    other.ready()
    one.query(NOTED)

    assert one.port != other.port
    assert (one.answers(), other.answers()) == (200, 200)
    assert other.query("SELECT to_regclass('noted')") == [(None,)]

    again = start("one")
    assert again.process.wait(60) != 0
    assert "already runs" in again.said()
    assert one.answers() == 200


def test_whatever_is_killed_comes_back_and_the_data_is_there(start):
    running = start("killed").ready()
    running.query(NOTED)
    until(lambda: whole(running), 60, "all started")
    for part in PARTS:
        killed = running.child(part)
        killed.kill()
        until(lambda killed=killed: gone([killed]), 10, f"{part} is dead")
    until(lambda: whole(running), 60, "everything runs again")
    until(lambda: running.answers() == 200, 60, "the web answers")
    assert running.query(ASKED) == [(42,)]

    everyone = running.children()
    running.process.kill()
    running.process.wait()
    until(lambda: gone(everyone), 40, "the children of the killed supervisor left")

    second = start("killed").ready()
    second.kill_all()
    third = start("killed").ready()
    assert third.answers() == 200
    assert third.query(ASKED) == [(42,)]


def test_a_worker_that_seldom_has_something_to_do_comes_when_it_is_called_for(start):
    running = start("called").ready()
    until(lambda: whole(running), 60, "all started")
    assert not {"imports@", "outgoing@"} & set(running.commands().split())
    ring = "from workspaces.jobs.tasks import run_bulk_job as run; run.delay(0)"
    ring += "; from workspaces.webhooks.tasks import deliver_to; deliver_to.delay(0)"
    settled = "pm_workspace.settings"
    place = surroundings(PM_STATE=str(running.state), DJANGO_SETTINGS_MODULE=settled)
    words = f"import django; django.setup(); import pm_workspace.celery; {ring}"
    broker = redis.Redis(unix_socket_path=str(socket_dir(running.state) / "valkey.sock"))

    subprocess.run([sys.executable, "-c", words], cwd=BASE_DIR, env=place, check=True)

    for name in ("imports", "outgoing"):
        until(lambda name=name: f"{name}@" in running.commands(), 30, f"{name} has come")
    waiting = ("imports", "outgoing")
    until(
        lambda: not any(map(broker.llen, waiting)) and not broker.hlen("unacked"), 30, "it is done"
    )
    broker.close()


def test_a_second_child_goes_although_the_clock_goes_on_ringing(start):
    running = start("sparing", AUTOSCALE_KEEPALIVE="5").ready()
    ring = "from workspaces.jobs.tasks import look_round; [look_round.delay() for _ in range(200)]"
    place = surroundings(
        PM_STATE=str(running.state), DJANGO_SETTINGS_MODULE="pm_workspace.settings"
    )
    words = f"import django; django.setup(); import pm_workspace.celery; {ring}"

    def children() -> int:
        return len(re.findall(r"people@\S+:ForkPoolWorker", running.commands()))

    with subprocess.Popen([sys.executable, "-c", words], cwd=BASE_DIR, env=place):
        until(lambda: children() == 2, 60, "a second one helps")
    until(lambda: children() == 1, 60, "it has gone")


def test_who_is_called_stays_while_something_waits_or_is_done_and_then_goes(monkeypatch):
    monkeypatch.setattr(forks, "ASK_SECONDS", 0)
    monkeypatch.setattr(forks, "IDLE_SECONDS", 0)
    called = forks.Called("nobody-else", settings.CELERY_BROKER_URL)
    with redis.Redis.from_url(called._broker) as broker:
        assert not called(None)
        broker.lpush("nobody-else", "a letter")
        assert called(None)
        broker.delete("nobody-else")
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
            assert called(os.getpid())
            child.communicate(b"\n")
        assert not called(child.pid)
    monkeypatch.setattr(called, "_broker", "unix:///nowhere/valkey.sock")
    assert not called(None)


def test_a_port_that_is_taken_is_said_and_nothing_stays(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = start("taken", PORT=str(port))
        assert running.process.wait(60) != 0

    assert f"Port {port} is taken" in running.said()
    assert "Traceback" not in running.said()
    assert not [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(running.state) in " ".join(process.info["cmdline"] or [])
    ]


def test_the_command_is_listed_with_its_options():
    def told(*words: str) -> str:
        asked = [sys.executable, "manage.py", *words]
        return subprocess.run(asked, cwd=BASE_DIR, capture_output=True, text=True).stdout

    assert "    up\n" in told("help")
    for words in (["help", "up"], ["up", "--help"]):
        assert "--no-sample" in told(*words)
