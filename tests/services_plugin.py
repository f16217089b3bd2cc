"""A throw-away PostgreSQL and Valkey for a test run, started once and shared by its workers.

Loaded with `-p`, because the settings are read before any conftest. With DATABASE_URL set, the
servers it names are used instead.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

SHARED = "PM_TEST_STATE"
_own: Path | None = None

if not os.environ.get("DATABASE_URL") and not os.environ.get(SHARED):
    _memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    _own = Path(tempfile.mkdtemp(prefix="pmt-", dir=_memory))
    _own.chmod(0o711)  # a server that may not run as root still has to pass through
    os.environ[SHARED] = os.environ["PM_STATE"] = str(_own)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs an event loop

_running: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
_seconds = 0.0


def pytest_configure(config: pytest.Config) -> None:
    global _seconds
    if _own is None:
        return
    from pm_workspace.local.postgres import Postgres
    from pm_workspace.local.valkey import Valkey

    start = time.monotonic()
    postgres, valkey = Postgres(_own, durable=False), Valkey(_own, durable=False)
    postgres.create()
    for server in (postgres, valkey):
        _running.append((server.start(), server.stop_signal))
    _seconds = time.monotonic() - start


def pytest_report_header() -> str:
    if _own is None:
        return "services: those of the environment"
    return f"services: throw-away PostgreSQL and Valkey, started in {_seconds:.1f} s"


def pytest_unconfigure() -> None:
    for process, stop in _running:
        process.send_signal(stop)
    for process, _ in _running:
        process.wait(15)
    if _own is not None and _running:
        shutil.rmtree(_own, ignore_errors=True)
    _running.clear()
