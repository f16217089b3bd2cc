"""Announcements: drafted when something became of an idea, sent to each person once."""

import json
import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Denied, EditConflict, Refused
from feedback.announcements import letters, services
from feedback.announcements.drafting import hear
from feedback.announcements.models import Announcement, Mailing, Unsubscribed
from feedback.announcements.people import recipients
from feedback.announcements.tasks import send_announcements
from feedback.ideas.models import Idea
from feedback.ideas.records import IDEA
from feedback.segments.services import create_segment
from finance.ledger.services_customers import change_customer, erase_customer
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.members.models import Membership
from workspaces.records.services import change_record, delete_record

ANN, BOB, CLEO = "ann@shopper.example", "Bob@shopper.example", "cleo@shopper.example"


def events_of(idea):
    return list(ActivityEvent.objects.filter(model="feedback.idea", object_id=idea.pk))


def published(member, idea):
    row = services.announce(member.actor, [idea])
    return services.publish(member.actor, row.pk, seen_version=row.version, letters=True)


def sent_to():
    return sorted(one.to[0] for one in mail.outbox)


@pytest.mark.parametrize("state", ["planned", "shipped", "declined"])
def test_what_became_of_an_idea_drafts_an_announcement_once(member, idea, people, state):
    values = {"state": state, "declined_because": "SECRET reason"}
    change_record(member.actor, IDEA, idea.pk, idea.version, values)
    hear(idea.workspace_id, events_of(idea))
    hear(idea.workspace_id, events_of(idea))

    draft = Announcement.objects.visible_to(member.actor).get()
    assert (draft.news, draft.is_draft) == (state, True)
    assert idea.title in draft.text
    assert "SECRET" not in draft.text
    assert not Mailing.objects.exists()


def test_a_reason_that_may_be_told_stands_in_the_draft(member, idea, people):
    values = {"state": "declined", "declined_because": "Zips are not ours.", "because_public": True}
    change_record(member.actor, IDEA, idea.pk, idea.version, values)
    hear(idea.workspace_id, events_of(idea))

    assert "Zips are not ours." in Announcement.objects.visible_to(member.actor).get().text


def test_nothing_is_drafted_where_nobody_waits_or_nothing_moved(member, workspace, idea, people):
    lonely = IdeaFactory(workspace=workspace)
    change_record(member.actor, IDEA, lonely.pk, 1, {"state": "shipped"})
    change_record(member.actor, IDEA, idea.pk, 1, {"state": "under_review"})
    hear(workspace.pk, [*events_of(lonely), *events_of(idea)])

    assert not Announcement.objects.visible_to(member.actor).exists()


def test_everybody_who_asks_is_named_once_with_the_reason(member, idea, people):
    row = services.announce(member.actor, [idea])
    found = {
        one.to or one.name: (one.reason.value, one.left_out)
        for one in recipients(member.actor, row)
    }

    assert found == {
        ANN: ("asked", ""),
        BOB: ("on_behalf", ""),
        CLEO: ("voted", ""),
        "Mute": ("on_behalf", "no address is known"),
        "Somebody": ("voted", "no address is known"),
    }


def test_letters_go_to_each_person_once_with_a_way_out(member, idea, people):
    published(member, idea)
    send_announcements.run()
    send_announcements.run()

    assert sent_to() == sorted([ANN, BOB, CLEO])
    letter = mail.outbox[0]
    headers = letter.extra_headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Precedence"] == "bulk"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link in letter.body
    assert link in letter.alternatives[0][0]
    assert set(Mailing.objects.values_list("state", flat=True)) == {"sent"}


def test_it_is_published_once_and_stands(member, idea, people):
    row = published(member, idea)
    with pytest.raises(Refused):
        services.publish(member.actor, row.pk, seen_version=row.version, letters=True)
    with pytest.raises(Refused):
        services.write(member.actor, row.pk, seen_version=row.version, text="Other words")

    assert Mailing.objects.count() == 3


def test_what_changed_since_one_looked_is_not_sent(member, idea, people):
    row = services.announce(member.actor, [idea])
    services.write(member.actor, row.pk, seen_version=row.version, title="Other")
    with pytest.raises(EditConflict):
        services.publish(member.actor, row.pk, seen_version=row.version, letters=True)

    assert not Mailing.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.FINANCE])
