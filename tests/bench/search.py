"""What searching costs (G5): as people type, over the bare full-text statement of the same run."""

import contextlib
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from django.db import connection, transaction

from feedback.inbox import services as inbox
from pm_workspace.local.programs import meaning as meaning_programs
from products.catalog.models import Channel
from tests.bench.filling import Size, fill
from tests.bench.load import Timing, timing
from tests.bench.stack import background
from tests.bench.table import Line, Table
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.members.models import Membership, Workspace
from workspaces.search.finding import search
from workspaces.search.meaning import waiting, why_off
from workspaces.search.model import DIMENSIONS, NAME
from workspaces.search.models import SearchEntry, SearchMeaning
from workspaces.search.recompute import recompute_all_entries
from workspaces.search.similar import like

SIZE = Size(products=10_000, orders=5_000, notes=50_000, customers=5_000)
SAMPLES = 200
NOTE = "feedback.note"
THINGS = [
    "jacket",
    "shell",
    "tee",
    "socks",
    "boots",
    "tent",
    "bag",
    "stove",
    "lamp",
    "vest",
    "pack",
    "bottle",
    "mug",
    "gloves",
    "cap",
]
WORDS = [
    "storm",
    "ridge",
    "merino",
    "wool",
    "camp",
    "alpine",
    "summer",
    "winter",
    "rain",
    "down",
    "steel",
    "light",
]
BARE = """
SELECT id, ts_rank(search, q) AS rank FROM feedback_note, to_tsquery('simple', %s) q
WHERE workspace_id = %s AND search @@ q ORDER BY rank DESC LIMIT 50
"""


def run(table: Table, logs: Path) -> None:
    """A workspace of its own: 10,000 products and 50,000 notes."""
    workspace = fill(SIZE, "searching")
    entries = SIZE.products + SIZE.notes + SIZE.customers
    spent = _seconds(lambda: recompute_all_entries(workspace.pk))
    rate, what = entries / spent, f"index {entries:,} records"
    table.add(Line("", what, rate, None, 2_000, "rows/s", at_least=True))
    again = _seconds(lambda: recompute_all_entries(workspace.pk))
    table.add(Line("", "compare all of them again", again, None, 30, "s"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE workspaces_searchentry, feedback_note")
    membership = Membership.objects.select_related("user").get(workspace=workspace)
    actor = Actor(membership.user, workspace, Role.OWNER)
    floor = _timed(lambda n: _bare(workspace, n))
    words = _timed(lambda n: search(actor, _typed(n)))
    why = "Five questions at once: an id, all words, some words, near misses, and their names."
    what = "search by words, 65,000 records: p95"
    table.add(Line("G5", what, words.p95, floor.p95, 3, why=why))
    table.add(Line("G5", "search by words: p95 as people wait", words.p95, None, 300))
    _with_meaning(workspace, actor, table, logs)


def _with_meaning(workspace: Workspace, actor: Actor, table: Table, logs: Path) -> None:
    if not meaning_programs(logs):
        print("meaning is not installed: not measured")
        return
    _invent_meanings(workspace)
    with _meaning_worker(logs) as process, background(logs):
        like(actor, NOTE, "the first question loads the workspace")
        time.sleep(3)
        every = _timed(lambda n: search(actor, _typed(n)))
        table.add(Line("G5", "search with meaning: p95 as people wait", every.p95, None, 300))
        likes = _timed(lambda n: like(actor, NOTE, f"the {_typed(n)} broke after a week"))
        table.add(Line("", "suggest five while typing: p95", likes.p95, None, 300))
        memory = psutil.Process(process.pid).memory_full_info().pss / 1e6
        table.add(Line("", "memory of the meaning worker", memory, None, 400, "MB"))
        found = timing([_until_found(actor, n) for n in range(20)])
        table.add(Line("", "a new note is found: p95", found.p95, None, 2_000))
        known = timing([_until_meant(actor, n) for n in range(20)])
        table.add(Line("", "a new note's meaning is known: p95", known.p95, None, 2_000))


def _typed(number: int) -> str:
    """Words, the last of some unfinished, some mistyped, some an id."""
    chance = random.Random(number)
    thing, word = chance.choice(THINGS), chance.choice(WORDS)
    ways = (
        f"{word} {thing}",
        f"{word} {thing[:3]}",
        f"{word[:-2]}{word[-1]}{word[-2]} {thing}",
        f"PRODUCT-{number * 37 % SIZE.products + 1}",
        f"word{number % 997}",
    )
    return ways[number % len(ways)]


def _bare(workspace: Workspace, number: int) -> None:
    """The least any search must do: rank the notes with these words."""
    chance = random.Random(number)
    words = f"{chance.choice(WORDS)} & {chance.choice(THINGS)}"
    with connection.cursor() as cursor:
        cursor.execute(BARE, [words, workspace.pk])
        cursor.fetchall()


def _timed(act: Callable[[int], object]) -> Timing:
    spent = []
    for number in range(SAMPLES):
        start = time.perf_counter()
        act(number)
        spent.append((time.perf_counter() - start) * 1000)
    return timing(spent)


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        act()
    return time.perf_counter() - start


def _invent_meanings(workspace: Workspace) -> None:
    """Directions by chance: a scan costs the same, and nobody waits ten minutes for real ones."""
    meanings = SearchMeaning.objects.in_workspace(workspace.pk)
    ids = list(meanings.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for start in range(0, len(ids), 5_000):
            some = ids[start : start + 5_000]
            cursor.execute(
                "UPDATE workspaces_searchmeaning m SET vector = r.v, model = %s, made_at = now() "
                "FROM unnest(%s::bigint[], %s::bytea[]) AS r(id, v) WHERE m.id = r.id",
                [NAME, some, [os.urandom(DIMENSIONS) for _ in some]],
            )
        cursor.execute("VACUUM ANALYZE workspaces_searchmeaning")


@contextlib.contextmanager
def _meaning_worker(logs: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = meaning_programs(logs)[0].start()
    try:
        deadline = time.monotonic() + 60
        while why_off() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _note(actor: Actor, word: str) -> int:
    channel = Channel.objects.in_workspace(actor.workspace.pk).first()
    text = f"The {word} came off the strap after one walk"
    return int(inbox.create_note(actor, channel=channel, text=text).pk)


def _until_found(actor: Actor, number: int) -> float:
    """Milliseconds from a note's commit until a search finds it."""
    pk = _note(actor, f"buckle{number}x")
    start = time.perf_counter()
    entries = SearchEntry.objects.in_workspace(actor.workspace.pk)
    while not entries.filter(kind=NOTE, object_id=pk).exists():
        if time.perf_counter() - start > 60:
            raise AssertionError("the note was never found")
        time.sleep(0.005)
    return (time.perf_counter() - start) * 1000


def _until_meant(actor: Actor, number: int) -> float:
    """Milliseconds from a note's commit until it can be compared by meaning."""
    pk = _note(actor, f"rivet{number}y")
    start = time.perf_counter()
    entries = SearchEntry.objects.in_workspace(actor.workspace.pk)
    while not entries.filter(kind=NOTE, object_id=pk).exists() or waiting(actor.workspace.pk):
        if time.perf_counter() - start > 60:
            raise AssertionError("its meaning was never worked out")
        time.sleep(0.005)
    return (time.perf_counter() - start) * 1000
