"""What the roadmap costs at its size: each view over the bare statements it cannot do without, the
shared page in time and bytes, and a snapshot.
"""

import gzip
import time
from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection, transaction
from django.http import QueryDict
from django.template.loader import render_to_string

from core.clock import today
from roadmaps.items.models import Dependency, Item
from roadmaps.items.records import ITEM
from roadmaps.priorities.methods import FORMULAS
from roadmaps.priorities.models import ModelVersion, ScoreInput, ScoringModel
from roadmaps.priorities.pages import Ranking
from roadmaps.priorities.recompute import recompute_all_scores
from roadmaps.sharing.allowed import everything
from roadmaps.sharing.building import Builder
from roadmaps.sharing.models import RoadmapShare
from roadmaps.sharing.page import SharedPage
from roadmaps.sharing.services import nobody
from roadmaps.snapshots.services import publish_snapshot
from roadmaps.strategy.models import Objective
from roadmaps.timeline.page import Timeline
from tests.bench.load import Timing, timing
from tests.bench.machine import watched
from tests.bench.table import Line, Table
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.lists.board import Board
from workspaces.lists.listing import KindList
from workspaces.members.models import Membership, Workspace

ITEMS, BARS, AIMS, BONDS = 5_000, 1_000, 20, 400
SHARED_MS, SHARED_KB, SNAPSHOT_MS = 1_500, 200, 1_000
COLUMNS = "i.id, i.version, i.title, i.state, i.horizon, i.confidence, i.start_on, i.end_on, "
SELECT = (
    f"SELECT {COLUMNS} o.title FROM roadmaps_item i "
    "LEFT JOIN roadmaps_objective o ON o.id = i.objective_id "
    "WHERE i.workspace_id = %(w)s AND i.deleted_at IS NULL "
)
BARE = {
    "timeline": (
        SELECT + "AND i.start_on IS NOT NULL ORDER BY i.start_on LIMIT 2001",
        "SELECT before_id, after_id, type, lag FROM roadmaps_dependency "
        "WHERE workspace_id = %(w)s AND deleted_at IS NULL",
    ),
    "table": (SELECT + "ORDER BY i.title, i.id LIMIT 51",),
    "board": tuple(
        f"SELECT * FROM (SELECT {COLUMNS} row_number() OVER (PARTITION BY i.{name} "
        "ORDER BY i.title, i.id) AS place FROM roadmaps_item i WHERE i.workspace_id = %(w)s "
        "AND i.deleted_at IS NULL) ranked WHERE place <= 26"
        for name in ("state",)
    ),
    "matrix": (
        "SELECT i.item_id, i.key, i.likely FROM roadmaps_scoreinput i "
        "WHERE i.workspace_id = %(w)s AND i.deleted_at IS NULL",
        "SELECT s.item_id, s.value FROM roadmaps_score s "
        "WHERE s.workspace_id = %(w)s AND s.current",
    ),
}


def run(workspace: Workspace, table: Table, *, quick: bool = False) -> None:
    """Fill the roadmap of the bench's workspace, then measure each view of it."""
    membership = Membership.objects.select_related("user").get(workspace=workspace)
    actor = Actor(membership.user, workspace, Role.OWNER)
    scoring = _fill(actor)
    samples = 5 if quick else 30
    _views(actor, scoring, table, samples)
    _shared(actor, table, samples)
    began = time.perf_counter()
    publish_snapshot(actor, "bench")
    spent = (time.perf_counter() - began) * 1000
    table.add(Line("", f"snapshot of {ITEMS:,} items", spent, None, SNAPSHOT_MS))


