"""How busy others kept the machine meanwhile: a figure that was disturbed says so."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

CALM = 0.10  # a round with more foreign work than this is taken again, as long as there is patience


def _own() -> float:
    """CPU seconds of this process and everything below it, the ended ones included."""
    me = psutil.Process(os.getpid())
    spent = 0.0
    for process in (me, *me.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def _busy() -> tuple[float, float]:
    """(busy, all) CPU seconds of the machine."""
    times = psutil.cpu_times()
    idle = times.idle + times.iowait
    return sum(times[:8]) - idle, sum(times[:8])


@dataclass(slots=True)
class Watch:
    """The share of the machine that was spent on work which is not ours."""

    foreign: float = 0.0


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch the machine while the block runs."""
    watch, own, (busy, total) = Watch(), _own(), _busy()
    try:
        yield watch
    finally:
        busy_now, total_now = _busy()
        others = (busy_now - busy) - (_own() - own)
        watch.foreign = max(0.0, others) / max(total_now - total, 1e-9)


def wait_for_calm(patience: float = 20.0) -> None:
    """Wait until others are quiet, but no longer than `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with watched() as watch:
            time.sleep(1)
        if watch.foreign <= CALM:
            return


def cpu_seconds(root: int) -> float:
    """CPU seconds of the processes below `root`: what requests cost, whoever else is busy."""
    spent = 0.0
    for child in psutil.Process(root).children(recursive=True):
        times = child.cpu_times()
        spent += times.user + times.system
    return spent


def whole_cpu_seconds(root: int) -> float:
    """CPU seconds of `root` and the processes below it: what starting them cost."""
    times = psutil.Process(root).cpu_times()
    return times.user + times.system + cpu_seconds(root)


def megabytes_of(root: int) -> float:
    """Proportional memory of `root` and everything below it, in MB."""
    spent = 0.0
    process = psutil.Process(root)
    for each in (process, *process.children(recursive=True)):
        try:
            spent += each.memory_full_info().pss / 1e6
        except psutil.NoSuchProcess:
            continue
    return spent


def shares_of(root: int, words: tuple[str, ...]) -> dict[str, float]:
    """Proportional memory of each program that `root` started, by the word its command names it by.

    What no word names stands under “other”.
    """
    shares = dict.fromkeys((*words, "other"), 0.0)
    for child in psutil.Process(root).children():
        try:
            command = " ".join(child.cmdline())
        except psutil.NoSuchProcess:
            continue
        word = next((word for word in words if word in command), "other")
        shares[word] += megabytes_of(child.pid)
    return shares