def test_only_who_may_speak_to_the_outside_sends(member, member_as, idea, people, role):
    row = services.announce(member.actor, [idea])
    with pytest.raises(Denied):
        services.publish(member_as(role).actor, row.pk, seen_version=1, letters=True)

    assert Announcement.objects.get().is_draft


def test_each_segment_reads_its_own_words(member, idea, people):
    where = json.dumps({"and": [{"field": "country", "op": "is", "value": "DE"}]})
    segment = create_segment(member.actor, name="Germany", where=where)
    row = services.announce(member.actor, [idea])
    texts = {str(segment.pk): "Für **Deutschland**"}
    row = services.write(member.actor, row.pk, seen_version=1, text="For all", texts=texts)
    services.publish(member.actor, row.pk, seen_version=row.version, letters=True)
    send_announcements.run()

    bodies = {one.to[0]: one.body for one in mail.outbox}
    assert "Für **Deutschland**" in bodies[ANN]
    assert "For all" not in bodies[ANN]
    assert "For all" in bodies[BOB]
    html = next(one.alternatives[0][0] for one in mail.outbox if one.to == [ANN])
    assert "<strong>Deutschland</strong>" in html


def test_who_unsubscribed_was_erased_or_moved_meanwhile_gets_nothing(member, idea, people):
    published(member, idea)
    erase_customer(member.actor, people["ann"].pk, seen_version=1)
    change_customer(member.actor, people["bob"].pk, seen_version=1, email="new@shopper.example")
    cleo = Mailing.objects.get(to=CLEO)
    services.set_letters(idea.workspace_id, cleo.person, wanted=False)
    send_announcements.run()

    assert mail.outbox == []
    assert set(Mailing.objects.values_list("state", "error")) == {
        ("left_out", "erased"),
        ("left_out", "the address has changed"),
        ("left_out", "wants no letters"),
    }
    assert not Mailing.objects.filter(to__iexact=ANN).exists()


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.VIEWER}])
def test_a_sender_who_may_no_longer_send_stops_what_waits(member, idea, people, change):
    published(member, idea)
    Membership.objects.filter(user=member.user).update(**change)
    send_announcements.run()

    assert mail.outbox == []
    assert set(Mailing.objects.values_list("state", flat=True)) == {"left_out"}


def test_a_deleted_announcement_stops_what_waits(member, idea, people):
    from feedback.announcements.records import ANNOUNCEMENT

    row = published(member, idea)
    delete_record(member.actor, ANNOUNCEMENT, row.pk, row.version)
    send_announcements.run()

    assert mail.outbox == []


def test_one_click_ends_the_letters_without_an_account(member, idea, people, workspace):
    published(member, idea)
    send_announcements.run()
    letter = next(one for one in mail.outbox if one.to == [ANN])
    path = re.sub(r"^https?://[^/]+", "", letter.extra_headers["List-Unsubscribe"].strip("<>"))
    outside = Client(enforce_csrf_checks=True)

    assert "Send no more letters" in outside.get(path).content.decode()
    assert not Unsubscribed.objects.exists()
    assert outside.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert outside.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Unsubscribed.objects.count() == 1
    assert outside.get(path[:-3] + "xx/").status_code == 404
    row = services.announce(member.actor, [idea])
    out = {one.to: one.left_out for one in recipients(member.actor, row)}
    assert out[ANN] == "wants no letters"
    assert ANN not in repr(list(Unsubscribed.objects.values()))
    outside.post(path, {"again": "1"})
    assert not Unsubscribed.objects.exists()


def test_a_worker_that_died_midway_is_followed_by_another(member, idea, people, monkeypatch):
    published(member, idea)
    taken = letters.claim_next()  # and the worker is gone before it sends
    send_announcements.run()
    assert len(mail.outbox) == 2
    silent = timezone.now() - letters.SILENCE - timedelta(seconds=1)
    Mailing.objects.filter(pk=taken.pk).update(claimed_at=silent)
    send_announcements.run()
    letters.send(taken)  # it wakes up late: the letter is no longer its own

    assert sent_to()[: len(set(sent_to()))] == sorted([ANN, BOB, CLEO])
    again = [one for one in mail.outbox if one.to == [taken.to]]
    assert len({one.extra_headers["Message-ID"] for one in again}) == 1
    assert Mailing.objects.get(pk=taken.pk).attempts == 2


