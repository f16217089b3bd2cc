"""Costs out of a file: what one unit of a variant costs from a day on."""

from datetime import date

from core.clock import today
from finance.ledger.models import CostKind, CostRecord
from finance.ledger.transfer.exports import COSTS_EXPORT
from finance.ledger.transfer.marks import mark_variants
from products.catalog.models import Variant
from products.catalog.transfer import Follower
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Cell, Column, Kind, Outcome, Stage
from workspaces.imports.merging import (
    NEWLY_SAID,
    Check,
    Work,
    finished,
    insert,
    traced,
    update,
)
from workspaces.imports.models import ImportChange
from workspaces.imports.undoing import undo as undo_run

COLUMNS = (
    Column(
        "sku",
        "SKU",
        required=True,
        max_length=120,
        help="The variant. It must exist.",
        example="SHELL-M-BLUE",
        aliases=("variant sku", "stockcode", "article number", "artikelnummer"),
    ),
    Column(
        "cost_kind",
        "Cost kind",
        Cell.CHOICE,
        choices=tuple(CostKind.values),
        help="landed: goods, duty, inbound freight; fulfilment: pick, pack, ship; payment: payment "
        "and marketplace fees. Left out: landed.",
        example="landed",
        aliases=("kind", "cost type"),
    ),
    Column(
        "amount",
        "Amount",
        Cell.DECIMAL,
        required=True,
        minimum=0,
        help="Of one unit, without tax.",
        example="82.50",
        aliases=("cost", "unit cost", "cost per item", "landed cost", "standardcost"),
    ),
    Column(
        "currency",
        "Currency",
        Cell.CURRENCY,
        help="Three letters. Left out, the workspace's currency.",
        example="EUR",
        aliases=("currency code",),
    ),
    Column(
        "valid_from",
        "Valid from",
        Cell.DATE,
        help="First day. Left out, a variant's first cost holds from the beginning and a changed "
        "one from today.",
        example="2026-01-01",
        aliases=("from", "start date", "startdate", "since"),
    ),
)
RECORD = "finance.costrecord"
NEW = (
    "NOT EXISTS (SELECT FROM finance_costrecord c JOIN products_variant v ON v.id = c.variant_id "
    "AND v.workspace_id = %(w)s AND v.sku = s.sku WHERE c.workspace_id = %(w)s "
    "AND c.kind = coalesce(s.cost_kind, 'landed') AND c.deleted_at IS NULL "
    "AND (s.valid_from IS NULL OR c.valid_from = s.valid_from))"
)
MERGED = (
    "SELECT c.id FROM finance_costrecord c JOIN m_costs m ON m.variant_id = c.variant_id "
    "AND m.kind = c.kind AND m.valid_from = c.valid_from "
    "WHERE c.workspace_id = %(w)s AND c.deleted_at IS NULL"
)
EFFECTIVE = (
    "LEFT JOIN LATERAL (SELECT c.amount, c.currency, c.custom FROM finance_costrecord c "
    "WHERE c.workspace_id = %(w)s AND c.variant_id = v.id AND c.kind = s.kind "
    "AND c.deleted_at IS NULL AND c.valid_from <= %(today)s "
    "ORDER BY c.valid_from DESC LIMIT 1) e ON true"
)


def check(stage: Stage) -> None:
    """Refuse rows with words."""
    work = Check(stage)
    work.refuse(
        "sku",
        "'No product has this SKU.'",
        "Import the products first, or correct the SKU.",
        "s.sku IS NOT NULL AND NOT EXISTS (SELECT FROM products_variant v "
        "WHERE v.workspace_id = %(w)s AND v.sku = s.sku)",
    )
    work.trashed("sku", Variant, "sku")
    work.refuse(
        "sku",
        "'This cost stands twice in the file: same SKU, kind and day.'",
        "Keep one of the rows.",
        "true",
        "JOIN (SELECT sku, coalesce(cost_kind, 'landed') AS kind, valid_from FROM "
        f"{stage.table} GROUP BY 1, 2, 3 HAVING count(*) > 1) u ON u.sku = s.sku "
        "AND u.kind = coalesce(s.cost_kind, 'landed') "
        "AND u.valid_from IS NOT DISTINCT FROM s.valid_from",
    )
    own.check(work, RECORD, NEW)
    work.close()


def merge(stage: Stage) -> Outcome:
    """Bring the rows that are ok in. The same file twice changes nothing."""
    work, outcome = Work(stage), Outcome()
    work.alone()
    mine = own.part_of(work, RECORD, "c.custom", "c.id IS NULL", "s")
    cells = "".join(f", {name}" for name in mine.cells)
    source = (
        "SELECT row_no, sku, coalesce(cost_kind, 'landed') AS kind, amount, currency, "
        f"valid_from{cells} "
        f"FROM {stage.table} WHERE ok"
    )
    total = work.number(f"SELECT count(*) FROM {stage.table} WHERE ok")
    merge_costs(work, source, outcome, mine)
    stage.progress(total, total, "Merged")
    return finished(work, outcome, "costs")


