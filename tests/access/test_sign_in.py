"""Signing in: who gets tries, what they learn from failing, and what a session survives."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import hashers
from django.core import mail
from django.test import Client

from tests.factories.workspaces import PASSWORD, MembershipFactory, UserFactory
from workspaces.access.roles import Role

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fast_hash_and_empty_limits(settings):
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def ada():
    ada = UserFactory(email="ada@example.com", password=PASSWORD)
    EmailAddress.objects.create(user=ada, email=ada.email, primary=True, verified=True)
    MembershipFactory(user=ada, role=Role.VIEWER)
    return ada


def sign_in(client, email="ada@example.com", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def test_the_right_password_opens_the_door(ada):
    answer = sign_in(Client())
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_thousand_guesses_reach_the_hasher_five_times(ada, monkeypatch):
    """Whatever address the guesser claims to come from: nobody but our own proxies is believed."""
    checked = []
    real = hashers.check_password
    monkeypatch.setattr(
        "django.contrib.auth.base_user.check_password",
        lambda *args, **kwargs: checked.append(1) or real(*args, **kwargs),
    )
    for guess in range(1_000):
        sign_in(Client(), password=f"guess {guess}", headers={"X-Forwarded-For": f"10.0.0.{guess}"})

    assert len(checked) == 5
    answer = sign_in(Client(), REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()


def test_one_address_of_the_net_gets_twenty_wrong_tries_an_hour(ada):
    for guess in range(21):
        sign_in(Client(), email=f"nobody{guess}@example.com")
    assert "Too many failed" in sign_in(Client()).content.decode()
    assert sign_in(Client(), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_behind_a_proxy_of_ours_the_last_address_counts(ada, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for guess in range(21):
        forged = {"X-Forwarded-For": f"10.9.9.{guess}, 203.0.113.7"}
        sign_in(Client(), email=f"nobody{guess}@example.com", headers=forged)
    locked = sign_in(Client(), headers={"X-Forwarded-For": "10.1.1.1, 203.0.113.7"})
    free = sign_in(Client(), headers={"X-Forwarded-For": "10.1.1.1, 203.0.113.8"})
    assert (locked.status_code, free.status_code) == (200, 302)


def test_lockout_does_not_end_a_session_that_is_open(ada):
    mine = Client()
    sign_in(mine)
    for guess in range(6):
        sign_in(Client(), password=f"guess {guess}")
    assert mine.get("/accounts/sessions/").status_code == 200


def test_an_unknown_address_fails_like_a_wrong_password(ada, monkeypatch):
    """Same words, same status, and one password hash spent either way."""
    known, unknown = Client(), Client()
    one = sign_in(known, password="wrong")
    other = sign_in(unknown, email="nobody@example.com", password="wrong")

    plain = [
        re.sub(r'value="[^"]*"|ada@example.com|nobody@example.com', "", page.content.decode())
        for page in (one, other)
    ]
    assert one.status_code == other.status_code
    assert plain[0] == plain[1]


def test_asking_for_a_reset_says_the_same_to_everybody(ada):
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("ada@example.com", "nobody@example.com")
    ]
    assert [len(letter.to) for letter in mail.outbox] == [1, 1]
    one, other = (re.sub(r'value="[^"]*"', "", page.content.decode()) for page in answers)
    assert one == other


def test_signing_up_with_a_known_address_says_the_same_and_changes_nothing(ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # as in production
    form = {"name": "Eve", "password1": PASSWORD, "password2": PASSWORD}
    before = ada.password
    taken = Client().post("/accounts/signup/", form | {"email": "ada@example.com"})
    free = Client().post("/accounts/signup/", form | {"email": "new@example.com"})
    ada.refresh_from_db()

    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert [letter.to for letter in mail.outbox] == [["ada@example.com"], ["new@example.com"]]
    assert ada.password == before
    assert ada.name != "Eve"


def test_the_session_changes_its_name_at_sign_in(ada):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)

    assert client.cookies["sessionid"].value != planted
    stale = Client()
    stale.cookies["sessionid"] = planted
    assert stale.get("/accounts/sessions/").status_code == 302


def test_signing_out_kills_the_session_for_good(ada):
    client = Client()
    sign_in(client)
    kept = client.cookies["sessionid"].value
    client.post("/accounts/logout/")

    stale = Client()
    stale.cookies["sessionid"] = kept
    assert stale.get("/accounts/sessions/").status_code == 302


def test_a_new_password_ends_all_other_sessions(ada):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client)
    form = {
        "oldpassword": PASSWORD,
        "password1": "another long one",
        "password2": "another long one",
    }
    assert here.post("/accounts/password/change/", form).status_code == 302

    assert elsewhere.get("/accounts/sessions/").status_code == 302
    assert sign_in(Client(), password="another long one").status_code == 302


def test_sign_out_everywhere_else_leaves_this_one(ada):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client)
    here.get("/accounts/sessions/")
    here.post("/accounts/sessions/")

    assert here.get("/accounts/sessions/").status_code == 200
    assert elsewhere.get("/accounts/sessions/").status_code == 302


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example/", "/\\evil.example"]
)
def test_sign_in_sends_nobody_to_another_site(ada, next_url):
    answer = Client().post(LOGIN, {"login": ada.email, "password": PASSWORD, "next": next_url})
    assert "evil" not in answer["Location"]


def test_a_forged_host_gets_no_reset_letter(ada):
    answer = Client(raise_request_exception=False).post(
        "/accounts/password/reset/", {"email": ada.email}, headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    assert not mail.outbox


def test_a_reset_link_works_once_and_its_key_is_in_no_later_address(ada):
    Client().post("/accounts/password/reset/", {"email": ada.email})
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body).group(1)
    client = Client()
    landed = client.get(link, follow=True)
    form_url = landed.redirect_chain[-1][0]
    assert link not in form_url
    new = {"password1": "another long one", "password2": "another long one"}
    assert client.post(form_url, new).status_code == 302

    again = Client().get(link, follow=True)
    assert "Bad Token" in again.content.decode()


def test_a_one_time_password_is_asked_for_and_serves_once(ada):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    client = Client()
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/sessions/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/accounts/sessions/").status_code == 200

    second = Client()
    sign_in(second)
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert second.get("/accounts/sessions/").status_code == 302


def test_an_unknown_address_costs_the_same_hash_as_a_wrong_password(ada, monkeypatch):
    """One hash either way, so the time an answer takes tells nothing."""
    spent = []
    real = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher,
        "encode",
        lambda self, *args, **kwargs: spent.append(1) or real(self, *args, **kwargs),
    )
    sign_in(Client(), password="wrong")
    known = len(spent)
    sign_in(Client(), email="nobody@example.com", password="wrong")

    assert known == len(spent) - known == 1
