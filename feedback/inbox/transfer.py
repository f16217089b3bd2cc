"""Notes out of a file: one row is one thing one person said."""

from feedback.inbox.models import Note
from feedback.inbox.recompute import CUSTOMER_FOUND, FOUND_BY, PRODUCT_FOUND
from feedback.inbox.transfer_columns import COLUMNS
from feedback.inbox.transfer_export import FEEDBACK_EXPORT
from products.catalog.models import Channel, Product
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Kind, Outcome, Stage
from workspaces.imports.merging import Check, Work, finished, insert, named, traced, update
from workspaces.imports.models import ImportChange
from workspaces.imports.undoing import undo as undo_run
from workspaces.staleness.services import BULK, mark_stale

REVIEWS = "Reviews"
MANY = 5_000
FEW = 1_000
KEY = (
    "coalesce(s.external_id, md5(concat_ws('|', s.said_at AT TIME ZONE 'UTC', s.author, s.title, "
    "s.text, s.rating::text, s.sku, s.handle, s.product)))"
)
RATING = (
    "CASE WHEN s.rating IS NULL THEN NULL ELSE round(greatest(1, s.rating * 5 / "
    "coalesce(s.rating_scale, 5)), 2) END"
)
CHANNEL = (
    "JOIN products_channel ch ON ch.workspace_id = %(w)s "
    "AND lower(ch.name) = lower(coalesce(s.channel, %(shop)s))"
)
CLUE = (
    "CROSS JOIN LATERAL (SELECT coalesce(s.email, '') AS email, coalesce(s.customer, '') AS "
    "customer_key, coalesce(s.sku, '') AS sku, coalesce(s.handle, '') AS handle, "
    "coalesce(s.gtin, '') AS gtin, coalesce(s.product, '') AS product_name) c "
)
RECORD = "feedback.note"
NEW = (
    "NOT EXISTS (SELECT FROM products_channel ch JOIN feedback_note n ON n.workspace_id = %(w)s "
    f"AND n.channel_id = ch.id AND n.external_id = {KEY} WHERE ch.workspace_id = %(w)s "
    "AND lower(ch.name) = lower(coalesce(s.channel, %(shop)s)))"
)
ONCE = ("title", "text", "said_at", "day")
UPDATED = ("product_id", "customer_id", "author", "rating", "language")


def check(stage: Stage) -> None:
    """Refuse rows with words."""
    work = Check(stage)
    work.values["shop"] = _default_channel(stage)
    work.refuse(
        "rating",
        "'The rating is outside its scale.'",
        "Ratings go from 0 or 1 to 5. For another scale, fill in the column Rating scale.",
        "s.rating < 0 OR s.rating > coalesce(s.rating_scale, 5)",
    )
    work.refuse(
        "text",
        "'This note says nothing: no rating, no title, no text.'",
        "Fill in one of them, or leave the row out.",
        "s.rating IS NULL AND s.title IS NULL AND s.text IS NULL",
    )
    known = (
        f"{CHANNEL} JOIN feedback_note n ON n.workspace_id = %(w)s AND n.channel_id = ch.id "
        f"AND n.external_id = {KEY}"
    )
    work.refuse(
        "external_id",
        "'This note is in the trash.'",
        "Restore it there first, or leave the row out.",
        "n.deleted_at IS NOT NULL",
        known,
    )
    if stage.on_existing != "skip":
        work.refuse(
            "text",
            "'The words of a note that came in never change.'",
            "Give the new words an id of their own.",
            f"n.deleted_at IS NULL AND ({_words('n.text')} <> {_words('coalesce(s.text, n.text)')} "
            f"OR {_words('n.title')} <> {_words('coalesce(s.title, n.title)')})",
            known,
        )
    own.check(work, RECORD, NEW)
    work.close()


def _words(text: str) -> str:
    """A text without what files do to its blanks and line ends."""
    return rf"btrim(regexp_replace({text}, '\s+', ' ', 'g'))"


def _default_channel(stage: Stage) -> str:
    return str(stage.options.get("channel") or REVIEWS)


