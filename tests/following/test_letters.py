"""Letters: one a window, what cannot wait at once, and only what may be read when it is sent."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from core.mail import is_automatic
from products.catalog import services
from products.catalog.models import Product
from tests.factories.catalog import ProductFactory
from tests.following.conftest import PRODUCT, heard, told
from workspaces.access.roles import GRANTS, Perm, Role
from workspaces.following import letters
from workspaces.following import services as following
from workspaces.following.links import unsubscribe_link
from workspaces.following.models import Letter, LetterState, MailChoice, Notification
from workspaces.following.tasks import send_letters

pytestmark = pytest.mark.django_db


def digest() -> list[mail.EmailMultiAlternatives]:
    """The window has come: what is mailed."""
    mail.outbox.clear()
    Letter.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(seconds=1))
    send_letters.run()
    return list(mail.outbox)


def test_nothing_is_mailed_before_the_window_and_one_letter_in_it(ada, bo, watched, rename):
    rename(ada, watched, "One")
    rename(ada, watched, "Two")
    send_letters.run()
    assert mail.outbox == []
    assert Letter.objects.get(user=bo.user).due_at > timezone.now()

    [letter] = digest()
    assert letter.to == [bo.user.email]
    assert "Name: Trail Jacket → Two" in letter.body
    assert f"/products/{watched.pk}/" in letter.body
    assert "<li>Name: Trail Jacket → Two</li>" in letter.alternatives[0][0]
    assert digest() == []


def test_many_records_are_one_letter_of_twenty_lines_and_a_link(ada, bo, workspace):
    following.watch(bo.actor, PRODUCT, 0, "all")
    for number in range(25):
        services.create_product(ada.actor, name=f"Product {number}")
    heard()

    [letter] = digest()
    assert letter.body.count(" created Product ") == 20
    assert "+ 5 more: http" in letter.body
    assert "25 updates" in letter.subject
    assert Notification.objects.filter(user=bo.user).unmailed().count() == 0


def test_an_assignment_does_not_wait_and_the_digest_does_not_repeat_it(ada, bo, product):
    services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
    heard()
    send_letters.run()

    assert [letter.to for letter in mail.outbox] == [[bo.user.email]]
    assert "(assigned)" in mail.outbox[0].body
    assert digest() == []
    assert Letter.objects.get(user=bo.user, at_once=False).state == LetterState.EMPTY


def test_what_is_at_once_can_be_switched_off(ada, bo, product):
    following.choose_letters(bo.actor, {"assignments": False})
    services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
    heard()
    send_letters.run()
    assert mail.outbox == []

    assert len(digest()) == 1


def test_many_assignments_in_a_row_are_not_as_many_letters(ada, bo, workspace):
    for product in ProductFactory.create_batch(5, workspace=workspace):
        services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
        heard()
        send_letters.run()

    assert len(mail.outbox) == 1
    waiting = Letter.objects.get(user=bo.user, at_once=True, state="waiting")
    assert waiting.due_at > timezone.now() + timedelta(minutes=5)


def test_one_that_is_being_sent_counts_as_sent(ada, bo, workspace):
    first, second = ProductFactory.create_batch(2, workspace=workspace)
    services.change_product(ada.actor, first.pk, seen_version=first.version, owner=bo.user)
    heard()
    letters.claim_next()
    services.change_product(ada.actor, second.pk, seen_version=second.version, owner=bo.user)
    heard()

    waiting = Letter.objects.get(user=bo.user, at_once=True, state="waiting")
    assert waiting.due_at > timezone.now() + timedelta(minutes=5)


def test_what_was_read_meanwhile_is_not_mailed(ada, bo, watched, rename):
    rename(ada, watched, "One")
    following.mark_read(bo.actor, told(bo)[0].pk)

    assert digest() == []


def test_who_was_removed_gets_nothing_not_even_a_subject(ada, bo, owner, watched, rename):
    rename(ada, watched, "Secret Plan")
    bo.membership.active = False
    bo.membership.save()

    assert digest() == []
    assert Letter.objects.get(user=bo.user).state == LetterState.EMPTY


def test_a_right_that_was_taken_away_takes_the_news_with_it(ada, bo, watched, rename, monkeypatch):
    rename(ada, watched, "Secret Plan")
    less = GRANTS[Role.CONTRIBUTOR] - {Perm.CATALOG_VIEW}
    monkeypatch.setitem(GRANTS, Role.CONTRIBUTOR, less)
    assert digest() == []

    monkeypatch.setitem(GRANTS, Role.CONTRIBUTOR, less | {Perm.CATALOG_VIEW})
    rename(ada, watched, "Plan")
    assert len(digest()) == 1


def test_a_record_that_is_gone_for_good_is_not_mailed(ada, bo, watched, rename):
    rename(ada, watched, "Secret Plan")
    Product.objects.filter(pk=watched.pk).delete()

    assert digest() == []


def test_a_record_in_the_trash_is_told_of_by_name(ada, bo, watched):
    services.delete_product(ada.actor, watched.pk, seen_version=watched.version)
    heard()

    [letter] = digest()
    assert "deleted Trail Jacket" in letter.subject


def test_every_letter_keeps_other_programs_from_answering(ada, bo, owner, watched, rename):
    rename(ada, watched, "One")
    [letter] = digest()
    message = letter.message()

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "bulk"
    assert message["List-Id"]
    assert message["References"] == message["In-Reply-To"] != message["Message-ID"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"] == f"<{unsubscribe_link(bo.workspace.pk, bo.user.pk)}>"
    assert is_automatic(message)


def test_letters_about_one_record_are_a_thread(ada, bo, watched, rename):
    rename(ada, watched, "One")
    [first] = digest()
    rename(ada, watched, "Two")
    [second] = digest()

    assert first.extra_headers["References"] == second.extra_headers["References"]
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_a_name_cannot_write_headers(ada, bo, watched, rename):
    Product.objects.filter(pk=watched.pk).update(name="x\r\nBcc: all@example.com")
    rename(ada, watched, "One")
    Product.objects.filter(pk=watched.pk).update(name="x\r\nBcc: all@example.com")

    [letter] = digest()
    assert "Bcc" not in letter.message()
    assert "\n" not in letter.subject


def test_a_worker_that_died_while_sending_neither_loses_nor_doubles(ada, bo, watched, rename):
    rename(ada, watched, "One")
    Letter.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    held = letters.claim_next()
    send_letters.run()
    assert mail.outbox == []

    Letter.objects.update(claimed_at=timezone.now() - letters.SILENCE - timedelta(seconds=1))
    send_letters.run()
    send_letters.run()
    assert len(mail.outbox) == 1

    letters.send(held)
    assert len(mail.outbox) == 1


def test_a_letter_sent_twice_is_known_as_the_same(ada, bo, watched, rename, monkeypatch):
    """The worker dies between the mail server's yes and our note of it."""
    rename(ada, watched, "One")
    [first] = digest()
    Letter.objects.update(state="sending", claimed_at=timezone.now() - timedelta(hours=1))
    Notification.objects.update(mailed_through=0)
    send_letters.run()

    assert first.extra_headers["Message-ID"] == mail.outbox[-1].extra_headers["Message-ID"]


