"""Guests and their host at once: what is closed is closed, what serves once serves once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection
from django.test import Client

from workspaces.guests import services
from workspaces.guests.models import GuestCode, GuestLink

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act, many):
    """Call it so often at the same moment; gives what each call gave."""
    start = Barrier(many)

    def one(number):
        start.wait(30)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def test_a_code_opens_once_however_many_type_it_at_once(made, enter, mailed):
    _, secret = made(way="email", domains=["example.com"])
    enter(secret, Client(), email="a@example.com")
    code = mailed()
    answers = at_once(
        lambda _: enter(secret, Client(), email="a@example.com", code=code).status_code, 4
    )

    assert sorted(answers) == [303, 422, 422, 422]
    assert GuestCode.objects.get().used_at is not None


def test_guesses_at_the_same_moment_are_all_counted(made, enter, mailed, monkeypatch):
    monkeypatch.setattr("workspaces.guests.doors.counted", lambda *_: None)
    _, secret = made(way="email", domains=["example.com"])
    enter(secret, Client(), email="a@example.com")
    wrong = f"{(int(mailed()) + 1) % 10**6:06d}"
    at_once(lambda _: enter(secret, Client(), email="a@example.com", code=wrong).status_code, 8)

    assert GuestCode.objects.get().tries == 5


def test_whoever_reads_while_a_link_is_revoked_reads_nothing_afterwards(made, see, member):
    link, secret = made()
    revoked = Event()

    def reader_or_host(number):
        if number == 0:
            services.revoke_link(member.actor, link.pk)
            revoked.set()
            return []
        guest, seen = Client(), []
        for _ in range(8):
            after = revoked.is_set()
            seen.append((after, see(secret, guest).status_code))
        return seen

    seen = [one for each in at_once(reader_or_host, 4) for one in each]

    assert {status for after, status in seen if after} <= {404}
    assert {status for _, status in seen} <= {200, 404}
    assert see(secret).status_code == 404


def test_every_visit_is_counted_though_they_come_at_once(made, see):
    link, secret = made()
    assert at_once(lambda _: see(secret).status_code, 6) == [200] * 6

    assert GuestLink.objects.get(pk=link.pk).opens == 6
