"""What lists cost at size, each over the bare statement of the same run.

Rows are read and written as HTML here, without the frame of the page; `pages` measures whole pages.
"""

import time
from collections.abc import Callable
from uuid import uuid4

from django.db import connection, transaction
from django.http import QueryDict

from products.catalog.models import Product
from tests.bench.filling import Size, fill
from tests.bench.load import Timing, timing
from tests.bench.machine import watched
from tests.bench.table import Line, Table
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.fields.services import create_field
from workspaces.fields.tasks import index_all
from workspaces.lists.board import Board
from workspaces.lists.listing import KindList
from workspaces.lists.services_bulk import act_of, bulk_change
from workspaces.members.models import Membership, Workspace
from workspaces.records.kinds import KINDS
from workspaces.records.undo_many import undo_batch

SAMPLES, TURNS = 60, 5
CARDS, CHANGED = 5_000, 1_000
CHANGE_MS = 5_000  # what people were promised for a thousand rows
COLUMNS = "name,state,brand,category,custom.effort"
SELECT = (
    "SELECT p.id, p.version, p.name, p.image_url, p.state, p.custom, b.name, c.path "
    "FROM products_product p LEFT JOIN products_brand b ON b.id = p.brand_id "
    "LEFT JOIN products_category c ON c.id = p.category_id "
    "WHERE p.workspace_id = %(w)s AND p.deleted_at IS NULL "
)
EFFORT = "(p.custom -> 'effort')"
POINTS = (
    ("list, first page", "sort=name", "ORDER BY p.name, p.id LIMIT 51", 12),
    (
        "list, deep page",
        "sort=name&after={deep}",
        "AND p.name >= %(name)s AND (p.name > %(name)s OR p.id > %(pk)s) "
        "ORDER BY p.name, p.id LIMIT 51",
        12,
    ),
    (
        "list, filtered by a custom field",
        'sort=name&where={{"and":[{{"field":"custom.effort","op":"between","value":[500,540]}}]}}',
        f"AND {EFFORT} BETWEEN '500' AND '540' ORDER BY p.name, p.id LIMIT 51",
        12,
    ),
    (
        "list, sorted by a custom field",
        "sort=-custom.effort",
        f"AND {EFFORT} IS NOT NULL ORDER BY {EFFORT} DESC, p.id DESC LIMIT 51",
        12,
    ),
    (
        "list, filtered by a formula",
        'sort=name&where={{"and":[{{"field":"custom.doubled","op":"lt","value":"200.5"}}]}}',
        "AND (p.custom ->> 'effort')::numeric * 2 / 3 < 200.5 ORDER BY p.name, p.id LIMIT 51",
        12,
    ),
)
BOARD = (
    "SELECT state, count(*) FROM products_product WHERE workspace_id = %(w)s "
    "AND deleted_at IS NULL GROUP BY 1",
    "SELECT * FROM (SELECT p.id, p.version, p.name, p.image_url, p.state, row_number() OVER "
    "(PARTITION BY p.state ORDER BY p.name, p.id) AS place FROM products_product p "
    "WHERE p.workspace_id = %(w)s AND p.deleted_at IS NULL) ranked WHERE place <= 26",
)
CHANGE = (
    "UPDATE products_product SET product_type = %(to)s, version = version + 1, updated_at = now() "
    "WHERE id = ANY(%(pks)s)",
    "INSERT INTO workspaces_activityevent (workspace_id, at, actor_id, channel, verb, model, "
    "object_id, label, changes, batch) SELECT workspace_id, now(), %(user)s, 'ui', "
    "'product.changed', 'products.product', id, name, "
    "jsonb_build_object('product_type', jsonb_build_array('', product_type)), %(batch)s "
    "FROM products_product WHERE id = ANY(%(pks)s)",
)


def run(workspace: Workspace, table: Table) -> None:
    """Pages of the bench's products, then a board and bulk edits in a workspace of their own."""
    actor = _owner(workspace)
    _add_fields(actor)
    _pages(actor, table)
    small = Size(products=CARDS, orders=100, notes=100, customers=60)
    boarder = _owner(fill(small, "boards"))
    _board(boarder, table)
    _changes(boarder, table)


def _owner(workspace: Workspace) -> Actor:
    membership = Membership.objects.select_related("user").get(workspace=workspace)
    return Actor(membership.user, workspace, Role.OWNER)


