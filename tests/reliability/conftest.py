"""A shop that really runs: web, workers, clock, database and broker under their supervisor."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.serving import Shop, script
from tests.running import Running


@pytest.fixture(scope="session")
def running_shop() -> Iterator[Shop]:
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    place = Path(tempfile.mkdtemp(prefix="pmr-", dir=memory))
    place.chmod(0o711)
    running = Running(place / "shop", API_REQUESTS_PER_MINUTE="1000000")
    try:
        running.ready(240)
        yield Shop(running, **json.loads(script(running, "make").splitlines()[-1]))
    finally:
        running.stop()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def shop(running_shop: Shop) -> Iterator[Shop]:
    """The same shop for every test: it must be whole again after each."""
    running_shop.settle()
    yield running_shop
    running_shop.settle()
