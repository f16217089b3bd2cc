"""The servers of a bench run: one cluster, the product and the floor beside each other on it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2

from pm_workspace.local.places import BASE_DIR
from pm_workspace.local.postgres import Postgres
from pm_workspace.local.processes import child_setup
from pm_workspace.local.valkey import Valkey

PROCESSES = 2


@contextmanager
def services(state: Path) -> Iterator[None]:
    """PostgreSQL as durable as in use, and Valkey, until the block ends."""
    postgres, valkey = Postgres(state), Valkey(state)
    postgres.create()
    running = [(postgres.start(), postgres), (valkey.start(), valkey)]
    try:
        yield
    finally:
        for process, server in reversed(running):
            process.send_signal(server.stop_signal)
            process.wait(30)


@contextmanager
def web(
    application: str, logs: Path, *, threads: int = 1
) -> Iterator[tuple[int, subprocess.Popen]]:
    """`application` under gunicorn with two processes; gives its port and process."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(256)
    port = door.getsockname()[1]
    words = [sys.executable, "-m", "gunicorn", application, "--bind", f"fd://{door.fileno()}"]
    words += ["--workers", str(PROCESSES), "--no-control-socket", "--timeout", "300"]
    # Both share what they load before they fork, as the product does in use.
    own = application.startswith("pm_workspace")
    words += ["--config", "python:pm_workspace.local.sharing"] if own else ["--preload"]
    if threads > 1:
        words += ["--worker-class", "gthread", "--threads", str(threads)]
    with (logs / f"{application.split('.')[-2]}.log").open("ab") as log:
        process = subprocess.Popen(
            words,
            cwd=BASE_DIR,
            env=os.environ,
            stdout=log,
            stderr=log,
            pass_fds=(door.fileno(),),
            preexec_fn=child_setup(signal.SIGTERM),
        )
    try:
        yield port, process
    finally:
        process.terminate()
        process.wait(30)
        door.close()


@contextmanager
def background(
    logs: Path, *, meaning: bool = False, door: socket.socket | None = None
) -> Iterator[list[subprocess.Popen]]:
    """The workers and the clock, as `make run` starts them; with `meaning`, the model's too.

    With a `door`, the web as well, out of the same process.
    """
    from pm_workspace.local import programs

    wanted = [programs.product(logs, door), *(programs.meaning(logs) if meaning else ())]
    running = [program.start() for program in wanted]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def first_answer(port: int, path: str) -> float:
    """Seconds until a server that was just started answers."""
    from tests.bench.load import Act, perform

    start = time.perf_counter()
    while True:
        try:
            perform(port, Act("GET", path, expect=(200, 302, 404)))
            return time.perf_counter() - start
        except OSError:
            time.sleep(0.01)


def megabytes(process: subprocess.Popen) -> list[float]:
    """Proportional memory of each worker process below a gunicorn master, in MB."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child.memory_full_info().pss / 1e6 for child in children]


def make_floor(sockets: Path) -> None:
    """The floor's own database, with as many products as the product has."""
    connection = psycopg2.connect(host=str(sockets), user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE floor")
    connection.close()
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command as c\n"
        "c('migrate', run_syncdb=True, verbosity=0)\n"
        "from django.contrib.auth.models import User\n"
        "User.objects.create_user('floor', password='correct horse battery')\n"
    )
    floor = {"DJANGO_SETTINGS_MODULE": "tests.bench.floor.settings"}
    subprocess.run([sys.executable, "-c", script], cwd=BASE_DIR, env=os.environ | floor, check=True)
    connection = psycopg2.connect(host=str(sockets), user="postgres", dbname="floor")
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO floor_brand (name) SELECT 'B' || n FROM generate_series(1, 200) n"
        )
        cursor.execute(
            "INSERT INTO floor_category (name) SELECT 'C' || n FROM generate_series(1, 300) n"
        )
        cursor.execute(
            """INSERT INTO floor_product
                   (name, handle, state, position, price, brand_id, category_id)
               SELECT 'Product ' || n * 7919 % 100000, 'product-' || n,
                   CASE WHEN n % 10 < 7 THEN 'live' ELSE 'ready' END, n, 10 + n % 190,
                   1 + n % 200, 1 + n % 300 FROM generate_series(1, 100000) n"""
        )
        cursor.execute("ANALYZE")
    connection.close()