def _add_fields(actor: Actor) -> None:
    kind, effort = "products.product", {"key": "effort", "label": "Effort", "type": "number"}
    create_field(actor, kind, **effort)
    create_field(
        actor, kind, key="doubled", label="Doubled", type="formula", formula="effort * 2 / 3"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "UPDATE products_product SET custom = jsonb_build_object('effort', id %% 50000) "
            "WHERE workspace_id = %s AND id %% 10 <> 0",
            [actor.workspace.pk],
        )
        index_all()
        cursor.execute("VACUUM ANALYZE products_product")
        cursor.execute("RESET statement_timeout")


def _pages(actor: Actor, table: Table) -> None:
    listing = _listing(actor, "sort=name")
    middle = listing.order.of_all(listing.loaded)[listing.counted(10**6) // 2]
    values = {"w": actor.workspace.pk, "name": middle.name, "pk": middle.pk}
    for what, address, bare, limit in POINTS:
        asked = address.format(deep=listing.order.place_of(middle))

        def write(asked: str = asked) -> None:
            found = _listing(actor, asked)
            if not found.lines:
                raise AssertionError(f"{asked} shows nothing")

        with watched() as watch:
            floor = _timed(lambda bare=bare: _run([SELECT + bare], values))  # type: ignore[misc]
            ours = _timed(write)
        table.add(Line("", f"{what}: p50", ours.p50, floor.p50, limit, foreign=watch.foreign))
    _count_by_formula(actor, table)


def _count_by_formula(actor: Actor, table: Table) -> None:
    """A formula has no index: the most it can cost is every row."""
    where = '{"and":[{"field":"custom.doubled","op":"gt","value":"30000.5"}]}'
    bare = (
        "SELECT count(*) FROM products_product p WHERE p.workspace_id = %(w)s "
        "AND p.deleted_at IS NULL AND (p.custom ->> 'effort')::numeric * 2 / 3 > 30000.5"
    )
    with watched() as watch:
        floor = _timed(lambda: _run([bare], {"w": actor.workspace.pk}))
        ours = _timed(lambda: _listing(actor, f"where={where}").counted(10**6))
    what = "count of all rows by a formula: p50"
    table.add(Line("", what, ours.p50, floor.p50, 6, foreign=watch.foreign))


def _board(actor: Actor, table: Table) -> None:
    def write() -> None:
        listing = _listing(actor, "layout=board&sort=name")
        group = listing.asked.group
        if group is None or not Board(listing, group).columns:
            raise AssertionError("there is no board")

    with watched() as watch:
        floor = _timed(lambda: _run(BOARD, {"w": actor.workspace.pk}))
        ours = _timed(write)
    what = f"board of {CARDS:,} cards: p50"
    table.add(Line("", what, ours.p50, floor.p50, 6, foreign=watch.foreign))


def _changes(actor: Actor, table: Table) -> None:
    kind = KINDS["products.product"]
    rows = Product.objects.in_workspace(actor.workspace.pk).order_by("pk")
    pks = list(rows.values_list("pk", flat=True)[:CHANGED])
    bare, edits, undos = [], [], []
    with watched() as watch:
        for turn in range(TURNS):
            values = {"pks": pks, "to": f"Bare {turn}", "user": actor.user.pk}
            values["batch"] = str(uuid4())
            bare.append(_spent(lambda values=values: _run(CHANGE, values)))  # type: ignore[misc]
            act = act_of(actor, kind, "set:product_type", f"Ours {turn}")
            batch = uuid4()
            edits.append(_spent(lambda: bulk_change(actor, kind, pks, act, batch=batch)))  # noqa: B023
            undos.append(_spent(lambda: undo_batch(actor, batch)))  # noqa: B023
            if rows.filter(product_type=f"Bare {turn}").count() != CHANGED:
                raise AssertionError("the values are not back")
    floor = timing(bare).p50
    for what, spent in (("bulk edit", edits), ("undo", undos)):
        ours = timing(spent).p50
        name = f"{what} of {CHANGED:,} rows"
        table.add(Line("", f"{name}: p50", ours, floor, 15, foreign=watch.foreign))
        table.add(Line("", f"{name} as people wait", ours, None, CHANGE_MS))
    ActivityEvent.objects.filter(workspace=actor.workspace, told=False).update(told=True)


def _listing(actor: Actor, address: str) -> KindList:
    query = QueryDict(address, mutable=True)
    query.setdefault("columns", COLUMNS if "board" not in address else "name,state,brand")
    return KindList(KINDS["products.product"], actor, query)


def _run(statements: tuple[str, ...] | list[str], values: dict[str, object]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
            if cursor.description:
                cursor.fetchall()


def _timed(act: Callable[[], object]) -> Timing:
    act()
    return timing([_spent(act) for _ in range(SAMPLES)])


def _spent(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000
