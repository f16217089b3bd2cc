"""What a link opens, to whom, until when; and that nothing tells a guess from what once was."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from workspaces.guests import services
from workspaces.guests.models import GuestCode, GuestLink, GuestVisit
from workspaces.guests.services import Gate
from workspaces.guests.tasks import send_code
from workspaces.members.services import delete_workspace

WINDOW = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)  # when one of the limits begins anew
PASSWORD = "twelve green apples"
pytestmark = pytest.mark.django_db


def test_an_open_link_opens_and_only_the_hash_of_its_secret_is_kept(made, see):
    link, secret = made()
    answer = see(secret)

    assert answer.status_code == 200
    assert b"Inside." in answer.content
    kept = GuestLink.objects.values().get(pk=link.pk)
    assert secret not in str(kept)


def test_every_closed_link_gets_the_same_page_at_the_same_price(made, see, member, queries):
    _, expired = made(expires_at=timezone.now() + timedelta(minutes=5))
    revoked, closed = made(way="password", password=PASSWORD)
    services.revoke_link(member.actor, revoked.pk)
    _, elsewhere = services.make_link(member.actor, "another.room", Gate("x"))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        found = [expired, closed, elsewhere, "guessed-and-wrong"]
        answers = [see(secret) for secret in found]
        costs = {queries(lambda one=secret: see(one)) for secret in found}

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert b"opens nothing" in answers[0].content
    assert costs == {1}
    assert not GuestVisit.objects.exists()


def test_a_guess_at_the_gate_gets_that_page_too(made, enter):
    _, secret = made(way="password", password=PASSWORD)
    wrong = enter("no-such-secret", Client(), where="/g/no-such-secret/room/", password="x")
    elsewhere = enter(secret, Client(), where="//evil.example/", password=PASSWORD)

    assert (wrong.status_code, elsewhere.status_code) == (404, 404)
    assert wrong.content == elsewhere.content


def test_a_password_is_asked_and_kept_as_argon2(made, see, enter):
    link, secret = made(way="password", password=PASSWORD)
    guest = Client()
    asked = see(secret, guest)
    wrong = enter(secret, guest, password="not this one")
    right = enter(secret, guest, password=PASSWORD)

    assert b"Password" in asked.content
    assert b"Inside" not in asked.content
    assert wrong.status_code == 422
    assert b"does not open it" in wrong.content
    assert right.status_code == 303
    assert right["Location"] == f"/g/{secret}/room/"
    assert b"Inside." in see(secret, guest).content
    assert link.password.startswith("argon2")


def test_the_cookie_is_for_this_link_alone_and_hidden_from_scripts(made, see):
    _, secret = made()
    cookie = see(secret).cookies["guest"]

    assert cookie["path"] == f"/g/{secret}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_cookie_of_one_link_opens_no_other(made, see, enter):
    _, first = made()
    _, second = made(way="password", password=PASSWORD)
    guest = Client()
    see(first, guest)
    guest.cookies["guest"]["path"] = f"/g/{second}/"

    assert b"Password" in see(second, guest).content


@pytest.mark.parametrize("how", ["revoked", "expired", "password", "renewed", "way"])
def test_whoever_is_inside_is_out_as_soon_as_the_link_changes(made, see, enter, member, how):
    link, secret = made(way="password", password=PASSWORD)
    guest = Client()
    enter(secret, guest, password=PASSWORD)
    assert b"Inside." in see(secret, guest).content
    end = timezone.now() + timedelta(hours=1)
    if how == "revoked":
        services.revoke_link(member.actor, link.pk)
    elif how == "renewed":
        services.renew_secret(member.actor, link.pk)
    else:
        wanted = {
            "expired": Gate("Board", way="password", expires_at=end),
            "password": Gate("Board", way="password", password="another good one"),
            "way": Gate("Board", way="email", domains=["example.com"]),
        }[how]
        services.change_link(member.actor, link.pk, wanted, seen_version=link.version)

    with time_machine.travel(end + timedelta(seconds=1) if how == "expired" else timezone.now()):
        assert b"Inside" not in see(secret, guest).content


def test_a_reopened_link_opens_again_but_not_to_sessions_from_before(made, see, enter, member):
    link, secret = made(way="password", password=PASSWORD)
    guest = Client()
    enter(secret, guest, password=PASSWORD)
    services.revoke_link(member.actor, link.pk)
    services.reopen_link(member.actor, link.pk)

    assert b"Password" in see(secret, guest).content
    enter(secret, guest, password=PASSWORD)
    assert b"Inside." in see(secret, guest).content


def test_a_new_secret_makes_the_old_address_useless(made, see, member):
    link, old = made()
    _, new = services.renew_secret(member.actor, link.pk)

    assert see(old).status_code == 404
    assert see(new).status_code == 200


def test_a_deleted_workspace_closes_its_links(made, see, owner):
    _, secret = made()
    delete_workspace(owner.actor, typed_name=owner.workspace.name)

    assert see(secret).status_code == 404


def test_a_code_is_mailed_to_whom_the_link_admits_and_opens_once(made, see, enter, mailed):
    _, secret = made(way="email", domains=["example.com"], people=["Ann@Partner.org"])
    guest = Client()
    asked = enter(secret, guest, email="ann@partner.org")
    code = mailed()
    opened = enter(secret, guest, email="ann@partner.org", code=code)
    again = enter(secret, Client(), email="ann@partner.org", code=code)

    assert asked.status_code == 200
    assert opened.status_code == 303
    assert b"Inside. ann@partner.org" in see(secret, guest).content
    assert again.status_code == 422
    assert mail.outbox[-1].extra_headers["Auto-Submitted"] == "auto-generated"


def test_asking_tells_nobody_whether_an_address_is_admitted(made, enter, mailed, queries):
    _, secret = made(way="email", people=["ann@partner.org"])
    pages, costs, codes = [], [], []
    for email in ("ann@partner.org", "eve@partner.org"):
        answers = []
        costs.append(
            queries(lambda one=email, kept=answers: kept.append(enter(secret, Client(), email=one)))
        )
        pages.append(answers[0].content.decode().replace(email, "…"))
        codes.append(mailed())

    plain = [page[: page.index("csrfmiddlewaretoken")] for page in pages]
    assert plain[0] == plain[1]
    assert costs[0] == costs[1]
    assert codes[0]
    assert not codes[1]
    assert len(mail.outbox) == 1


def test_a_wrong_code_five_times_spends_it(made, enter, mailed):
    _, secret = made(way="email", domains=["example.com"])
    guest = Client()
    enter(secret, guest, email="a@example.com")
    code = mailed()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    refused = [enter(secret, guest, email="a@example.com", code=wrong) for _ in range(5)]
    late = enter(secret, guest, email="a@example.com", code=code)

    assert {one.status_code for one in refused} == {422}
    assert late.status_code == 422


def test_a_code_is_old_after_ten_minutes(made, enter, mailed):
    _, secret = made(way="email", domains=["example.com"])
    guest = Client()
    enter(secret, guest, email="a@example.com")
    code = mailed()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert enter(secret, guest, email="a@example.com", code=code).status_code == 422


def test_few_codes_an_hour_are_mailed_to_one_address(made, enter, monkeypatch):
    monkeypatch.setattr("workspaces.guests.doors.counted", lambda *_: None)  # Redis is away
    _, secret = made(way="email", domains=["example.com"])
    answers = {enter(secret, Client(), email="a@example.com").status_code for _ in range(8)}

    assert answers == {200}
    assert GuestCode.objects.count() == 5


def test_somebody_who_is_named_no_longer_is_out_at_once(made, see, enter, mailed, member):
    link, secret = made(way="email", people=["a@x.org", "b@x.org"])
    guest = Client()
    enter(secret, guest, email="a@x.org")
    enter(secret, guest, email="a@x.org", code=mailed())
    assert b"Inside. a@x.org" in see(secret, guest).content
    link.refresh_from_db()
    gate = Gate("Board", way="email", people=["b@x.org"])
    services.change_link(member.actor, link.pk, gate, seen_version=link.version)

    assert b"Inside" not in see(secret, guest).content


def test_a_code_sent_twice_is_one_letter(made, enter, mailed):
    _, secret = made(way="email", domains=["example.com"])
    enter(secret, Client(), email="a@example.com")
    mailed()
    send_code.run(GuestCode.objects.get().pk)

    assert len(mail.outbox) == 1


def test_passwords_are_tried_a_few_times_from_one_place(made, enter):
    _, secret = made(way="password", password=PASSWORD)
    with time_machine.travel(WINDOW, tick=False):
        tried = [enter(secret, Client(), password="wrong").status_code for _ in range(12)]

    assert tried[:10] == [422] * 10
    assert tried[10:] == [429] * 2


def test_without_redis_a_link_still_counts_its_misses(made, enter, monkeypatch):
    monkeypatch.setattr("workspaces.guests.doors.counted", lambda *_: None)
    monkeypatch.setattr("workspaces.guests.services_entering.MISSES_AN_HOUR", 3)
    _, secret = made(way="password", password=PASSWORD)
    for _ in range(3):
        enter(secret, Client(), password="wrong")
    late = enter(secret, Client(), password=PASSWORD)
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        later = enter(secret, Client(), password=PASSWORD)

    assert late.status_code == 422
    assert b"too many tries" in late.content
    assert later.status_code == 303


def test_guessing_links_is_slowed_down(see):
    with time_machine.travel(WINDOW, tick=False):
        answers = [see(f"guess-{number}").status_code for number in range(33)]

    assert answers[:30] == [404] * 30
    assert answers[30:] == [429] * 3


def test_opens_are_counted_once_a_visit_and_logged_without_an_address(made, see):
    link, secret = made()
    guest = Client(REMOTE_ADDR="203.0.113.77")
    for _ in range(3):
        see(secret, guest)
    see(secret, Client(REMOTE_ADDR="2001:db8:1:2::7"))

    link.refresh_from_db()
    assert link.opens == 2
    assert link.opened_at is not None
    networks = list(GuestVisit.objects.order_by("pk").values_list("network", flat=True))
    assert networks == ["203.0.113.0", "2001:db8:1::"]


def test_pages_of_guests_are_not_indexed_kept_or_framed(made, see):
    _, secret = made()
    for answer in (see(secret), see("guessed")):
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-store"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


def test_named_sites_may_frame_an_open_link_and_no_others(made, see):
    _, secret = made(origins=["https://Intranet.example.com/"])
    answer = see(secret)

    assert "frame-ancestors https://intranet.example.com" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer


def test_kinds_are_kept_apart(made, see):
    link, secret = made()
    GuestLink.objects.filter(pk=link.pk).update(kind="another.room")

    assert see(secret).status_code == 404