def test_a_mail_server_that_refuses_is_tried_again_and_nothing_is_lost(
    ada, bo, watched, rename, settings
):
    rename(ada, watched, "One")
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert digest() == []
    letter = Letter.objects.get(user=bo.user)
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 1)
    assert letter.due_at > timezone.now()

    settings.EMAIL_BACKEND = works
    assert len(digest()) == 1


def test_a_letter_is_given_up_after_its_last_attempt_and_the_next_one_says_all(
    ada, bo, watched, rename
):
    rename(ada, watched, "One")
    Letter.objects.update(
        state="sending", attempts=letters.MAX_ATTEMPTS, claimed_at=timezone.now() - timedelta(1)
    )
    assert digest() == []
    assert Letter.objects.get().state == LetterState.FAILED

    rename(ada, watched, "Two")
    [letter] = digest()
    assert "Trail Jacket → Two" in letter.body


def test_a_new_choice_moves_the_letter_that_waits(ada, bo, watched, rename):
    rename(ada, watched, "One")
    following.choose_letters(bo.actor, {"every": "hour"})
    assert Letter.objects.get().due_at <= timezone.now() + timedelta(hours=1)

    following.choose_letters(bo.actor, {"every": "never"})
    assert not Letter.objects.exists()
    rename(ada, watched, "Two")
    assert not Letter.objects.exists()

    following.choose_letters(bo.actor, {"every": "week"})
    assert Letter.objects.count() == 1
    assert MailChoice.objects.get().every == "week"


def test_quiet_hours_hold_back_what_is_at_once(ada, bo, product):
    hour = timezone.now().hour
    following.choose_letters(
        bo.actor, {"quiet_from": hour, "quiet_until": (hour + 2) % 24, "hour": (hour + 3) % 24}
    )
    services.change_product(ada.actor, product.pk, seen_version=product.version, owner=bo.user)
    heard()
    send_letters.run()

    assert mail.outbox == []
    due = Letter.objects.get(at_once=True).due_at
    assert due.hour == (hour + 2) % 24
    assert due.minute == 0
