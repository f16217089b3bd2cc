"""One prepared state that tests copy, and a way to start it that always stops it again."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import Running, copy_state


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder in memory: the disk is not what these tests are about."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    place = Path(tempfile.mkdtemp(prefix="pml-", dir=memory))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def prepared(folder: Path) -> Path:
    """The state after a first start and a stop."""
    first = Running(folder / "first").ready()
    assert first.stop() == 0
    return first.state


@pytest.fixture
def start(folder: Path, prepared: Path) -> Iterator[Callable[..., Running]]:
    """Start a copy of the prepared state, or again what stands under this name."""
    started: list[Running] = []

    def begin(name: str, **environment: str) -> Running:
        state = folder / name
        if not state.exists():
            copy_state(prepared, state)
        started.append(Running(state, **environment))
        return started[-1]

    yield begin
    for running in started:
        running.stop()
        shutil.rmtree(running.state, ignore_errors=True)
