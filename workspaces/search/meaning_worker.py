"""The worker that knows the model: works meanings out, and answers which records are nearest.

One process beside the web and the Celery workers, because the model takes a hundred MB that no
other process should carry. It listens on a socket that this machine's user alone may open, holds no
permission of anybody and answers ids; whoever asks decides who may read them. What is still to be
worked out stands in the database: killed at any moment, it goes on where it was.
"""

import argparse
import contextlib
import ctypes
import json
import logging
import os
import signal
import socketserver
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

log = logging.getLogger(__name__)
AT_ONCE = 16  # texts in one transaction: about a fifth of a second
PAUSE_SECONDS = 0.3  # between two looks for new texts: one probe of a partial index
PAUSE_AFTER_FAILURE = 5.0
REST_SECONDS = 5.0  # without a text: then the model lets go of its weights
OVERLAP_SECONDS = 5.0  # how late a row may become visible after the moment it carries
COUNT_AGAIN_SECONDS = 60.0
LOADED_AT_ONCE = 5_000
WORKSPACES_HELD = 50
LONGEST_LINE = 1_000_000

MISSING = """
SELECT m.id, left(e.title || E'\\n' || e.body, 2000) FROM workspaces_searchmeaning m
JOIN workspaces_searchentry e ON e.workspace_id = m.workspace_id AND e.id = m.entry_id
WHERE m.vector IS NULL ORDER BY m.id DESC LIMIT %s FOR UPDATE OF m SKIP LOCKED
"""
KEEP = """
UPDATE workspaces_searchmeaning SET vector = %s, model = %s, made_at = clock_timestamp()
WHERE id = %s
"""
OUTDATED = """
UPDATE workspaces_searchmeaning SET vector = NULL, made_at = NULL
WHERE vector IS NOT NULL AND model <> %s
"""
NEW = """
SELECT m.entry_id, e.kind, e.object_id, m.vector
FROM workspaces_searchmeaning m
JOIN workspaces_searchentry e ON e.workspace_id = m.workspace_id AND e.id = m.entry_id
WHERE m.workspace_id = %s AND m.made_at >= to_timestamp(%s) AND m.vector IS NOT NULL
"""
CLOCK = "SELECT extract(epoch FROM clock_timestamp())"
COUNT = """
SELECT count(*) FROM workspaces_searchmeaning WHERE workspace_id = %s AND made_at > '-infinity'
"""
ONE = """
SELECT m.vector FROM workspaces_searchmeaning m
JOIN workspaces_searchentry e ON e.workspace_id = m.workspace_id AND e.id = m.entry_id
WHERE e.workspace_id = %s AND e.kind = %s AND e.object_id = %s AND m.vector IS NOT NULL
"""


