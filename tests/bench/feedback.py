"""What the inbox, suggestions and the reading of notes cost, each beside its bare part."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from feedback.enrichment import languages, recompute, sentiment
from feedback.enrichment.alike import ideas_like
from feedback.enrichment.models import NoteReading
from feedback.ideas.models import Idea
from feedback.inbox import services as inbox
from feedback.inbox.folding import folded
from feedback.inbox.queue import Asked
from products.catalog.models import Channel
from tests.bench.filling import Size, fill
from tests.bench.load import Timing, timing
from tests.bench.stack import background
from tests.bench.table import Line, Table
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.members.models import Membership, User, Workspace
from workspaces.search.recompute import recompute_all_entries

SIZE = Size(products=1_000, orders=1_000, notes=100_000, customers=1_000)
IDEAS, READ, FLOOD = 50_000, 50_000, 10_000
BARE = """
SELECT n.id, n.text, n.rating, n.said_at, c.name, p.name FROM feedback_note n
JOIN products_channel c ON c.id = n.channel_id LEFT JOIN products_product p ON p.id = n.product_id
WHERE n.workspace_id = %s AND n.deleted_at IS NULL AND n.state = 'new'
ORDER BY n.said_at DESC, n.id DESC LIMIT 51
"""
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
WANTS = [
    "a longer zip",
    "more pockets",
    "a smaller size",
    "free returns",
    "a warmer hood",
    "faster delivery",
]
MAKE_IDEAS = """
INSERT INTO feedback_idea (workspace_id, title, description, type, state, declined_because,
    because_public, state_before, custom, version)
SELECT %s, t, '', 'idea', 'submitted', '', false, '', '{}', 1 FROM unnest(%s::text[]) t
"""
MAKE_FLOOD = """
INSERT INTO feedback_note (workspace_id, external_id, channel_id, author, title, text, language,
    said_at, day)
SELECT %(w)s, 'F' || n, (SELECT min(id) FROM products_channel WHERE workspace_id = %(w)s), '', '',
    'Win a free voucher at our great shop, number ' || n, '', now() - interval '1 hour',
    current_date
FROM generate_series(1, %(n)s) n
"""


def run(table: Table, logs: Path, *, small: bool, quick: bool) -> None:
    """A workspace of its own: 100,000 notes and 50,000 ideas, or a tenth."""
    part = 10 if small else 1
    size = Size(SIZE.products, SIZE.orders, 2.5, SIZE.notes // part, SIZE.customers)
    workspace = fill(size, "listening")
    membership = Membership.objects.select_related("user").get(workspace=workspace)
    actor = Actor(membership.user, workspace, Role.OWNER)
    samples = 20 if quick else 100
    _reading(workspace, table, READ // part)
    _inbox(workspace, actor, table, samples)
    _suggesting(workspace, actor, table, samples, IDEAS // part)
    _arriving(actor, table, logs)


def _reading(workspace: Workspace, table: Table, wanted: int) -> None:
    """Notes are read by the thousand, beside the same texts read by the bare parts."""
    texts = _texts(workspace, min(wanted, 2_000))
    languages.recognise("A first text loads the model.")
    sentiment.judge("A first text loads the lexicon.")
    recogniser, analyser = languages._recogniser(), sentiment._analyser()
    bare = _seconds(
        lambda: [
            (recogniser.predict(" ".join(t.split()), k=1), analyser.polarity_scores(t))
            for t in texts
        ]
    )
    start, done = time.perf_counter(), 0
    while done < wanted and (some := recompute.read_unread(workspace.pk)):
        done += some
    rate, floor = done / (time.perf_counter() - start), len(texts) / bare
    what = f"read {done:,} notes: of the bare parts' rate"
    why = "Phrases of a shop, places of the words, and writing the rows."
    table.add(Line("", what, rate, floor, 0.3, "rows/s", at_least=True, why=why))


def _texts(workspace: Workspace, most: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM feedback_note WHERE workspace_id = %s ORDER BY id LIMIT %s",
            [workspace.pk, most],
        )
        return [text for (text,) in cursor.fetchall()]


def _inbox(workspace: Workspace, actor: Actor, table: Table, samples: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE feedback_note, feedback_notereading")
    client, url = Client(), f"/w/{workspace.slug}/inbox/"
    client.force_login(User.objects.get(pk=actor.user.pk))
    bare = _timed(samples, lambda n: _bare(workspace))
    rows = _timed(samples, lambda n: _fold(actor))
    what = "inbox's rows, those that say the same folded: p50"
    why = "The notes of this workspace repeat each other: every row asks for a newer twin."
    table.add(Line("", what, rows.p50, bare.p50, 20, why=why))
    page = _timed(samples, lambda n: client.get(url))
    table.add(Line("", "inbox, the whole page: p95", page.p95, None, 300))
    with connection.cursor() as cursor:
        cursor.execute(MAKE_FLOOD, {"w": workspace.pk, "n": FLOOD})
        cursor.execute("VACUUM ANALYZE feedback_note")
    flooded = _timed(max(5, samples // 10), lambda n: client.get(url))
    table.add(Line("", "inbox with 10,000 identical posts: p95", flooded.p95, None, 1_000))


def _fold(actor: Actor) -> list[Any]:
    rows = folded(actor, Asked()).select_related("channel", "product").defer("search")
    return list(rows.order_by("-said_at", "-pk")[:51])


def _bare(workspace: Workspace) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [workspace.pk])
        cursor.fetchall()


def _suggesting(
    workspace: Workspace, actor: Actor, table: Table, samples: int, wanted: int
) -> None:
    chance = random.Random(1)
    titles = [f"{chance.choice(WANTS)} for the {_thing(chance)} {n % 997}" for n in range(wanted)]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(MAKE_IDEAS, [workspace.pk, titles])
    recompute_all_entries(workspace.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE workspaces_searchentry, feedback_idea")
    asked = [f"please add {chance.choice(WANTS)} to my {_thing(chance)}" for _ in range(samples)]
    found = _timed(samples, lambda n: ideas_like(actor, asked[n], 5))
    count = Idea.objects.in_workspace(workspace.pk).count()
    table.add(Line("", f"suggest while typing, {count:,} ideas: p95", found.p95, None, 300))


def _thing(chance: random.Random) -> str:
    return chance.choice(THINGS)


def _arriving(actor: Actor, table: Table, logs: Path) -> None:
    with background(logs):
        time.sleep(8)
        _until_read(actor, 0)  # loads the models
        known = timing([_until_read(actor, n) for n in range(1, 11)])
    table.add(Line("", "a new note is read: p95", known.p95, None, 2_000))


def _until_read(actor: Actor, number: int) -> float:
    """Milliseconds from a note's commit until its language and sentiment are known."""
    channel = Channel.objects.in_workspace(actor.workspace.pk).first()
    text = f"The strap broke after walk {number}, I want a refund"
    pk = inbox.create_note(actor, channel=channel, text=text).pk
    start = time.perf_counter()
    while not NoteReading.objects.in_workspace(actor.workspace.pk).filter(note=pk).exists():
        if time.perf_counter() - start > 60:
            raise AssertionError("the note was never read")
        time.sleep(0.01)
    return (time.perf_counter() - start) * 1000


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _timed(samples: int, act: Callable[[int], object]) -> Timing:
    return timing([_seconds(lambda n=n: act(n)) * 1000 for n in range(samples)])  # type: ignore[misc]
