"""What each page and resource may ask the database: an exact number, changed on purpose.

After a change on purpose: `PM_BUDGETS=write pytest tests/guards/test_query_budgets.py`, and read
the difference.
"""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.access.routes import inside
from tests.access.walking import address, name_of
from tests.access.world import build
from workspaces.members.models import Membership

pytestmark = pytest.mark.django_db
FILE = Path(__file__).with_name("query_budgets.json")
MOST = 25  # no page may ever need more


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    """Statements of each address that answers 200 to its owner, asked a second time."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain})
    with django_db_blocker.unblock(), transaction.atomic(), storages:
        world = build("budget")
        world.rows[Membership] = Membership.objects.get(user=world.people["viewer"]).pk
        client = Client(raise_request_exception=False)
        client.force_login(world.people["owner"])
        counts = {}
        for route in inside():
            if "GET" not in route.perms:
                continue
            path = address(route, world, world)
            if client.get(path).status_code == 200:
                with CaptureQueriesContext(connection) as captured:
                    answer = client.get(path)
                    _ = answer.getvalue() if answer.streaming else answer.content
                counts[name_of(route)] = len(captured)
        yield counts
        transaction.set_rollback(True)


def test_every_page_stays_within_its_budget(counted):
    if os.environ.get("PM_BUDGETS") == "write":
        FILE.write_text(json.dumps(counted, indent=2, sort_keys=True) + "\n")
    budgets = json.loads(FILE.read_text())
    differ = {
        name: (budgets.get(name), count)
        for name, count in sorted(counted.items())
        if count != budgets.get(name)
    }
    gone = sorted(set(budgets) - set(counted))
    assert not differ, f"address: (budget, now): {differ}"
    assert not gone, f"these have a budget but no longer answer 200: {gone}"


def test_no_page_needs_many_statements(counted):
    assert {name: count for name, count in counted.items() if count > MOST} == {}