def _fill(actor: Actor) -> ScoringModel:
    here = {"workspace": actor.workspace}
    aims = Objective.objects.bulk_create(
        Objective(**here, title=f"Objective {number}") for number in range(AIMS)
    )
    first = today(actor.workspace.timezone)
    items = Item.objects.bulk_create(_item(here, aims, first, number) for number in range(ITEMS))
    Dependency.objects.bulk_create(
        Dependency(**here, before=items[at], after=items[at + 1]) for at in range(BONDS)
    )
    scoring = ScoringModel.objects.create(
        **here, name="RICE", method="rice", formula=FORMULAS["rice"], version=1
    )
    ModelVersion.objects.create(**here, scoring=scoring, number=1, formula=scoring.formula)
    ScoreInput.objects.bulk_create(
        ScoreInput(**here, item=item, scoring=scoring, key=key, likely=1 + (item.pk % 7))
        for item in items[:BARS]
        for key in ("reach", "impact", "confidence", "effort")
    )
    recompute_all_scores(actor.workspace.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE roadmaps_item, roadmaps_score, roadmaps_scoreinput")
    return scoring


def _item(here: dict[str, Workspace], aims: list[Objective], first: date, number: int) -> Item:
    start = first + timedelta(days=number * 7 % 300) if number < BARS else None
    return Item(
        **here,
        title=f"Item {number} of the plan",
        objective=aims[number % AIMS],
        state=("parked", "discovery", "ready", "delivery")[number % 4],
        horizon=("now", "next", "later")[number % 3],
        confidence=("committed", "likely", "exploring")[number % 3],
        start_on=start,
        end_on=start + timedelta(days=20 + number % 60) if start else None,
    )


def _views(actor: Actor, scoring: ScoringModel, table: Table, samples: int) -> None:
    dated = '{"and":[{"field":"start_on","op":"filled"}]}'

    def timeline() -> None:
        page = Timeline(actor, QueryDict(f"layout=timeline&where={dated}"))
        _some(sum(len(lane.rows) for lane in page.lanes) == BARS and page.arrows)

    def listed() -> None:
        _some(KindList(ITEM, actor, QueryDict("sort=title")).lines)

    def board(field: str) -> None:
        listing = KindList(ITEM, actor, QueryDict(f"layout=board&group={field}"))
        _some(listing.asked.group and Board(listing, listing.asked.group).columns)

    horizon = tuple(one.replace("i.state", "i.horizon") for one in BARE["board"])
    points: list[tuple[str, Callable[[], None], tuple[str, ...], float]] = [
        (f"timeline of {BARS:,} items", timeline, BARE["timeline"], 40),
        (f"table of {ITEMS:,} items", listed, BARE["table"], 12),
        (f"board of {ITEMS:,} items", lambda: board("state"), BARE["board"], 6),
        (f"now, next, later of {ITEMS:,}", lambda: board("horizon"), horizon, 6),
        (f"matrix of {BARS:,} items", lambda: _some(_matrix(actor, scoring)), BARE["matrix"], 40),
    ]
    for what, act, bare, limit in points:
        with watched() as watch:
            floor = _timed(lambda bare=bare: _run(bare, actor), samples)  # type: ignore[misc]
            ours = _timed(act, samples)
        table.add(Line("", f"{what}: p50", ours.p50, floor.p50, limit, foreign=watch.foreign))


def _matrix(actor: Actor, scoring: ScoringModel) -> object:
    return Ranking(actor, QueryDict(f"model={scoring.pk}&show=matrix")).dots


def _shared(actor: Actor, table: Table, samples: int) -> None:
    """The page a guest gets of all bars, as it is written and as it goes over the wire."""
    share = RoadmapShare(workspace=actor.workspace, title="Plan")
    dated = '{"and":[{"field":"start_on","op":"filled"}]}'
    asked = QueryDict(f"layout=timeline&where={dated}")
    found: list[bytes] = []

    def write() -> None:
        allow = everything(money=False)
        plan = Builder(nobody(actor.workspace), allow, "Plan", "bench").of_view(asked)
        context = {"page": SharedPage(plan, {}), "share": share, "secret": "x" * 32}
        found[:] = [render_to_string("roadmaps/sharing/shared.html", context).encode()]

    with watched() as watch:
        floor = _timed(lambda: _run(BARE["timeline"], actor), samples)
        ours = _timed(write, samples)
    what = f"shared page of {BARS:,} items"
    table.add(Line("", f"{what}: p50", ours.p50, floor.p50, 60, foreign=watch.foreign))
    table.add(Line("", f"{what} as guests wait", ours.p50, None, SHARED_MS))
    size = len(gzip.compress(found[0], 6)) / 1024
    table.add(Line("", f"{what} over the wire", size, None, SHARED_KB, unit="kB"))


def _some(found: object) -> None:
    if not found:
        raise AssertionError("it shows nothing, or not all of it")


def _run(statements: tuple[str, ...], actor: Actor) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"w": actor.workspace.pk})
            cursor.fetchall()


def _timed(act: Callable[[], object], samples: int) -> Timing:
    act()
    spent = []
    for _ in range(samples):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return timing(spent)
