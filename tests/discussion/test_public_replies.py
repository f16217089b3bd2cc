"""Public replies to those who gave feedback: confirmed, sent as a letter, their outcome told."""

import smtplib
from datetime import timedelta
from email import message_from_bytes
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from core.errors import Refused
from finance.ledger.services_customers import erase_customer
from tests.factories.catalog import ProductFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.discussion import letters, services, services_files
from workspaces.discussion.models import Comment, PublicLetter
from workspaces.discussion.tasks import send_replies

pytestmark = pytest.mark.django_db
NOTE = "feedback.note"


@pytest.fixture
def note(workspace):
    ada = CustomerFactory(workspace=workspace, email="ada@shopper.example")
    return NoteFactory(workspace=workspace, title="The zip jams", author="Ada", customer=ada)


@pytest.fixture
def nobodys_note(workspace):
    return NoteFactory(workspace=workspace, title="Too small", author="B.")


def url_of(note) -> str:
    return reverse("workspaces:discussion", args=[note.workspace.slug, NOTE, note.pk])


def reply(member, note, text="We are sorry. A new zip is on its way.", **more) -> Comment:
    return services.add_comment(member.actor, NOTE, note.pk, text, internal=False, **more)


def test_it_is_confirmed_before_it_goes(member, note, client_of):
    client, typed = client_of(member), {"body": "We are **sorry**.", "audience": "public"}

    asked = client.post(url_of(note), typed)

    told = asked.content.decode()
    assert asked.status_code == 422
    assert "Send this to the outside?" in told
    assert "We are **sorry**.</textarea>" in told
    assert not Comment.objects.exists()
    client.post(url_of(note), {**typed, "confirmed": "on"})
    assert not Comment.objects.get().internal
    assert PublicLetter.objects.get().to == "ada@shopper.example"


def test_the_letter_says_what_was_said_and_starts_no_loop(member, note, workspace):
    jacket = ProductFactory(workspace=workspace, name="Trail Jacket")
    said = reply(member, note, f"Your #[products.product:{jacket.pk}] is **mended**.")
    send_replies.run()

    [letter] = mail.outbox
    assert letter.to == ["ada@shopper.example"]
    assert letter.subject == "Your feedback: The zip jams"
    assert "Your Trail Jacket is **mended**." in letter.body
    html = letter.alternatives[0][0]
    assert "Your Trail Jacket is <strong>mended</strong>." in html
    assert "/w/" not in html + letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert letter.extra_headers["X-Auto-Response-Suppress"] == "All"
    assert letter.reply_to == [member.user.email]
    assert PublicLetter.objects.get(comment=said).state == "sent"
    assert ActivityEvent.objects.filter(verb="comment.mailed", object_id=said.pk).count() == 1
    send_replies.run()
    assert len(mail.outbox) == 1


def test_the_thread_says_how_it_ended(member, note, client_of):
    reply(member, note)
    client = client_of(member)
    assert "Waiting to be sent" in client.get(url_of(note)).content.decode()
    send_replies.run()

    page = client.get(url_of(note)).content.decode()
    assert "Sent as a letter" in page
    assert "Public reply</span>" in page


def test_without_an_address_it_says_so_and_offers_a_copy(member, nobodys_note, client_of):
    client = client_of(member)
    assert "No address of theirs is known" in client.get(url_of(nobodys_note)).content.decode()
    said = reply(member, nobodys_note)
    send_replies.run()

    page = client.get(url_of(nobodys_note)).content.decode()
    copied = reverse("workspaces:comment_markdown", args=[nobodys_note.workspace.slug, said.pk])
    assert "Nothing was sent." in page
    assert f'<a href="{copied}" data-copy="text">Copy it</a>' in page
    assert mail.outbox == []


