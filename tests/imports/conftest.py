"""A kind of the engine's own to import: suppliers, with every type of cell."""

import io
from collections.abc import Callable

import pytest
from django.db import connection

from products.models import Supplier
from workspaces.access.roles import Perm
from workspaces.imports import services
from workspaces.imports.accounting import account
from workspaces.imports.kinds import KINDS, Cell, Column, Kind, Outcome, Stage
from workspaces.imports.merging import Work, traced
from workspaces.imports.models import ImportRun
from workspaces.jobs.tasks import run_job

COLUMNS = (
    Column("name", "Name", required=True, max_length=120, aliases=("supplier",), example="Acme"),
    Column("email", "E-mail", example="a@example.com"),
    Column("country", "Country", max_length=2, example="DE"),
    Column("amount", "Amount", Cell.DECIMAL, minimum=0, example="12.50"),
    Column("units", "Units", Cell.INTEGER, example="3"),
    Column("since", "Since", Cell.DATE, example="2024-03-31"),
    Column("seen", "Seen at", Cell.MOMENT, example="2024-03-31 14:30"),
    Column("currency", "Currency", Cell.CURRENCY, example="EUR"),
    Column("tier", "Tier", Cell.CHOICE, choices=("gold", "silver"), example="gold"),
    Column("active", "Active", Cell.YES_NO, example="yes"),
)


def _check(stage: Stage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {stage.issues} (row_no, field, value, message, remedy) SELECT row_no, "
            f"'country', country, 'No such country.', 'Use two letters.' FROM {stage.table} "
            "WHERE country = 'XX'"
        )


def _merge(stage: Stage) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {stage.table} WHERE ok")
        rows = cursor.fetchone()[0]
        stage.progress(0, rows, "Importing")
        cursor.execute(
            "INSERT INTO products_supplier (workspace_id, name, email, country, import_run_id) "
            f"SELECT %s, name, coalesce(email, ''), coalesce(country, ''), %s FROM {stage.table} "
            "WHERE ok ON CONFLICT (workspace_id, lower(name)) DO NOTHING",
            [stage.actor.workspace.pk, stage.run_id],
        )
        made = cursor.rowcount
        cursor.execute(
            "CREATE TEMP TABLE m_suppliers ON COMMIT DROP AS SELECT row_no, CASE WHEN "
            f"p.import_run_id = %s THEN NULL ELSE p.id END AS id FROM {stage.table} t "
            "JOIN products_supplier p ON p.workspace_id = %s AND lower(p.name) = lower(t.name) "
            "WHERE ok",
            [stage.run_id, stage.actor.workspace.pk],
        )
    stage.progress(rows, rows, "Importing")
    outcome = Outcome(created={"suppliers": made})
    traced(outcome, Supplier, "m_suppliers")
    account(Work(stage), outcome)
    return outcome


def _undo(actor, run_id: int) -> Outcome:
    gone = Supplier.objects.with_trash(actor.workspace.pk).filter(import_run_id=run_id).delete()[0]
    return Outcome(created={"suppliers": gone})


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def probe() -> Kind:
    """The kind itself, for tests and for their workers."""
    return Kind(
        "suppliers", "Suppliers", Perm.CATALOG_EDIT, COLUMNS, ("name",), True, _check, _merge, _undo
    )


@pytest.fixture
def kind(monkeypatch) -> Kind:
    suppliers = probe()
    monkeypatch.setitem(KINDS, "suppliers", suppliers)
    return suppliers


@pytest.fixture
def upload(member, kind) -> Callable[..., ImportRun]:
    """Upload a text or bytes as a file of suppliers."""

    def send(content: str | bytes, filename: str = "suppliers.csv", **kwargs) -> ImportRun:
        data = content.encode() if isinstance(content, str) else content
        return services.upload(member.actor, "suppliers", [(filename, io.BytesIO(data))], **kwargs)

    return send


@pytest.fixture
def checked(member, upload) -> Callable[..., ImportRun]:
    """Upload and check."""

    def send(*args, **kwargs) -> ImportRun:
        run = services.check(member.actor, upload(*args, **kwargs).pk)
        return finish(run)

    return send


def finish(run: ImportRun) -> ImportRun:
    """Let the worker do its work."""
    run_job(run.job_id)
    return ImportRun.objects.get(pk=run.pk)
