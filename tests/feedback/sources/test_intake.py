"""Letters become notes once; those that programs write are refused, kept, and let in by hand."""

from email.message import EmailMessage

import pytest

from core.errors import Denied, Refused
from core.mail import is_automatic
from feedback.inbox.models import Clue, Note
from feedback.sources import intake
from feedback.sources.models import Arrival, ArrivalState
from feedback.sources.registering import forget_refused
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory
from tests.feedback.sources import samples
from workspaces.audit.models import ActivityEvent
from workspaces.discussion.models import Attachment, Comment, LetterState, PublicLetter
from workspaces.discussion.services import add_comment
from workspaces.discussion.tasks import send_replies
from workspaces.members.models import Membership


@pytest.fixture
def source(make):
    return make("mailbox").source


def test_a_letter_is_a_note_of_its_customer_once(source, workspace):
    ada = CustomerFactory(workspace=workspace, email="Ada@Example.com")
    first = intake.take_letter(source, samples.PERSON)
    again = intake.take_letter(source, samples.PERSON)
    assert first.pk == again.pk
    note = Note.objects.get()
    assert (note.customer, note.author, note.title) == (
        ada,
        "Ada Keller",
        "Der Reißverschluss klemmt",
    )
    assert (note.channel.name, f"{note.day}") == ("E-mail", "2026-03-03")
    assert ActivityEvent.objects.get(verb="note.created").channel == "worker"


@pytest.mark.parametrize("name", samples.PROGRAMS)
def test_what_programs_write_is_refused_with_the_reason(source, name):
    raw, reason = samples.PROGRAMS[name]
    arrival = intake.take_letter(source, raw)
    assert (arrival.state, Note.objects.count()) == (ArrivalState.REFUSED, 0)
    assert reason.lower() in arrival.reason.lower()


def test_our_own_addresses_are_nobody_who_asks(source, settings):
    settings.DEFAULT_FROM_EMAIL = "PM Workspace <pm@shop.example.org>"
    for number, ours in enumerate(("feedback@shop.example.org", "PM@shop.example.org")):
        arrival = intake.take_letter(source, samples.plain("Hi", sender=ours, key=f"{number}"))
        assert "our own address" in arrival.reason
    assert not Note.objects.exists()


def test_two_programs_that_say_nothing_of_themselves_stop_after_a_while(source):
    for number in range(intake.MOST_OF_A_SENDER + 5):
        intake.take_letter(source, samples.plain(f"Thank you {number}", key=f"{number}"))
    assert Note.objects.count() == intake.MOST_OF_A_SENDER
    last = Arrival.objects.order_by("-pk").first()
    assert "within an hour" in last.reason
    intake.take_letter(source, samples.plain("Hello", sender="bo@example.com", key="bo"))
    assert Note.objects.count() == intake.MOST_OF_A_SENDER + 1


def test_what_was_refused_is_let_in_by_hand_with_its_files(source, maker, viewer):
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "no-reply@other.example", "Report"
    letter.set_content("It broke.")
    letter.add_attachment(b"1,2", maintype="text", subtype="csv", filename="report.csv")
    arrival = intake.take_letter(source, letter.as_bytes())
    with pytest.raises(Denied):
        intake.let_in(viewer.actor, arrival)
    assert not Note.objects.exists()
    intake.let_in(maker.actor, arrival)
    note = Note.objects.get()
    assert (note.text, Attachment.objects.get().name) == ("It broke.", "report.csv")
    arrival.refresh_from_db()
    assert (arrival.state, arrival.note, arrival.raw) == (ArrivalState.TAKEN, note, None)
    with pytest.raises(Refused):
        intake.let_in(maker.actor, arrival)