def test_without_a_mail_server_nothing_is_promised(member, note, client_of, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert "No mail server is set up" in client_of(member).get(url_of(note)).content.decode()
    reply(member, note)

    assert PublicLetter.objects.get().state == "none"


def test_an_address_at_which_nobody_reads_gets_nothing(member, note):
    note.customer.email = "no-reply@market.example"
    note.customer.save()
    reply(member, note)

    assert PublicLetter.objects.get().state == "none"


def test_a_server_that_refuses_is_tried_again_and_given_up_with_the_reason(
    member, note, client_of, monkeypatch
):
    def refuse(self, fail_silently=False):
        raise smtplib.SMTPRecipientsRefused({"ada@shopper.example": (550, b"unknown")})

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    reply(member, note)
    for _ in range(letters.MAX_ATTEMPTS):
        send_replies.run()
        PublicLetter.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    kept = PublicLetter.objects.get()
    assert (kept.state, kept.attempts) == ("failed", letters.MAX_ATTEMPTS)
    assert "unknown" in kept.error
    assert "Could not be sent" in client_of(member).get(url_of(note)).content.decode()
    assert ActivityEvent.objects.filter(verb="comment.not_mailed").count() == 1


def test_what_was_deleted_in_time_is_not_sent(member, note):
    said = reply(member, note)
    services.delete_comment(member.actor, said.pk)
    send_replies.run()

    assert mail.outbox == []
    assert PublicLetter.objects.get().error == letters.DELETED


def test_who_may_not_change_notes_does_not_reply_publicly(viewer, note, client_of):
    with pytest.raises(Refused):
        reply(viewer, note)
    assert 'value="public"' not in client_of(viewer).get(url_of(note)).content.decode()
    sent = {"body": "Hi", "audience": "public", "confirmed": "on"}

    assert client_of(viewer).post(url_of(note), sent).status_code == 422
    assert not Comment.objects.exists()
    assert not PublicLetter.objects.exists()


def test_an_address_is_shown_to_those_alone_who_may_see_customers(
    contributor, finance_member, owner, note, client_of
):
    for someone in (contributor, owner):
        page = client_of(someone).get(url_of(note)).content.decode()
        sees = someone.actor.can(services.Perm.CUSTOMERS_VIEW)
        assert ("ada@shopper.example" in page) == sees


def test_an_internal_note_on_feedback_sends_nothing(member, note, client_of):
    client_of(member).post(url_of(note), {"body": "For us", "audience": "internal"})

    assert Comment.objects.get().internal
    assert not PublicLetter.objects.exists()


def test_an_erased_customers_address_is_in_no_letter_and_none_is_sent(member, note, workspace):
    sent = reply(member, note)
    send_replies.run()
    waiting = reply(member, note, "And one more thing.")
    ada = note.customer

    erase_customer(member.actor, ada.pk, seen_version=ada.version)
    send_replies.run()

    assert len(mail.outbox) == 1
    kept = PublicLetter.objects.in_workspace(workspace.pk)
    states = dict(kept.values_list("comment_id", "state"))
    assert states == {sent.pk: "sent", waiting.pk: "failed"}
    assert "ada" not in str(list(kept.values("to", "error", "subject"))).lower()


@pytest.fixture
def attached(member, note, settings, tmp_path):
    """What puts a file beside the note, as its page does before the reply."""
    settings.MEDIA_ROOT = tmp_path

    def attach(name: str, content: bytes) -> int:
        return services_files.attach(member.actor, NOTE, note.pk, name, BytesIO(content)).pk

    return attach


def test_the_files_of_a_reply_travel_with_its_letter_and_no_others(member, note, attached):
    names = ["label.txt", 'a"\r\nBcc: evil@x.example\r\n.txt']
    files = [attached(name, b"Returns: %d" % at) for at, name in enumerate(names)]
    attached("internal.txt", b"Margin 61 %")
    gone = attached("wrong.txt", b"Another customer")
    reply(member, note, files=[*files, gone])
    services_files.delete_attachment(member.actor, gone)

    send_replies.run()

    [letter] = mail.outbox
    assert [text for _, text, _ in letter.attachments] == ["Returns: 0", "Returns: 1"]
    read = message_from_bytes(letter.message().as_bytes())
    assert read["Bcc"] is None
    assert letter.recipients() == ["ada@shopper.example"]
    kept = [part.get_filename() for part in read.walk() if part.get_filename()]
    assert kept[0] == "label.txt"
    assert len(kept) == 2


def test_files_that_no_letter_carries_are_refused_before_it_goes(
    member, note, attached, monkeypatch
):
    monkeypatch.setattr(letters, "MOST_BYTES", 100)
    files = [attached("a.txt", b"a" * 60), attached("b.txt", b"b" * 60)]
    with pytest.raises(Refused):
        reply(member, note, files=files)
    assert not PublicLetter.objects.exists()
    said = reply(member, note, files=files[:1])
    with pytest.raises(Refused):
        services.edit_comment(
            member.actor, said.pk, "More", seen_version=said.version, files=files[1:]
        )
    send_replies.run()
    assert len(mail.outbox[0].attachments) == 1


def test_whoever_may_no_longer_reply_sends_nothing(contributor, note):
    reply(contributor, note)
    contributor.membership.role = Role.VIEWER
    contributor.membership.save()
    send_replies.run()

    assert mail.outbox == []
    assert PublicLetter.objects.get().error == letters.LOST


@pytest.mark.parametrize(
    "address",
    ["ada@x.example\nBcc: evil@y.example", "ada@x.example, evil@y.example", "<a@x.example> b@y.de"],
)
def test_an_address_that_is_no_address_brings_nobody_a_letter(member, note, address):
    type(note.customer).objects.filter(pk=note.customer.pk).update(
        email=address, name="Ada\r\nBcc: evil@y.example"
    )
    reply(member, note)
    send_replies.run()

    assert mail.outbox == []
    assert PublicLetter.objects.get().state in ("waiting", "failed", "none")


def test_of_two_workers_one_sends_and_a_dead_one_is_followed_once(member, note):
    reply(member, note)
    taken = letters.claim_next()
    send_replies.run()
    assert mail.outbox == []

    PublicLetter.objects.update(claimed_at=timezone.now() - letters.SILENCE)
    send_replies.run()
    letters.send(taken)  # it was only slow: the same letter, and no second end

    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 1
    assert PublicLetter.objects.get().attempts == 2
    assert ActivityEvent.objects.filter(verb="comment.mailed").count() == 1
