"""What every answer carries, what every form needs, and that nothing typed is ever code."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client

from tests.access.routes import Route, all_addresses, inside
from tests.access.walking import address, name_of
from tests.access.world import World, build
from tests.factories.workspaces import PASSWORD, UserFactory
from workspaces.access.roles import Role
from workspaces.members import invitations
from workspaces.members.models import Membership
from workspaces.members.tasks import send_invitation

pytestmark = pytest.mark.django_db
ROUTES = inside()
ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{9*9}}"
READ = [route for route in ROUTES if "GET" in route.perms]
# Pages that need no workspace: forms for strangers, and for whoever is signed in.
ENTRANCES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/invitation/"]
OWN = ["/new/", "/workspaces/", "/accounts/sessions/", "/accounts/2fa/", "/accounts/logout/"]


@pytest.fixture(scope="module")
def attacked(django_db_setup, django_db_blocker):
    """A workspace whose every text is an attack, and its owner's browser."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build(ATTACK[:70])
        world.rows[Membership] = Membership.objects.get(user=world.people["viewer"]).pk
        client = Client(raise_request_exception=False)
        client.force_login(world.people["owner"])
        yield world, client
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch):
    monkeypatch.setattr("workspaces.api.limits.count", lambda caller: None)


def body_of(answer) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    return content.decode(errors="replace")


def assert_safe_headers(answer):
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("route", READ, ids=name_of)
def test_what_people_typed_is_never_code(attacked, route: Route):
    world, client = attacked
    answer = client.get(address(route, world, world))
    if answer.status_code == 405:
        return
    assert_safe_headers(answer)
    assert answer.status_code == 404 or "no-store" in answer.get("Cache-Control", "")
    if answer["Content-Type"].startswith("text/html"):
        text = body_of(answer)
        for spark in ("<script>alert", "<img src=x", "\"'><", ">81"):
            assert spark not in text


@pytest.mark.parametrize("path", [*ENTRANCES, *OWN])
def test_pages_outside_a_workspace_are_as_safe(attacked, path):
    _, client = attacked
    browser = Client() if path in ENTRANCES else client
    answer = browser.get(path)
    assert answer.status_code in (200, 404)
    assert_safe_headers(answer)
    assert "<script>alert" not in body_of(answer)


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_nothing_changes_without_a_token_of_our_own_page(attacked, route: Route):
    world, _ = attacked
    forger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    forger.force_login(world.people["owner"])
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = forger.generic(
            method, address(route, world, world), headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code in (403, 405), (method, answer.status_code)


def test_forms_outside_a_workspace_need_the_token_too(attacked):
    world, _ = attacked
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(world.people["owner"])
    for path in ("/new/", "/invitation/", "/accounts/logout/", "/accounts/login/"):
        assert forger.post(path).status_code == 403


def test_cookies_are_out_of_reach_of_scripts_and_other_sites():
    ada = UserFactory(email="ada@example.com", password=PASSWORD)
    EmailAddress.objects.create(user=ada, email=ada.email, primary=True, verified=True)
    visitor = Client()
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert visitor.cookies[name]["samesite"] == "Lax"
        assert visitor.cookies[name]["httponly"]


def test_uploads_have_no_address():
    served = [path for path, _, _ in all_addresses() if path.startswith("media")]
    assert served == []
    assert Client().get("/media/imports/absent.csv").status_code == 404


def test_the_token_of_an_invitation_is_in_no_log_and_no_later_address(caplog, attacked):
    world, _ = attacked
    ada = UserFactory(email="ada@example.com")
    actor = actor_of(world)
    invitation = invitations.invite(actor, ada.email, Role.VIEWER)
    send_invitation(invitation.pk)
    token = invitations.token_of(invitation)
    assert token in mail.outbox[-1].body
    caplog.set_level(logging.DEBUG)

    client = Client()
    client.force_login(ada)
    opened = client.get(f"/invitations/{token}/", follow=True)
    joined = client.post("/invitation/", follow=False)

    assert joined.status_code == 302
    assert token not in caplog.text
    assert token not in body_of(opened)
    assert token not in opened.redirect_chain[-1][0]


def actor_of(world: World):
    from workspaces.access.doors import actor_for

    return actor_for(world.people["owner"], world.workspace.slug)


def test_production_settings_pass_every_check_of_django():
    told = {
        "DATABASE_URL": "postgres://shop:secret@db.example/shop",
        "REDIS_URL": "redis://redis.example:6379",
        "SECRET_KEY": "k" * 20 + "9f8e7d6c5b4a3928170615243342516079",
        "ALLOWED_HOSTS": "pm.example.com",
    }
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=root,
        env={**os.environ, **told} | {"DJANGO_ALLOW_ASYNC_UNSAFE": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3_000:]


def test_production_cookies_are_bound_to_https_and_host():
    script = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.DEBUG)"
    )
    told = {
        "DATABASE_URL": "postgres://shop:secret@db.example/shop",
        "REDIS_URL": "redis://redis.example:6379",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "pm.example.com",
        "DJANGO_SETTINGS_MODULE": "pm_workspace.settings",
    }
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert said.split() == [
        "__Host-sessionid",
        "__Host-csrftoken",
        "True",
        "True",
        "31536000",
        "True",
        "False",
    ]


def test_a_host_that_is_refused_before_any_page_gets_the_policy_too(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "script-src 'self'" in answer["Content-Security-Policy"]
