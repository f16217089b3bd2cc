"""A mailbox read by a worker: each letter once, from where it ended, whatever breaks meanwhile."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.sealing import unseal
from feedback.inbox.models import Note
from feedback.sources import polling
from feedback.sources.models import Arrival, Source
from feedback.sources.services import change_source
from feedback.sources.tasks import poll_mailbox
from tests.feedback.sources import samples
from tests.feedback.sources.imap_server import serving


@pytest.fixture
def imap(tmp_path, monkeypatch, settings):
    """(mailbox, port) of a server that this machine trusts and may call."""
    with serving(tmp_path) as (box, port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]
        yield box, port


@pytest.fixture
def source(imap, make):
    return make("mailbox", host="127.0.0.1", port=imap[1]).source


def read(source):
    """As the worker does when it is rung for; due now."""
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now(), busy_until=None)
    poll_mailbox.run(source.pk)
    source.refresh_from_db()


def test_letters_come_in_once_and_nothing_is_marked(imap, source):
    box, _ = imap
    box.add(samples.PERSON)
    box.add(samples.BOUNCE)
    read(source)
    assert (source.error, source.last_uid, source.uid_validity) == ("", 2, 7)
    assert Note.objects.get().title == "Der Reißverschluss klemmt"
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["refused", "taken"]
    box.add(samples.plain("Another", key="new"))
    read(source)
    read(source)
    assert Note.objects.count() == 2
    fetched = [line for line in box.asked if "BODY" in line]
    assert len(fetched) == 3  # each letter is fetched once
    assert all("PEEK" in line for line in fetched)
    assert not any(line.startswith("SELECT") for line in box.asked)  # it is opened to be read only


def test_a_broken_connection_goes_on_where_it_ended(imap, source):
    box, _ = imap
    for number in range(5):
        box.add(samples.plain(f"Letter {number}", key=f"{number}"))
    box.breaks_after = 2
    read(source)
    assert (Note.objects.count(), source.last_uid, source.failures) == (2, 2, 1)
    assert source.error
    assert source.due_at > timezone.now()
    box.breaks_after = None
    read(source)
    assert (Note.objects.count(), source.last_uid, source.failures, source.error) == (5, 5, 0, "")


def test_a_worker_killed_between_letter_and_bookmark_makes_no_second_note(imap, source):
    box, _ = imap
    box.add(samples.PERSON)
    read(source)
    Source.objects.filter(pk=source.pk).update(last_uid=0)
    read(source)
    assert (Note.objects.count(), Arrival.objects.count()) == (1, 1)


def test_a_folder_numbered_anew_is_read_anew_without_second_notes(imap, source):
    box, _ = imap
    box.add(samples.PERSON)
    read(source)
    box.validity = 8
    box.letters, box.next_uid = {}, 1
    box.add(samples.plain("New", key="n"))
    box.add(samples.PERSON)
    read(source)
    assert (Note.objects.count(), source.uid_validity, source.last_uid) == (2, 8, 2)


def test_a_letter_too_large_to_be_read_is_named(imap, source):
    box, _ = imap
    box.add(samples.PERSON)
    box.sizes = {1: 90 * 1024**2}
    read(source)
    assert (source.last_uid, Note.objects.count()) == (1, 0)
    assert "larger than 30 MB" in Arrival.objects.get().reason


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"username": "eve@example.com"}, "Invalid credentials"),
        ({"folder": "Archive"}, "no folder “Archive”"),
    ],
)
def test_what_is_wrong_is_said_in_words(imap, source, values, words):
    Source.objects.filter(pk=source.pk).update(**values)
    read(source)
    assert words in source.error
    assert source.failures == 1


def test_a_name_and_a_password_are_one_word_each(imap, source, maker):
    box, _ = imap
    box.user, box.password = "ann at shop", "p w"
    named = {"username": 'ann at "shop\r\nA1 DELETE INBOX', "password": "p w\r\nA2 NOOP"}
    change_source(maker.actor, source.pk, seen_version=source.version, **named)
    read(source)
    logins = [line for line in box.asked if line.startswith("LOGIN")]
    assert logins == ['LOGIN "ann at shopA1 DELETE INBOX" "p wA2 NOOP"']
    assert not any("DELETE" in line or "NOOP" in line for line in box.asked if line not in logins)


def test_a_server_that_numbers_letters_beyond_all_numbers_is_told_of(imap, source):
    imap[0].validity = 2**70
    read(source)
    assert "numbers its letters" in source.error
    assert source.busy_until is None


def test_a_server_that_sends_more_than_it_said_is_cut_off(imap, source):
    """It says that the letter is small, and announces terabytes."""
    box, _ = imap
    box.add(samples.PERSON)
    box.announces = 2**40
    read(source)
    assert "more than was asked for" in source.error
    assert Note.objects.count() == 0


def test_a_certificate_that_nobody_trusts_ends_it(imap, source, monkeypatch, tmp_path):
    empty = tmp_path / "none.pem"
    empty.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(empty))
    imap[0].add(samples.PERSON)
    read(source)
    assert "certificate" in source.error
    assert not any("LOGIN" in line for line in imap[0].asked)


def test_a_private_address_is_never_called(imap, source, settings):
    settings.WEBHOOK_PRIVATE_NETWORKS = []
    imap[0].add(samples.PERSON)
    read(source)
    assert "not a public address" in source.error
    assert imap[0].asked == []


def test_a_mailbox_that_is_read_or_off_or_not_due_is_left_alone(source):
    assert polling.mailboxes_due() == [source.pk]
    assert polling.claim(source.pk).pk == source.pk
    assert polling.claim(source.pk) is None
    assert polling.mailboxes_due() == []
    Source.objects.update(busy_until=None, active=False)
    assert polling.claim(source.pk) is None


def test_a_password_is_kept_sealed_and_goes_to_no_other_server(source, maker):
    assert "pw" not in source.password
    assert unseal(source.password) == "pw"
    with pytest.raises(ValidationError) as refused:
        change_source(
            maker.actor,
            source.pk,
            seen_version=source.version,
            **{"host": "imap.eve.example", "port": 993, "username": source.username}
            | {"security": "tls", "folder": "INBOX"},
        )
    assert "password" in refused.value.message_dict
    source.refresh_from_db()
    assert source.host == "127.0.0.1"
