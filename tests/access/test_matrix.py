"""Every address × every role × a second workspace × nobody: no leak, and nothing unclassified."""

import json
import re
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access.routes import API, OUTSIDE, PAGES, inside, outside
from tests.access.walking import FORM, address, name_of
from tests.access.world import World, build
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.members.models import Membership
from workspaces.staleness.recompute import recompute_everything

pytestmark = pytest.mark.django_db
ROUTES = inside()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Where the row decides: a page that many open, and an act on it that takes more.
NARROWER = {
    (f"{PAGES}exports/<slug:kind>.<str:extension>", "GET"): Perm.LEDGER_VIEW,  # of orders
    (f"{PAGES}exports/<slug:kind>.<str:extension>", "POST"): Perm.LEDGER_VIEW,
    (f"{PAGES}orders/export.<str:extension>", "GET"): Perm.LEDGER_VIEW,
    (f"{PAGES}orders/export.<str:extension>", "POST"): Perm.LEDGER_VIEW,
    (f"{PAGES}metrics/<slug:name>/rows.<str:extension>", "GET"): Perm.LEDGER_VIEW,  # order lines
    (f"{PAGES}trash/<str:kind>/<int:pk>/restore/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}links/<str:kind>/<int:pk>/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}links/<int:pk>/remove/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}links/<int:pk>/restore/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/<int:pk>/delete/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/new/", "GET"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/new/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/paste/", "GET"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/paste/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/bulk/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/bulk/value/", "GET"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/cells/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/<int:pk>/edit/", "GET"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/<int:pk>/edit/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/<int:pk>/move/", "GET"): Perm.CATALOG_EDIT,
    (f"{PAGES}records/<slug:address>/<int:pk>/move/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}lists/<slug:plural>/<int:pk>/", "GET"): Perm.CATALOG_EDIT,
    (f"{PAGES}lists/<slug:plural>/<int:pk>/", "POST"): Perm.CATALOG_EDIT,
    (f"{PAGES}feedback/<int:pk>/", "POST"): Perm.FEEDBACK_EDIT,
    (f"{PAGES}waivers/<int:pk>/end/", "POST"): Perm.COMPLIANCE_REVIEW,  # somebody else's
    (f"{PAGES}jobs/<int:pk>/retry/", "POST"): Perm.WORKSPACE_MANAGE,  # of somebody else's job
    # somebody else's question
    (f"{PAGES}approvals/<int:pk>/withdraw/", "POST"): Perm.WORKSPACE_MANAGE,
    (f"{API}approvals/<int:pk>/withdraw/", "POST"): Perm.WORKSPACE_MANAGE,
    (f"{API}jobs/<int:pk>/retry/", "POST"): Perm.WORKSPACE_MANAGE,
}
MONEY = re.compile(r"6[.,\u202f\u00a0 ]?161|7[.,\u202f\u00a0 ]?171")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")  # now and then its microseconds look like money
WRITES = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session|cache)')


