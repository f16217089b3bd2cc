"""Products in and out of files: one row is one variant, with its product's fields beside it."""

from collections.abc import Callable
from dataclasses import dataclass

from core.db import lock_keys
from products.catalog.columns_imported import COLUMNS
from products.catalog.models import Brand, Category, Product, Supplier, Variant
from products.catalog.states import MOVES
from products.catalog.transfer_export import PRODUCTS_EXPORT
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Kind, Outcome, Stage
from workspaces.imports.merging import Check, Work, finished, insert, named, traced, update
from workspaces.imports.undoing import undo as undo_run
from workspaces.staleness.services import BULK, mark_stale

RECORD = "products.product"
Model = type[Product] | type[Variant]


@dataclass(frozen=True, slots=True)
class Follower:
    """What an app above makes of a products file, such as costs from its cost column."""

    check: Callable[[Check], None]
    merge: Callable[[Work, Outcome], None]
    models: tuple[type, ...] = ()


FOLLOWERS: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Called from an AppConfig's ready()."""
    if follower not in FOLLOWERS:
        FOLLOWERS.append(follower)


SLUG = "trim(BOTH '-' FROM regexp_replace(lower(coalesce(s.title, s.sku)), '[^a-z0-9]+', '-', 'g'))"
GTIN_WRONG = (
    (
        "s.gtin IS NOT NULL AND (s.gtin !~ '^([0-9]{{8}}|[0-9]{{12,14}})$' OR "
        "(SELECT sum(substr(lpad(s.gtin, 14, '0'), i, 1)::int * CASE WHEN i %% 2 = 1 THEN 3 ELSE 1 "
        "END) FROM generate_series(1, 14) i) %% 10 <> 0)"
    )
    .replace("{{", "{")
    .replace("}}", "}")
)
PRODUCT_FIELDS = {
    # column of the file: (column of the table, value in SQL from the grouped row `g`)
    "title": ("name", "g.title"),
    "description": ("description", "coalesce(g.description, '')"),
    "product_type": ("product_type", "coalesce(g.product_type, '')"),
    "tags": ("tags", "coalesce(g.tags, '')"),
    "image_url": ("image_url", "coalesce(g.image_url, '')"),
    "brand": ("brand_id", "b.id"),
    "category": ("category_id", "c.id"),
    "supplier": ("supplier_id", "u.id"),
    "launched_on": ("launched_on", "g.launched_on"),
}
VARIANT_FIELDS = {
    "gtin": ("gtin", "coalesce(s.gtin, '')"),
    "variant_name": ("name", "coalesce(s.variant_name, '')"),
    "price": ("price", "s.price::numeric(14,4)"),
    "compare_at_price": ("compare_at_price", "s.compare_at_price::numeric(14,4)"),
    "weight_grams": ("weight_grams", "s.weight_grams::numeric(12,3)"),
}
PATH = r"regexp_replace(trim(BOTH ' >' FROM s.category), '\s*>\s*', ' > ', 'g')"


def check(stage: Stage) -> None:
    """What only the database can tell of a products file."""
    work = Check(stage)
    work.trashed("sku", Variant, "sku")
    work.trashed("handle", Product, "handle")
    work.refuse(
        "gtin",
        "'This is not a GTIN: its length or its check digit is wrong.'",
        "Correct the number, or leave the cell empty.",
        GTIN_WRONG,
    )
    keyed(work)
    new = "s.row_no IN (SELECT row_no FROM m_keyed WHERE product_id IS NULL)"
    if stage.on_existing != "only_update":
        work.refuse(
            "title",
            "'A new product needs a title.'",
            "Fill in the title, or write the handle of a product that exists.",
            f"s.title IS NULL AND {new} AND NOT EXISTS (SELECT FROM m_keyed k JOIN m_keyed o "
            f"ON o.handle = k.handle JOIN {stage.table} t ON t.row_no = o.row_no "
            "WHERE k.row_no = s.row_no AND t.title IS NOT NULL)",
        )
    work.refuse(
        "category",
        "'A category name has room for 120 characters, and a path for 12 levels.'",
        "Shorten the names.",
        "s.category IS NOT NULL AND (SELECT max(length(n)) > 120 OR count(*) > 12 "
        f"OR min(length(n)) = 0 FROM unnest(string_to_array({PATH}, ' > ')) n)",
    )
    work.refuse(
        "image_url",
        "'This is not the address of a picture.'",
        "It starts with https:// or http://.",
        "s.image_url IS NOT NULL AND s.image_url !~* '^https?://'",
    )
    if work.said("state"):
        _check_moves(work)
    own.check(work, RECORD, new)
    for follower in FOLLOWERS:
        follower.check(work)
    work.close()


def _check_moves(work: Check) -> None:
    allowed = [f"{old}>{new}" for old, targets in MOVES.items() for new in targets]
    work.values["moves"] = allowed
    work.refuse(
        "state",
        "'The product is ' || p.state || ' and cannot become ' || s.state || ' in one step.'",
        "Leave the cell empty, or move it step by step in the app.",
        "s.state IS NOT NULL AND s.state <> p.state "
        "AND NOT (p.state || '>' || s.state = ANY(%(moves)s::text[]))",
        "JOIN m_keyed k ON k.row_no = s.row_no "
        "JOIN products_product p ON p.id = k.product_id AND p.workspace_id = %(w)s",
    )


