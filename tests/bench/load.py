"""Requests from outside, timed: one at a time, and eight at once."""

import http.client
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Act:
    """One request. `expect` are the answers that count as done."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    expect: tuple[int, ...] = (200, 204)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a point of the bench cost: milliseconds, and requests a second with eight clients."""

    p50: float
    p95: float
    rate: float = 0.0


def perform(port: int, act: Act) -> float:
    """Milliseconds until the whole answer was read. Raises AssertionError on another answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.perf_counter()
    try:
        connection.request(act.method, act.path, act.body, dict(act.headers))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    spent = (time.perf_counter() - start) * 1000
    if answer.status not in act.expect:
        raise AssertionError(f"{act.method} {act.path} answered {answer.status}: {body[:300]!r}")
    return spent


def timing(spent: list[float], rate: float = 0.0) -> Timing:
    """The median and the 95th percentile of some milliseconds."""
    return Timing(statistics.median(spent), statistics.quantiles(spent, n=20)[18], rate)


def measure(
    port: int, act: Callable[[int], Act], *, samples: int = 200, rate: bool = False
) -> Timing:
    """The median of three rounds, by p50."""
    for number in range(10):
        perform(port, act(number))
    rounds = sorted(
        (
            timing([perform(port, act(10 + turn * samples + n)) for n in range(samples)])
            for turn in range(3)
        ),
        key=lambda found: found.p50,
    )
    middle = rounds[1]
    return Timing(middle.p50, middle.p95, throughput(port, act) if rate else 0.0)


def throughput(port: int, act: Callable[[int], Act], *, count: int = 400) -> float:
    """Requests a second with eight clients."""
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda n: perform(port, act(100_000 + n)), range(count)))
    return count / (time.perf_counter() - start)