@dataclass
class Worlds:
    """Ours and theirs, and a browser for everybody."""

    ours: World
    theirs: World
    clients: dict[str, Client]


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker):
    """Built once, and rolled back when the last address is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        ours, theirs = build("canary-ours"), build("canary-theirs")
        for world in (ours, theirs):
            world.rows[Membership] = Membership.objects.get(user=world.people["viewer"]).pk
            recompute_everything(world.workspace.pk, "test")
        clients = {"anonymous": Client(raise_request_exception=False)}
        people = ours.people | {"stranger": theirs.people["owner"]}
        for name, user in people.items():
            clients[name] = Client(raise_request_exception=False)
            clients[name].force_login(user)
        yield Worlds(ours, theirs, clients)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch):
    monkeypatch.setattr("workspaces.api.limits.count", lambda caller: None)


every_route = pytest.mark.parametrize("route", ROUTES, ids=name_of)


def ask(client: Client, method: str, path: str, *, api: bool):
    """One request, undone; what it wrote besides the session is in `written`."""
    body = {"data": "{}", "content_type": "application/json", "headers": {"If-Match": "*"}}
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        if method == "GET":
            answer = client.get(path)
        elif api:
            answer = client.generic(method, path, **body)
        else:
            answer = getattr(client, method.lower())(path, FORM)
        written = [q["sql"] for q in captured if WRITES.match(q["sql"])]
        answer.written = [sql for sql in written if "last_opened_at" not in sql]
        content = answer.getvalue() if answer.streaming else answer.content
        answer.body = content.decode(errors="replace")
        transaction.set_rollback(True)
    return answer


def test_every_address_of_a_workspace_says_whom_it_opens_to():
    silent = [route.path for route in ROUTES if not route.perms]
    assert not silent, f"stamp these with workspace_view, or reads and writes: {silent}"


def test_every_address_outside_is_listed_with_a_reason_and_no_reason_is_stale():
    prefixes = {entry[:-1] for entry in OUTSIDE if entry.endswith("…")}
    found = {
        next((f"{prefix}…" for prefix in prefixes if path.startswith(prefix)), path)
        for path in outside()
    }
    assert found == set(OUTSIDE)


def test_every_parameter_of_an_address_is_known(worlds):
    open_ones = [
        path for route in ROUTES if "<" in (path := address(route, worlds.ours, worlds.theirs))
    ]
    assert not open_ones, f"say in ROWS or WORDS what these parameters are: {open_ones}"


@every_route
def test_nobody_and_strangers_see_nothing(worlds, route):
    path = address(route, worlds.ours, worlds.ours)
    for who in ("anonymous", "deactivated", "stranger", "removed"):
        for method in METHODS:
            answer = ask(worlds.clients[who], method, path, api=route.is_api)
            known = who in ("stranger", "removed")
            if route.is_api:
                expected = {404, 405} if known else {401}
            else:
                expected = {404, 405} if known else {302, 405}
            assert answer.status_code in expected, (who, method, answer.status_code)
            if answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/")
            assert "canary-ours" not in answer.body, (who, method)
            assert not answer.written, (who, method)


@every_route
def test_a_role_opens_what_its_grants_say_and_no_more(worlds, route):
    path = address(route, worlds.ours, worlds.ours)
    for role in Role:
        for method, perm in route.perms.items():
            answer = ask(worlds.clients[role.value], method, path, api=route.is_api)
            where = (role.value, method, answer.status_code)
            assert answer.status_code < 500, where
            narrower = NARROWER.get((route.path, method), perm)
            if {perm, narrower} <= GRANTS[role]:
                assert answer.status_code not in (401, 403), where
            else:  # whoever may open the page but not this row need not learn that it is there
                unseen = {404} if perm in GRANTS[role] and narrower != perm else set()
                assert answer.status_code in {403, 405} | unseen, where
                assert not answer.written, where
            text = answer.body
            assert "canary-theirs" not in text, where
            if Perm.MONEY_VIEW not in GRANTS[role]:
                found = MONEY.search(MOMENT.sub("", text))
                assert not found, (where, found)


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if len(one.params) > 1 and "<int" in one.path], ids=name_of
)
def test_ids_of_another_workspace_are_not_found(worlds, route):
    path = address(route, worlds.ours, worlds.theirs)
    for method in route.perms:
        answer = ask(worlds.clients["owner"], method, path, api=route.is_api)
        refused = (404, 405) if method == "GET" else (302, 404, 405, 422)  # in words, on the page
        assert answer.status_code in refused, (method, answer.status_code)
        assert "canary-theirs" not in answer.body
        assert not answer.written


def test_admin_is_for_staff(worlds):
    for who in ("anonymous", "owner"):
        answer = worlds.clients[who].get("/admin/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_the_schema_of_the_api_names_no_data(worlds):
    text = json.dumps(str(worlds.clients["anonymous"].get("/api/v1/schema/").content))
    assert "canary" not in text