def merge(stage: Stage) -> Outcome:
    """Bring the rows that are ok in. The same file twice changes nothing."""
    work, outcome = Work(stage), Outcome()
    work.values["shop"] = _default_channel(stage)
    work.alone()
    channels = f"SELECT coalesce(channel, %(shop)s) AS name FROM {stage.table} WHERE ok"
    named(work, Channel, channels, outcome)
    total = work.number(f"SELECT count(*) FROM {stage.table} WHERE ok")
    mine = own.part_of(work, RECORD, "n.custom", "n.id IS NULL", "s")
    rows = work.table("m_notes", _notes(work, mine))
    stage.progress(total // 2, total, "Merging notes")
    touched = update(work, Note, rows, [*UPDATED, *mine.written], outcome)
    changed = [row[0] for row in work.rows("SELECT id FROM changed_rows")] if touched else []
    columns = ("external_id", "channel_id", *UPDATED, *ONCE, *mine.inserted)
    insert(work, Note, rows, columns, outcome, order="said_at, external_id")
    found = f"SELECT n.id FROM feedback_note n JOIN {rows} m ON m.channel_id = n.channel_id "
    matched = "AND m.external_id = n.external_id WHERE n.workspace_id = %(w)s"
    own.claim(work, Note, RECORD, found + matched)
    traced(outcome, Note, rows)
    _keep_clues(work, rows)
    days = work.rows(
        f"SELECT DISTINCT m.day, m.product_id, m.old_product FROM {rows} m "
        "WHERE m.id IS NULL OR m.id = ANY(%(ids)s::bigint[])",
        ids=changed,
    )
    _mark(work.values["w"], days, "feedback import")
    stage.progress(total, total, "Merged")
    return finished(work, outcome, "feedback")


def _keep_clues(work: Work, rows: str) -> None:
    """Remember what new notes name that is not known yet, and whom letters may go to."""
    size = "SELECT reltuples FROM pg_class WHERE oid = 'feedback_note'::regclass"
    if work.number(size) < FEW:  # a plan made for an empty table would look at every note each time
        work.run("ANALYZE feedback_note")
    work.run(
        "INSERT INTO feedback_clue (workspace_id, note_id, email, customer_key, sku, handle, gtin, "
        "product_name, waits) SELECT %(w)s, n.id, m.email, m.customer_key, m.sku, m.handle, "
        "m.gtin, m.product_name, w.product OR w.customer "
        f"FROM {rows} m JOIN feedback_note n ON n.workspace_id = %(w)s "
        "AND n.channel_id = m.channel_id AND n.external_id = m.external_id "
        "CROSS JOIN LATERAL (SELECT n.product_id IS NULL AND "
        "(m.sku || m.handle || m.gtin || m.product_name) <> '' AS product, "
        "n.customer_id IS NULL AND (m.email || m.customer_key) <> '' AS customer) w "
        "WHERE m.id IS NULL AND (w.product OR w.customer OR m.email <> '') "
        "ON CONFLICT (workspace_id, note_id) DO NOTHING"
    )


def _notes(work: Work, mine: own.Part) -> str:
    """One row per note, with the values it gets. What the file does not say stays."""

    def said(value: str, old: str, *columns: str) -> str:
        if work.said(*columns):
            return value
        return f"CASE WHEN n.id IS NULL THEN {value} ELSE {old} END"

    product = said(PRODUCT_FOUND, "n.product_id", "sku", "handle", "gtin", "product")
    customer = said(CUSTOMER_FOUND, "n.customer_id", "customer", "email")
    author = said("coalesce(s.author, '')", "n.author", "author")
    language = said("coalesce(s.language, '')", "n.language", "language")
    rating = said(RATING, "n.rating", "rating")
    return (
        f"SELECT DISTINCT ON (ch.id, {KEY}) s.row_no, n.id, "
        f"left(coalesce(s.title, s.text, {KEY}), 200) AS label, {KEY} AS external_id, "
        f"ch.id AS channel_id, {product} AS product_id, "
        "n.product_id AS old_product, "
        f"{customer} AS customer_id, {author} AS author, {rating}::numeric(3,2) AS rating, "
        f"{language} AS language, coalesce(s.title, '') AS title, "
        "coalesce(s.text, '') AS text, coalesce(s.said_at, now()) AS said_at, "
        "coalesce(n.day, (coalesce(s.said_at, now()) AT TIME ZONE %(zone)s)::date) AS day, "
        f"c.email, c.customer_key, c.sku, c.handle, c.gtin, c.product_name{mine.value} "
        f"FROM {work.stage.table} s {CHANNEL} {CLUE} {FOUND_BY} "
        "LEFT JOIN feedback_note n ON n.workspace_id = %(w)s AND n.channel_id = ch.id "
        f"AND n.external_id = {KEY}{mine.joins} WHERE s.ok AND CASE %(existing)s "
        "WHEN 'skip' THEN n.id IS NULL WHEN 'only_update' THEN n.id IS NOT NULL ELSE true END "
        f"ORDER BY ch.id, {KEY}, s.row_no"
    )


def _mark(workspace_id: int, touched: list[tuple[object, ...]], cause: str) -> None:
    """Days and products whose feedback figures are worked out again."""
    days = sorted({str(day) for day, *_ in touched if day})
    products = {pk for _, *both in touched for pk in both if pk}
    keys = [f"day:{day}" for day in days]
    if len(products) <= MANY:
        keys += [f"product:{pk}" for pk in sorted(products, key=str)]
    mark_stale(workspace_id, "feedback", keys, cause, urgency=BULK)


def undo(actor: Actor, run_id: int) -> Outcome:
    """Take a feedback import back."""
    workspace_id = actor.workspace.pk
    changes = ImportChange.objects.in_workspace(workspace_id).filter(
        run_id=run_id, model=Note._meta.label_lower
    )
    notes = Note.objects.with_trash(workspace_id)
    made = notes.filter(import_run_id=run_id)
    changed = notes.filter(pk__in=changes.values("object_id"))
    touched: list[tuple[object, object]] = [*made.values_list("day", "product_id").distinct()]
    touched += [*changed.values_list("day", "product_id").distinct()]
    before = changes.filter(before__product_id__isnull=False)
    touched += [(None, pk) for pk in before.values_list("before__product_id", flat=True)]
    outcome = undo_run(actor, run_id, [Note], [Channel])
    existing = set(
        Product.objects.with_trash(workspace_id)
        .filter(pk__in={pk for _, pk in touched if pk})
        .values_list("pk", flat=True)
    )
    _mark(
        workspace_id,
        [(day, pk if pk in existing else None) for day, pk in touched],
        "import undone",
    )
    return outcome


FEEDBACK = Kind(
    name="feedback",
    label="Feedback",
    perm=Perm.FEEDBACK_EDIT,
    columns=COLUMNS,
    key=("channel", "external_id"),
    unique_key=True,
    check=check,
    merge=merge,
    undo=undo,
    description="What people said: one row is one note. A note needs a rating, a title or a text; "
    "its words never change after it came in.",
    export=FEEDBACK_EXPORT,
    record=RECORD,
)