class Held:
    """One workspace's meanings in memory, brought up to date with each question."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counted_at = 0.0
        self.asked_at = 0.0
        self.forget()

    def forget(self) -> None:
        """Start from nothing."""
        from workspaces.search.neighbours import Neighbours

        self.neighbours = Neighbours()
        self.since = 0.0  # what was made before is known: all of it could be seen by then

    def refresh(self, workspace_id: int) -> None:
        """Read what is new; read everything again when something has gone."""
        if time.monotonic() - self.counted_at > COUNT_AGAIN_SECONDS:
            self.counted_at = time.monotonic()
            there = int(_rows(COUNT, [workspace_id])[0][0])
            if there < len(self.neighbours):
                self.forget()
        now = float(_rows(CLOCK, [])[0][0])
        found = _rows(NEW, [workspace_id, self.since])
        self.neighbours.put((row[0], row[1], row[2], bytes(row[3])) for row in found)
        self.since = now - OVERLAP_SECONDS


class Worker:
    """The model, the workspaces that were asked about, and the two things it does."""

    def __init__(self) -> None:
        from django.conf import settings

        from workspaces.search.model import Model

        self.model = Model(Path(settings.STATE, "meaning"))
        _give_back()  # loading took a quarter more than the model needs
        self.used_at, self.resting = time.monotonic(), False
        self._held: dict[int, Held] = {}
        self._holding = threading.Lock()
        self.stopping = threading.Event()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer one question of the protocol: ping, or near."""
        if asked["do"] == "ping":
            return {"ok": True}
        workspace = int(asked["workspace"])
        direction = self._direction(workspace, asked)
        held = self._of(workspace)
        with held.lock:
            held.refresh(workspace)
            found = held.neighbours.nearest(direction, asked["kinds"], int(asked["most"]))
        return {"near": found}

    def _direction(self, workspace: int, asked: dict[str, Any]) -> Any:
        """What is asked about: a record's stored meaning if it has one, else the text."""
        from workspaces.search.neighbours import unpacked

        if asked.get("pk") is not None:
            stored = _rows(ONE, [workspace, asked["kind"], int(asked["pk"])])
            if stored and bytes(stored[0][0]):
                return unpacked(bytes(stored[0][0]))
        return self._embed(str(asked["text"]))

    def _embed(self, text: str) -> Any:
        self.used_at, self.resting = time.monotonic(), False
        return self.model.embed(text)

    def rest(self) -> None:
        """Take less memory while nobody asks."""
        if not self.resting and time.monotonic() - self.used_at > REST_SECONDS:
            self.resting = True
            self.model.rest()
            _give_back()

    def _of(self, workspace: int) -> Held:
        with self._holding:
            held = self._held.setdefault(workspace, Held())
            held.asked_at = time.monotonic()
            if len(self._held) > WORKSPACES_HELD:
                del self._held[min(self._held, key=lambda one: self._held[one].asked_at)]
            return held

    def work(self) -> None:
        """Work out what is missing, newest first, until told to stop."""
        prepared = False
        while not self.stopping.is_set():
            try:
                if not prepared:
                    _outdate()
                    prepared = True
                pause = 0.0 if self.work_once() else PAUSE_SECONDS
                self.rest()
            except Exception:  # the database may be away: the rows wait
                log.exception("meanings could not be worked out")
                _hang_up()
                pause = PAUSE_AFTER_FAILURE
            self.stopping.wait(pause)

    def work_once(self) -> int:
        """Work out one batch. How many there were."""
        from django.db import connection, transaction

        from workspaces.search.model import NAME

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MISSING, [AT_ONCE])
            texts = cursor.fetchall()
            made = [(self._meaning(text), NAME, pk) for pk, text in texts]
            if made:
                cursor.executemany(KEEP, made)
        return len(texts)

    def _meaning(self, text: str) -> bytes:
        """A text's meaning; nothing for one the model cannot read, so that none is tried twice."""
        from workspaces.search.neighbours import packed

        try:
            return packed(self._embed(text))
        except Exception:  # one poisoned text must not stop the rest
            log.exception("a text has no meaning")
            return b""


def _give_back() -> None:
    """What was freed goes back to the system, where the C library can do that."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc alone has it
        trim(0)


def _outdate() -> None:
    """Meanings by another model are worked out anew."""
    from django.db import connection

    from workspaces.search.model import NAME

    with connection.cursor() as cursor:
        cursor.execute(OUTDATED, [NAME])


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _hang_up() -> None:
    from django.db import connection

    with contextlib.suppress(Exception):
        connection.close()


class Handler(socketserver.StreamRequestHandler):
    """A line of JSON in, a line of JSON out."""

    server: "Server"

    def handle(self) -> None:
        try:
            while line := self.rfile.readline(LONGEST_LINE):
                said = self._answer(line)
                self.wfile.write(json.dumps(said).encode() + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # whoever asked waits no longer
        finally:
            _hang_up()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            return self.server.worker.answer(json.loads(line))
        except Exception as failure:  # the asker gets a refusal, the worker lives on
            log.exception("a question could not be answered")
            return {"error": type(failure).__name__}


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """The socket. Its file is there exactly while the worker listens."""

    daemon_threads = True

    def __init__(self, path: Path, worker: Worker) -> None:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), Handler)
        finally:
            os.umask(before)
        self.worker = worker


def main(words: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m workspaces.search.meaning_worker")
    parser.add_argument("--socket", default="", help="default: MEANING_SOCKET of the settings")
    parser.add_argument("--database", default="", help="another database of the same server")
    asked = parser.parse_args(words)
    from django.conf import settings

    # the apps are not loaded here: two tables are all this process knows, and it stays small
    warnings.filterwarnings("ignore", message="Accessing the database during app initialization")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if asked.database:
        settings.DATABASES["default"]["NAME"] = asked.database
    path = asked.socket or settings.MEANING_SOCKET
    if not path:
        parser.error("MEANING_SOCKET is not set")
    worker = Worker()
    with Server(Path(path), worker) as server:

        def stop(number: int, frame: FrameType | None) -> None:
            worker.stopping.set()
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        working = threading.Thread(target=worker.work)
        working.start()
        log.info("meaning worker listens on %s", path)
        server.serve_forever(poll_interval=0.2)
        working.join(20)
    Path(path).unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")
    sys.exit(main(sys.argv[1:]))