def test_what_was_refused_long_ago_is_forgotten_but_comes_no_second_time(source, maker):
    arrival = intake.take_letter(source, samples.BOUNCE)
    Arrival.objects.update(at="2025-01-01T00:00:00Z")
    forget_refused()
    arrival.refresh_from_db()
    assert (arrival.raw, arrival.sender) == (None, "")
    intake.take_letter(source, samples.BOUNCE)
    assert Arrival.objects.count() == 1
    with pytest.raises(Refused):
        intake.let_in(maker.actor, arrival)


def test_an_answer_joins_the_discussion_it_answers(source, maker, settings):
    settings.SITE_URL = "https://pm.example.org"
    note = NoteFactory(workspace=source.workspace)
    asked = Comment.objects.create(
        workspace=source.workspace,
        kind="feedback.note",
        object_id=note.pk,
        author=maker.user,
        body="Which size?",
        internal=False,
    )
    letter = PublicLetter.objects.create(
        workspace=source.workspace, comment=asked, to="ada@example.com", state=LetterState.SENT
    )
    refers = f"In-Reply-To: <reply-{letter.pk}@pm.example.org>\r\n"
    raw = samples.plain("Size *M* @[user:1] <b>", key="answer", more=refers)
    arrival = intake.take_letter(source, raw)
    assert (arrival.state, arrival.note) == (ArrivalState.ANSWER, note)
    answer = Comment.objects.exclude(pk=asked.pk).get()
    assert (answer.parent, answer.author, answer.internal) == (asked, None, False)
    assert "@[user:1]" not in answer.body
    assert PublicLetter.objects.count() == 1  # nothing is sent for it
    assert Note.objects.count() == 1


def test_somebody_else_does_not_get_into_a_discussion_by_guessing(source, maker, settings):
    settings.SITE_URL = "https://pm.example.org"
    note = NoteFactory(workspace=source.workspace)
    asked = Comment.objects.create(
        workspace=source.workspace,
        kind="feedback.note",
        object_id=note.pk,
        author=maker.user,
        body="Which size?",
        internal=False,
    )
    letter = PublicLetter.objects.create(
        workspace=source.workspace, comment=asked, to="ada@example.com", state=LetterState.SENT
    )
    refers = f"In-Reply-To: <reply-{letter.pk}@pm.example.org>\r\n"
    intake.take_letter(source, samples.plain("Hi", sender="eve@example.com", more=refers))
    assert Comment.objects.count() == 1
    assert Note.objects.exclude(pk=note.pk).get().text == "Hi"


def test_notes_come_in_when_whoever_made_the_source_left(source, maker, owner):
    Membership.objects.filter(user=maker.user).update(active=False)
    intake.take_letter(source, samples.PERSON)
    assert ActivityEvent.objects.get(verb="note.created").actor == owner.user


def test_whom_a_letter_is_from_is_kept_until_they_are_a_customer(source):
    intake.take_letter(source, samples.PERSON)
    clue = Clue.objects.get()
    assert (clue.email, clue.waits) == ("ada@example.com", True)


@pytest.mark.django_db(transaction=True)
def test_a_public_reply_asks_for_answers_where_they_are_read(make, member, settings, mailoutbox):
    settings.SITE_URL = "https://pm.example.org"
    source = make("mailbox", address="feedback@shop.example.org").source
    intake.take_letter(source, samples.PERSON)
    note = Note.objects.get()
    add_comment(member.actor, "feedback.note", note.pk, "Which size?", internal=False)
    send_replies.run()
    (letter,) = mailoutbox
    assert (letter.to, letter.reply_to) == (["ada@example.com"], ["feedback@shop.example.org"])
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert letter.extra_headers["X-Auto-Response-Suppress"] == "All"
    refers = f"In-Reply-To: {letter.extra_headers['Message-ID']}\r\n"
    answer = intake.take_letter(source, samples.plain("Size M", key="answer", more=refers))
    assert (answer.state, answer.note) == (ArrivalState.ANSWER, note)
    assert Comment.objects.order_by("-pk").first().parent_id is not None
    assert is_automatic(letter.message())  # our own letter, sent back to us, is none that asks
