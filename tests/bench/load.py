"""Requests from outside, timed: one at a time, and eight at once; ours and the floor's by turns."""

import http.client
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.bench.machine import CALM, cpu_seconds, wait_for_calm, watched

ROUNDS, AGAIN = 3, 2


@dataclass(frozen=True, slots=True)
class Act:
    """One request. `expect` are the answers that count as done."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    expect: tuple[int, ...] = (200, 204)


@dataclass(frozen=True, slots=True)
class Server:
    """Where to send requests, and the process whose children answer them."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Timing:
    """What a point of the bench cost.

    Milliseconds of waiting, CPU milliseconds of the web processes a request, requests a second with
    eight clients, and the share of the machine that others used meanwhile.
    """

    p50: float
    p95: float
    cpu: float = 0.0
    rate: float = 0.0
    foreign: float = 0.0


Making = Callable[[int], Act]


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


def timing(spent: list[float], cpu: float = 0.0, foreign: float = 0.0) -> Timing:
    """The median and the 95th percentile of some milliseconds."""
    p95 = statistics.quantiles(spent, n=20)[18]
    return Timing(statistics.median(spent), p95, cpu, foreign=foreign)


def _round(server: Server, act: Making, first: int, samples: int) -> Timing:
    with watched() as watch:
        before = cpu_seconds(server.pid)
        spent = [perform(server.port, act(first + number)) for number in range(samples)]
        cpu = (cpu_seconds(server.pid) - before) / samples * 1000
    return timing(spent, cpu, watch.foreign)


def beside(
    ours: tuple[Server, Making],
    floor: tuple[Server, Making],
    *,
    samples: int = 200,
    rate: bool = False,
    again: int = AGAIN,
) -> tuple[Timing, Timing]:
    """Both sides by turns, and of each the middle round by p50.

    A pair of rounds that others disturbed is taken again, at most `again` times.
    """
    sides = (ours, floor)
    for server, act in sides:
        for number in range(10):
            perform(server.port, act(number))
    pairs: list[tuple[Timing, ...]] = []
    for turn in range(ROUNDS + again):
        if turn >= ROUNDS and sum(_calm(pair) for pair in pairs) >= ROUNDS:
            break
        if turn >= ROUNDS:
            wait_for_calm()
        pairs.append(tuple(_round(*side, 10 + turn * samples, samples) for side in sides))
    pairs = sorted(pairs, key=lambda pair: max(side.foreign for side in pair))[:ROUNDS]
    found = tuple(sorted(side, key=lambda one: one.p50)[1] for side in zip(*pairs, strict=True))
    rates = [throughput(*side) for side in sides] if rate else [0.0, 0.0]
    mine, bare = (
        Timing(one.p50, one.p95, one.cpu, many, one.foreign)
        for one, many in zip(found, rates, strict=True)
    )
    return mine, bare


def _calm(pair: tuple[Timing, ...]) -> bool:
    return all(side.foreign <= CALM for side in pair)


def throughput(server: Server, act: Making, *, count: int = 400) -> float:
    """Requests a second with eight clients."""
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda n: perform(server.port, act(100_000 + n)), range(count)))
    return count / (time.perf_counter() - start)