def test_a_mail_server_that_fails_is_asked_again(member, idea, people, monkeypatch):
    published(member, idea)

    def broken(self, messages):
        raise OSError("452 ann@shopper.example: full")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", broken)
        send_announcements.run()
    assert set(Mailing.objects.values_list("state", flat=True)) == {"waiting"}
    Mailing.objects.update(due_at=timezone.now())
    send_announcements.run()

    assert sent_to() == sorted([ANN, BOB, CLEO])


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_send_at_once_send_one_letter_each(member, member_as, idea, people):
    other = member_as(Role.OWNER)
    row = services.announce(member.actor, [idea])
    outcomes, start = [], threading.Barrier(2)

    def press(actor):
        start.wait()
        try:
            services.publish(actor, row.pk, seen_version=row.version, letters=True)
            outcomes.append("sent")
        except (Refused, EditConflict):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one.actor]) for one in (member, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    workers = [threading.Thread(target=_work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)

    assert sorted(outcomes) == ["refused", "sent"]
    assert sent_to() == sorted([ANN, BOB, CLEO])


def _work():
    try:
        send_announcements.run()
    finally:
        connection.close()


def test_the_page_shows_who_gets_it_to_those_who_may_know(client_of, member, viewer, idea, people):
    row = services.announce(member.actor, [idea])
    url = reverse("feedback:announcement", args=[idea.workspace.slug, row.pk])
    seen, masked = (client_of(one).get(url).content.decode() for one in (member, viewer))

    assert "Publish and send 3 letters" in seen
    assert ANN in seen
    assert "no address is known" in seen
    assert "shopper.example" not in masked
    assert "Publish and send" not in masked
    client_of(member).post(
        reverse("feedback:announcement_publish", args=[idea.workspace.slug, row.pk]),
        {"letters": "1", "seen_version": row.version},
    )
    send_announcements.run()
    log = client_of(member).get(url).content.decode()
    assert log.count("Sent</span>") == 3
    assert "shopper.example" not in client_of(viewer).get(url).content.decode()


def test_a_draft_is_written_on_its_page(client_of, member, idea, people):
    where = json.dumps({"and": [{"field": "country", "op": "is", "value": "DE"}]})
    segment = create_segment(member.actor, name="Germany", where=where)
    slug, client = idea.workspace.slug, client_of(member)
    client.post(reverse("feedback:idea_announce", args=[slug, idea.pk]))
    row = Announcement.objects.get()
    url = reverse("feedback:announcement_write", args=[slug, row.pk])
    typed = {"title": "New zips", "text": "<script>alert(1)</script> **Here**", "news": "shipped"}
    client.post(url, typed | {"seen_version": 1, "add": "1", "segment": segment.pk})
    row.refresh_from_db()

    assert (row.title, list(row.texts), row.on_changelog) == ("New zips", [str(segment.pk)], False)
    page = client.get(reverse("feedback:announcement", args=[slug, row.pk])).content.decode()
    assert "<script>alert" not in page
    client.post(url, typed | {"seen_version": row.version, "drop": str(segment.pk)})
    row.refresh_from_db()
    assert row.texts == {}


def test_two_who_write_one_draft_see_both_versions(client_of, member, idea, people):
    row = services.announce(member.actor, [idea])
    services.write(member.actor, row.pk, seen_version=1, text="Their words")
    url = reverse("feedback:announcement_write", args=[idea.workspace.slug, row.pk])
    typed = {"title": "Mine", "text": "My words", "news": "shipped", "seen_version": 1}
    answer = client_of(member).post(url, typed)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Their words" in page
    assert "My words</textarea>" in page
    row.refresh_from_db()
    assert row.text == "Their words"


def test_a_customer_of_two_addresses_in_one_idea_is_no_trouble(member, workspace, idea):
    twins = CustomerFactory.create_batch(2, workspace=workspace, email=ANN)
    for one in twins:
        FeedbackLinkFactory(workspace=workspace, idea=idea, customer=one)
    published(member, idea)
    send_announcements.run()

    assert sent_to() == [ANN]
    assert Idea.objects.visible_to(member.actor).count() == 1


@pytest.mark.django_db
def test_who_unsubscribes_of_a_workspace_that_is_gone_is_answered():
    services.set_letters(2**40, "ann@shopper.example", wanted=False)

    assert not Unsubscribed.objects.exists()
