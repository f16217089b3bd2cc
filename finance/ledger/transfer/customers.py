"""Customers out of a file: one row is one customer, known by the shop's own key."""

from finance.ledger.models import Account, Customer
from finance.ledger.transfer.exports import CUSTOMERS_EXPORT
from finance.ledger.transfer.marks import mark_customers
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Column, Kind, Outcome, Stage
from workspaces.imports.merging import Check, Work, finished, insert, named, traced, update
from workspaces.imports.undoing import undo as undo_run

RECORD = "finance.customer"
NEW = (
    "NOT EXISTS (SELECT FROM finance_customer k WHERE k.workspace_id = %(w)s "
    "AND k.external_id = s.customer)"
)
COLUMNS = (
    Column(
        "customer",
        "Customer",
        required=True,
        max_length=120,
        help="The shop's key for the customer. A row with a known one changes that customer.",
        example="C-1041",
        aliases=("customer id", "customerid", "id", "external id", "kundennummer"),
    ),
    Column(
        "email",
        "E-mail",
        max_length=254,
        help="One address.",
        example="ada@example.com",
        aliases=("email", "e-mail address", "mail"),
    ),
    Column(
        "name",
        "Name",
        max_length=200,
        help="A person or a firm.",
        example="Ada Lang",
        aliases=("full name", "customer name"),
    ),
    Column(
        "country",
        "Country",
        max_length=2,
        help="Two letters (ISO 3166).",
        example="DE",
        aliases=("country code", "default address country code"),
    ),
    Column(
        "account",
        "Account",
        max_length=120,
        help="The business customer they belong to. Made when it does not exist yet.",
        example="Bergzeit GmbH",
        aliases=("company", "default address company"),
    ),
)
FIELDS = {
    "email": ("email", "coalesce(s.email, '')"),
    "name": ("name", "coalesce(s.name, '')"),
    "country": ("country", "upper(coalesce(s.country, ''))"),
    "account": ("account_id", "a.id"),
}


def check(stage: Stage) -> None:
    """Refuse rows with words."""
    work = Check(stage)
    work.trashed("customer", Customer, "external_id")
    work.refuse(
        "email",
        "'This is not an e-mail address.'",
        "Write one address such as ada@example.com, or leave the cell empty.",
        r"s.email IS NOT NULL AND s.email !~ '^[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$'",
    )
    work.refuse(
        "country",
        "'This is not a country code.'",
        "Use two letters such as DE.",
        "s.country IS NOT NULL AND s.country !~ '^[A-Za-z]{2}$'",
    )
    own.check(work, RECORD, NEW)
    work.close()


def merge(stage: Stage) -> Outcome:
    """Bring the rows that are ok in. The same file twice changes nothing."""
    work, outcome = Work(stage), Outcome()
    work.alone()
    if work.said("account"):
        names = f"SELECT account AS name FROM {stage.table} WHERE ok AND account IS NOT NULL"
        named(work, Account, names, outcome)
    values = ", ".join(f"{value} AS {name}" for name, value in FIELDS.values())
    mine = own.part_of(work, RECORD, "k.custom", "k.id IS NULL", "s")
    rows = work.table(
        "m_customers",
        "SELECT s.row_no, k.id, s.customer AS label, s.customer AS external_id, "
        f"{values}{mine.value} FROM {stage.table} s "
        "LEFT JOIN finance_customer k ON k.workspace_id = %(w)s "
        "AND k.external_id = s.customer LEFT JOIN finance_account a ON a.workspace_id = %(w)s "
        f"AND lower(a.name) = lower(s.account){mine.joins} WHERE s.ok AND CASE %(existing)s "
        "WHEN 'skip' THEN k.id IS NULL WHEN 'only_update' THEN k.id IS NOT NULL ELSE true END",
    )
    total = work.number(f"SELECT count(*) FROM {stage.table} WHERE ok")
    said = [name for column, (name, _) in FIELDS.items() if work.said(column)]
    update(work, Customer, rows, [*said, *mine.written], outcome)
    columns = ["external_id", *(name for name, _ in FIELDS.values()), *mine.inserted]
    insert(work, Customer, rows, columns, outcome, order="external_id")
    found = f"SELECT k.id FROM finance_customer k JOIN {rows} m ON m.external_id = k.external_id "
    own.claim(work, Customer, RECORD, f"{found} WHERE k.workspace_id = %(w)s")
    traced(outcome, Customer, rows)
    stage.progress(total, total, "Merged")
    return finished(work, outcome, "customers")


def undo(actor: Actor, run_id: int) -> Outcome:
    """Take a customers import back."""
    outcome = undo_run(actor, run_id, [Customer], [Account])
    mark_customers(actor.workspace.pk, [], "import undone")
    return outcome


CUSTOMERS = Kind(
    name="customers",
    label="Customers",
    perm=Perm.CUSTOMERS_EDIT,
    columns=COLUMNS,
    key=("customer",),
    unique_key=True,
    check=check,
    merge=merge,
    undo=undo,
    description="Who orders: one row is one customer. Accounts are made as needed.",
    export=CUSTOMERS_EXPORT,
    record=RECORD,
)