def keyed(work: Work) -> str:
    """`m_keyed`: for each row its handle, and the ids of product and variant that exist."""
    return work.table(
        "m_keyed",
        f"SELECT s.row_no, s.sku, v.id AS variant_id, p.id AS product_id, h.handle "
        f"FROM {work.stage.table} s "
        "LEFT JOIN products_variant v ON v.workspace_id = %(w)s AND v.sku = s.sku "
        "LEFT JOIN products_product o ON o.workspace_id = %(w)s AND o.id = v.product_id, "
        f"LATERAL (SELECT left(coalesce(s.handle, o.handle, nullif({SLUG}, ''), lower(s.sku)), "
        "200) AS handle) h "
        "LEFT JOIN products_product p ON p.workspace_id = %(w)s AND p.handle = h.handle "
        "WHERE s.ok".replace(", LATERAL", " CROSS JOIN LATERAL"),
        "row_no",
    )


def merge(stage: Stage) -> Outcome:
    """Bring the rows that are ok into the catalogue. The same file twice changes nothing."""
    work, outcome = Work(stage), Outcome()
    work.alone()
    keyed(work)
    rows = work.table(
        "m_rows",
        f"SELECT s.*, k.variant_id, k.handle AS key FROM {stage.table} s "
        "JOIN m_keyed k ON k.row_no = s.row_no AND s.ok WHERE "
        "CASE %(existing)s WHEN 'skip' THEN k.variant_id IS NULL "
        "WHEN 'only_update' THEN k.variant_id IS NOT NULL ELSE true END",
        "key",
    )
    total = work.number(f"SELECT count(*) FROM {stage.table} WHERE ok")
    stage.progress(total // 4, total, "Merging lists")
    for model, column in ((Brand, "brand"), (Supplier, "supplier")):
        if work.said(column):
            names = f"SELECT s.{column} AS name FROM {rows} s WHERE s.{column} IS NOT NULL"
            named(work, model, names, outcome)
    if work.said("category"):
        _categories(work, outcome)
    stage.progress(total // 2, total, "Merging products")
    _products(work, outcome)
    stage.progress(total * 3 // 4, total, "Merging variants")
    _variants(work, outcome)
    for follower in FOLLOWERS:
        follower.merge(work, outcome)
    stage.progress(total, total, "Merged")
    return finished(work, outcome, "products")


def _categories(work: Work, outcome: Outcome) -> None:
    """Every level of every path, from the root down; meanwhile nobody moves the tree."""
    lock_keys("categories", [str(work.values["w"])])
    work.table(
        "m_paths",
        "SELECT DISTINCT ON (lower(array_to_string(a[1:n], ' > '))) n AS depth, a[n] AS name, "
        "array_to_string(a[1:n], ' > ') AS path, array_to_string(a[1:n-1], ' > ') AS above "
        f"FROM (SELECT DISTINCT string_to_array({PATH}, ' > ') AS a FROM m_rows s "
        "WHERE s.category IS NOT NULL) p, generate_series(1, cardinality(a)) n "
        "ORDER BY lower(array_to_string(a[1:n], ' > ')), array_to_string(a[1:n], ' > ')",
    )
    back = work.table(
        "m_back",
        "SELECT t.id, t.path AS label, NULL::timestamptz AS deleted_at FROM products_category t "
        "JOIN m_paths n ON lower(t.path) = lower(n.path) "
        "WHERE t.workspace_id = %(w)s AND t.deleted_at IS NOT NULL",
    )
    update(work, Category, back, ("deleted_at",), outcome)
    for depth in range(1, work.number("SELECT coalesce(max(depth), 0) FROM m_paths") + 1):
        level = work.table(
            "m_level",
            "SELECT t.id, n.name, n.path, u.id AS parent_id FROM m_paths n "
            "LEFT JOIN products_category u ON u.workspace_id = %(w)s "
            "AND lower(u.path) = lower(n.above) LEFT JOIN products_category t "
            "ON t.workspace_id = %(w)s AND lower(t.path) = lower(n.path) WHERE n.depth = %(depth)s",
            depth=depth,
        )
        insert(work, Category, level, ("name", "path", "parent_id"), outcome, order="path")


def _products(work: Work, outcome: Outcome) -> None:
    """One row per handle; within a product the first cell that says something counts."""

    def first(column: str) -> str:
        said = f"FILTER (WHERE s.{column} IS NOT NULL)"
        return f"(array_agg(s.{column} ORDER BY s.row_no) {said})[1] AS {column}"

    fields = own.said(work, RECORD)
    plain = [*PRODUCT_FIELDS, "state", "first_state", *(f"{own.PREFIX}{o.key}" for o in fields)]
    joins, custom = own.tables(work, RECORD), own.merged(work, RECORD, "p.custom", "p.id IS NULL")
    grouped = ", ".join(first(column) for column in plain)
    values = ", ".join(f"{value} AS {name}" for name, value in PRODUCT_FIELDS.values())
    rows = work.table(
        "m_products",
        f"SELECT p.id, coalesce(g.title, p.name) AS label, g.key AS handle, {values}, "
        "coalesce(g.state, p.state, g.first_state, 'proposed') AS state, "
        f"'{{}}'::jsonb AS end_of_life, {custom} AS custom "
        f"FROM (SELECT s.key, {grouped} FROM m_rows s GROUP BY s.key) g "
        "LEFT JOIN products_product p ON p.workspace_id = %(w)s AND p.handle = g.key "
        "LEFT JOIN products_brand b ON b.workspace_id = %(w)s AND lower(b.name) = lower(g.brand) "
        "LEFT JOIN products_supplier u ON u.workspace_id = %(w)s "
        "AND lower(u.name) = lower(g.supplier) "
        "LEFT JOIN products_category c ON c.workspace_id = %(w)s "
        f"AND lower(c.path) = lower({PATH.replace('s.category', 'g.category')}){joins}",
    )
    said = [name for column, (name, _) in PRODUCT_FIELDS.items() if work.said(column)]
    if "name" in said:
        work.run(
            f"UPDATE {rows} m SET name = p.name FROM products_product p "
            "WHERE p.id = m.id AND m.name IS NULL"
        )
    if work.stage.on_existing != "skip":
        states = ["state"] if work.said("state") else []
        mine = ["custom"] if fields else []
        columns = [*said, *states, *mine]
        update(work, Product, rows, columns, outcome, verb="product.updated")
    _new_products(work, rows, outcome)
    of_row = f"SELECT r.row_no, m.id FROM m_rows r JOIN {rows} m ON m.handle = r.key"
    traced(outcome, Product, of_row)


def _new_products(work: Work, rows: str, outcome: Outcome) -> None:
    """Those that have no id yet; then unique values are held, of old products and of new ones."""
    columns = [*(name for name, _ in PRODUCT_FIELDS.values()), "state", "end_of_life", "custom"]
    verb, names = "product.created", ["handle", *columns]
    insert(work, Product, rows, names, outcome, verb=verb, order="handle")
    found = "SELECT p.id FROM products_product p JOIN m_products m ON m.handle = p.handle "
    own.claim(work, Product, RECORD, f"{found} WHERE p.workspace_id = %(w)s")


def _variants(work: Work, outcome: Outcome) -> None:
    values = ", ".join(f"{value} AS {name}" for name, value in VARIANT_FIELDS.values())
    rows = work.table(
        "m_variants",
        f"SELECT s.variant_id AS id, s.sku AS label, s.sku, p.id AS product_id, {values}, "
        "coalesce(s.currency, v.currency, %(currency)s) AS currency, s.row_no "
        "FROM m_rows s JOIN products_product p ON p.workspace_id = %(w)s AND p.handle = s.key "
        "LEFT JOIN products_variant v ON v.workspace_id = %(w)s AND v.id = s.variant_id",
    )
    said = [name for column, (name, _) in VARIANT_FIELDS.items() if work.said(column)]
    if work.said("handle"):
        said.append("product_id")
    if work.said("currency"):
        said.append("currency")
    moved = [
        row[0]
        for row in work.rows(
            f"SELECT v.id FROM {rows} m JOIN products_variant v ON v.id = m.id "
            "AND v.workspace_id = %(w)s WHERE v.product_id <> m.product_id"
        )
    ]
    update(work, Variant, rows, said, outcome, verb="variant.updated")
    columns = ["product_id", "sku", *(name for name, _ in VARIANT_FIELDS.values()), "currency"]
    insert(work, Variant, rows, columns, outcome, order="row_no")
    mark_stale(
        work.values["w"],
        "sales",
        [f"variant:{pk}" for pk in moved],
        "products import",
        urgency=BULK,
    )
    traced(outcome, Variant, rows)


def undo(actor: Actor, run_id: int) -> Outcome:
    """Take a products import back."""
    made = [model for follower in FOLLOWERS for model in follower.models]
    marked = _variants_of(actor, run_id)
    outcome = undo_run(actor, run_id, [*made, Variant, Product], [Category, Brand, Supplier])
    mark_stale(actor.workspace.pk, "sales", marked, "import undone", urgency=BULK)
    return outcome


def _variants_of(actor: Actor, run_id: int) -> list[str]:
    """Variants that exist before and after the undo and changed with the import."""
    from workspaces.imports.models import ImportChange

    changed = ImportChange.objects.in_workspace(actor.workspace.pk).filter(
        run_id=run_id, model=Variant._meta.label_lower, after__has_key="product_id"
    )
    return [f"variant:{pk}" for pk in changed.values_list("object_id", flat=True)]


PRODUCTS = Kind(
    name="products",
    label="Products",
    perm=Perm.CATALOG_EDIT,
    columns=COLUMNS,
    key=("sku",),
    unique_key=True,
    check=check,
    merge=merge,
    undo=undo,
    description="What the shop sells: one row is one variant, and rows with the same handle are "
    "one product. Brands, categories and suppliers are made as needed.",
    export=PRODUCTS_EXPORT,
    record=RECORD,
)
