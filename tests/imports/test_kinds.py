"""The importer with the kinds of the product: each example file goes in, and out again."""

import io

import pytest
from django.apps import apps
from django.db import connection

from tests.imports.conftest import finish
from workspaces.imports import checking, previews, services
from workspaces.imports.kinds import KINDS
from workspaces.imports.models import ImportRun, ImportState
from workspaces.records.models import ScopedModel

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = ("products", "costs", "customers", "orders", "feedback")
KEPT_APART = {
    "workspaces.importrun",
    "workspaces.importchange",
    "workspaces.job",
    "workspaces.activityevent",
    "workspaces.stalemark",
    "workspaces.refresh",
    "workspaces.columnmapping",
}


def imported(someone, kind: str, text: str) -> ImportRun:
    files = [(f"{kind}.csv", io.BytesIO(text.encode()))]
    run = services.upload(someone.actor, kind, files)
    run = finish(services.check(someone.actor, run.pk))
    assert checking.issues_of_rows(run) == []
    run = finish(services.start(someone.actor, run.pk))
    assert run.state == ImportState.DONE, run.job.error
    return run


def everything() -> dict[str, list[tuple]]:
    """Every row of every scoped table that an import may change.

    All of it except `version` and `updated_at`: an undo is an edit, and those never go back.
    """
    rows = {}
    for model in apps.get_models():
        if issubclass(model, ScopedModel) and model._meta.label_lower not in KEPT_APART:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT to_jsonb(t) - 'version' - 'updated_at' "
                    f'FROM "{model._meta.db_table}" t ORDER BY id'
                )
                rows[model._meta.label] = cursor.fetchall()
    return rows


def test_every_kind_has_an_example_that_goes_in_once_and_comes_out_again(owner):
    runs, before = [], []
    for name in ORDER:
        before.append(everything())
        runs.append(imported(owner, name, previews.example_csv(KINDS[name])))
        assert sum(runs[-1].counts["created"].values()) > 0, name
        after = everything()
        again = imported(owner, name, previews.example_csv(KINDS[name]))
        assert sum(again.counts["created"].values()) == 0, name
        assert everything() == after, name

    for name, run, state in reversed(list(zip(ORDER, runs, before, strict=True))):
        run = finish(services.undo(owner.actor, run.pk))
        assert run.state == ImportState.UNDONE, (name, run.job.error)
        assert everything() == state, name