def merge_costs(work: Work, source: str, outcome: Outcome, mine: own.Part | None = None) -> None:
    """Cost records from a select of (row_no, sku, kind, amount, currency, valid_from) and cells.

    A row without a day that says what is already so is left alone.
    """
    work.values["today"] = today(work.values["zone"])
    work.values["always"] = date.fromisoformat(NEWLY_SAID)
    mine = mine or own.Part()
    same = f" AND {own.merged(work, RECORD, 'e.custom', 'false')} = e.custom" if mine.cells else ""
    rows = work.table(
        "m_costs",
        "SELECT s.row_no, c.id, s.sku AS label, v.id AS variant_id, s.kind, "
        "s.amount::numeric(14,4) AS amount, "
        "coalesce(s.currency, e.currency, %(currency)s) AS currency, d.valid_from, "
        "s.valid_from IS NULL AND e.amount = s.amount::numeric(14,4) AND e.currency = "
        f"coalesce(s.currency, e.currency){same} AS known, e.amount IS NOT NULL AS has{mine.value} "
        f"FROM ({source}) s JOIN products_variant v ON v.workspace_id = %(w)s AND v.sku = s.sku "
        f"{EFFECTIVE} CROSS JOIN LATERAL (SELECT coalesce(s.valid_from, CASE WHEN e.amount IS NULL "
        "THEN %(always)s::date ELSE %(today)s::date END) AS valid_from) d "
        "LEFT JOIN finance_costrecord c ON c.workspace_id = %(w)s AND c.variant_id = v.id "
        f"AND c.kind = s.kind AND c.valid_from = d.valid_from AND c.deleted_at IS NULL{mine.joins}",
    )
    if work.stage.on_existing == "skip":
        work.run(f"DELETE FROM {rows} WHERE id IS NOT NULL OR known")
    if work.stage.on_existing == "only_update":
        work.run(f"DELETE FROM {rows} WHERE id IS NULL AND NOT coalesce(known, false)")
    known = work.table("m_known_costs", f"SELECT row_no, 0 AS id FROM {rows} WHERE known")
    work.run(f"DELETE FROM {rows} WHERE known")
    traced(outcome, CostRecord, known)
    traced(outcome, CostRecord, rows)
    touched = update(work, CostRecord, rows, ("amount", "currency", *mine.written), outcome)
    changed = work.rows("SELECT id FROM changed_rows") if touched else []
    columns = ("variant_id", "kind", "amount", "currency", "valid_from", *mine.inserted)
    insert(work, CostRecord, rows, columns, outcome, order="variant_id, valid_from")
    if mine.cells:
        own.claim(work, CostRecord, RECORD, MERGED)
    stale = work.rows(
        f"SELECT DISTINCT variant_id FROM {rows} WHERE id IS NULL OR id = ANY(%(ids)s::bigint[])",
        ids=[row[0] for row in changed],
    )
    mark_variants(work.values["w"], [row[0] for row in stale], "costs import")


def undo(actor: Actor, run_id: int) -> Outcome:
    """Take a costs import back."""
    workspace_id = actor.workspace.pk
    costs = CostRecord.objects.with_trash(workspace_id)
    changed = ImportChange.objects.in_workspace(workspace_id).filter(
        run_id=run_id, model=CostRecord._meta.label_lower
    )
    stale = set(costs.filter(import_run_id=run_id).values_list("variant_id", flat=True))
    stale |= set(
        costs.filter(pk__in=changed.values("object_id")).values_list("variant_id", flat=True)
    )
    outcome = undo_run(actor, run_id, [CostRecord], [])
    mark_variants(workspace_id, sorted(stale), "import undone")
    return outcome


def _check_beside(work: Check) -> None:
    """A products file with costs needs the right to change costs."""
    if work.said("cost") and not work.stage.actor.can(Perm.LEDGER_EDIT):
        work.refuse(
            "cost",
            "'Your role here may not change costs.'",
            "Leave the column out, or ask somebody who may.",
            "s.cost IS NOT NULL",
        )


def _merge_beside(work: Work, outcome: Outcome) -> None:
    if work.said("cost"):
        merge_costs(
            work,
            "SELECT row_no, sku, 'landed' AS kind, cost AS amount, currency, "
            "NULL::date AS valid_from "
            "FROM m_rows WHERE cost IS NOT NULL",
            outcome,
        )


BESIDE_PRODUCTS = Follower(_check_beside, _merge_beside, (CostRecord,))

COSTS = Kind(
    name="costs",
    label="Costs",
    perm=Perm.LEDGER_EDIT,
    columns=COLUMNS,
    key=("sku", "cost_kind", "valid_from"),
    unique_key=False,
    check=check,
    merge=merge,
    undo=undo,
    description="What one unit costs from a day on. Costs already there for the same day change; "
    "the history before that day stays as it was.",
    export=COSTS_EXPORT,
    record=RECORD,
)
