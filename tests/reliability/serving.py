"""Calling a running shop over HTTP while it is being hurt, and asking whether it is whole again."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from pm_workspace.local.places import BASE_DIR
from tests.running import Running, surroundings, until

FIGURES = (
    "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM "
    "(SELECT day, variant_id, channel_id, currency, units, gross, cogs, units_costed, net_costed "
    "FROM finance_dailysales) t"
)
READY = (
    "SELECT launch_id, score, red, (SELECT array_agg(key ORDER BY key) FROM roadmaps_redgate g "
    "WHERE g.launch_id = r.launch_id) FROM roadmaps_readiness r ORDER BY launch_id"
)
# By the lines alone, of which each launch has one: its verdict, and what was worked out from it.
UNLIKE = (
    "SELECT count(*) FROM roadmaps_specline l JOIN roadmaps_readinesssnapshot s "
    "ON s.launch_id = l.launch_id AND s.current, jsonb_array_elements(s.areas) a "
    "WHERE a ->> 'key' = 'specification' AND "
    "((a ->> 'done')::numeric = 1) <> (l.verdict = 'confirmed')"
)


def script(running: Running, verb: str) -> str:
    """Run a verb of the shop module beside the running one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.shop", verb],
        cwd=BASE_DIR,
        env=surroundings(PM_STATE=str(running.state)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Shop:
    """A running shop and how to reach it."""

    running: Running
    slug: str
    token: str
    variants: list[int]
    numbers: Iterator[int] = field(default_factory=count)

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, **more: str
    ) -> tuple[int, Any]:
        """Status and answer; status 0 when the connection broke before an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= more
        try:
            line.request(
                method,
                f"/api/v1/workspaces/{self.slug}/{path}",
                json.dumps(body) if body is not None else None,
                headers,
            )
            answer = line.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            line.close()
        if answer.status == 503:
            assert answer.headers["Retry-After"]
        return answer.status, json.loads(text) if text.startswith((b"{", b"[")) else text

    def add_cost(self, _: int = 0) -> int:
        """Write a fact that makes figures stale, another one each time; the status."""
        number = next(self.numbers)
        day = date(2000, 1, 1) + timedelta(days=number // len(self.variants))
        cost = {
            "variant": self.variants[number % len(self.variants)],
            "kind": "landed",
            "amount": f"{number % 97}.25",
            "currency": "EUR",
            "valid_from": day.isoformat(),
        }
        return self.call("POST", "costs/", cost)[0]

    def costs(self) -> int:
        return int(str(self.running.query("SELECT count(*) FROM finance_costrecord")[0][0]))

    def marks(self) -> int:
        return int(str(self.running.query("SELECT count(*) FROM workspaces_stalemark")[0][0]))

    def settle(self, seconds: float = 60) -> float:
        """Wait until nothing is stale any more; how long it took."""
        return until(lambda: not self.marks(), seconds, "every figure worked out")

    def confirm(self, line: int, verdict: str = "confirmed") -> int:
        """Say of a line that it is as required, which makes its launch's score stale."""
        path, said = f"specification-lines/{line}/", {"verdict": verdict}
        return self.call("PATCH", path, said, **{"If-Match": "*"})[0]

    def check_readiness(self, launches: int) -> None:
        """Every launch stands as its line says, and as it does once all are worked out anew."""
        assert self.running.query(UNLIKE) == [(0,)]
        kept = self.running.query(READY)
        assert len(kept) == launches
        script(self.running, "recompute")
        assert self.running.query(READY) == kept

    def check_figures(self) -> None:
        """What the workers left equals what the facts alone say."""
        kept = self.running.query(FIGURES)
        script(self.running, "recompute")
        assert self.running.query(FIGURES) == kept


@dataclass
class Clients:
    """Threads that keep calling until told to stop, and what they were answered."""

    act: Callable[[int], int]
    threads: int = 4
    turns: int = 1_000_000
    answers: list[tuple[float, int, float]] = field(default_factory=list)

    def __enter__(self) -> "Clients":
        self._stop = threading.Event()
        self._numbers = iter(range(self.turns))
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run) for _ in range(self.threads)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            began = time.monotonic()
            status = self.act(number)
            self.answers.append((began, status, time.monotonic() - began))

    def busy(self) -> bool:
        """Whether any of them still has something to call for."""
        return any(thread.is_alive() for thread in self._threads)

    def statuses(self, since: float = 0) -> Counter[int]:
        """How often each status was answered to calls begun after `since`."""
        return Counter(status for began, status, _ in self.answers if began >= since)
