"""Fields that nobody may set are set by no body and by no form, whatever is added to it."""

import json

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Count, Q
from django.test import Client

from tests.access.routes import Route, inside
from tests.access.walking import FORM, address, name_of
from tests.access.world import build
from workspaces.imports.models import ImportRun
from workspaces.members.models import Membership
from workspaces.records.models import Record

pytestmark = pytest.mark.django_db
LONG_AGO, ELSEWHERE = "2001-01-01T00:00:00Z", 987_654_321
RECORDS = [model for model in apps.get_models() if issubclass(model, Record)]


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker):
    """Ours, theirs, the browser of our owner, and how the rows were."""
    with django_db_blocker.unblock(), transaction.atomic():
        ours, theirs = build("canary-ours"), build("canary-theirs")
        ours.rows[Membership] = Membership.objects.get(user=ours.people["viewer"]).pk
        client = Client(raise_request_exception=False)
        client.force_login(ours.people["owner"])
        yield ours, theirs, client, noticed(theirs)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch):
    monkeypatch.setattr("workspaces.api.limits.count", lambda caller: None)


def protected(theirs) -> dict[str, object]:
    """Every field that belongs to the house, with a value that would be noticed."""
    return {
        "id": ELSEWHERE,
        "pk": ELSEWHERE,
        "workspace": theirs.workspace.pk,
        "workspace_id": theirs.workspace.pk,
        "version": ELSEWHERE,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "deleted_at": LONG_AGO,
        "import_run": theirs.rows[ImportRun],
        "import_run_id": theirs.rows[ImportRun],
    }


def noticed(theirs) -> list[tuple[int, int]]:
    """By model: the rows that carry a protected value, and those of the other workspace."""
    return [_counts(model._base_manager.all(), theirs) for model in RECORDS]


def _counts(rows, theirs) -> tuple[int, int]:
    moments = Q(created_at=LONG_AGO) | Q(updated_at=LONG_AGO) | Q(deleted_at=LONG_AGO)
    marked = Q(pk=ELSEWHERE) | Q(version=ELSEWHERE) | Q(import_run=theirs.rows[ImportRun])
    found = rows.aggregate(
        wrong=Count("pk", filter=moments | marked),
        elsewhere=Count("pk", filter=Q(workspace=theirs.workspace)),
    )
    return found["wrong"], found["elsewhere"]


@pytest.mark.parametrize("route", inside(), ids=name_of)
def test_what_belongs_to_the_house_stays_as_it_is(worlds, route: Route):
    ours, theirs, client, before = worlds
    path = address(route, ours, ours)
    for method in sorted(set(route.perms) & {"POST", "PUT", "PATCH"}):
        with transaction.atomic():
            if route.is_api:
                shown = client.get(path)
                known = shown.json() if shown.status_code == 200 else {}
                known = known if isinstance(known, dict) else {}
                for body in (known | protected(theirs), {"name": "x"} | protected(theirs)):
                    client.generic(
                        method,
                        path,
                        json.dumps(body),
                        content_type="application/json",
                        headers={"If-Match": "*"},
                    )
            else:
                client.post(path, FORM | {"name": "x", "value": "x"} | protected(theirs))
            after = noticed(theirs)
            transaction.set_rollback(True)
        assert after == before, method
