"""Searching in tests: the relay tells, and entries are worked out, as workers do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as house
from django.db import connection

from pm_workspace.local.places import BASE_DIR
from workspaces.audit.relay import relay_next
from workspaces.search import meaning
from workspaces.search.finding import search
from workspaces.search.model import missing_parts
from workspaces.search.recompute import TOPIC
from workspaces.staleness.recompute import recompute_everything, recompute_next


@pytest.fixture
def settle() -> Callable[[], None]:
    """Do what the workers do after commits."""

    def work() -> None:
        while relay_next():
            pass
        while recompute_next([TOPIC]):
            pass

    return work


@pytest.fixture
def indexed() -> Callable[[object], None]:
    """Work out every entry of a workspace anew."""
    return lambda workspace: recompute_everything(workspace.pk, "test")


@pytest.fixture
def found() -> Callable[..., list[str]]:
    """The names of what a member finds, best first."""

    def find(someone, text, **options) -> list[str]:
        groups = search(someone.actor, text, **options)
        return [row.record.label for group in groups for row in group.rows]

    return find


@pytest.fixture(scope="session")
def meaning_socket(django_db_setup, tmp_path_factory) -> Iterator[str]:
    """A real meaning worker on this run's database. Skips where the model is not installed."""
    if missing := missing_parts():
        pytest.skip(f"the language model is not installed: {', '.join(missing)}")
    path = f"{house.SOCKETS}/meaning-{os.getpid()}.sock"
    log = tmp_path_factory.mktemp("meaning") / "log"
    words = [sys.executable, "-m", "workspaces.search.meaning_worker", "--socket", path]
    words += ["--database", connection.settings_dict["NAME"]]
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=BASE_DIR, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 90
        while not os.path.exists(path):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield path
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def with_meaning(meaning_socket, settings, monkeypatch) -> Callable[[object], None]:
    """Meaning is on. Called with a workspace, it waits until all of it has a meaning."""
    settings.MEANING_SOCKET = meaning_socket
    monkeypatch.setattr(meaning, "PATIENCE_SECONDS", 20)
    monkeypatch.setattr(meaning.near, "__kwdefaults__", {"of": None, "patience": 20})

    def wait(workspace) -> None:
        deadline = time.monotonic() + 90
        while meaning.waiting(workspace.pk):
            assert time.monotonic() < deadline, "meanings were not worked out"
            time.sleep(0.05)

    return wait
