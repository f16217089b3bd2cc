"""Visitors of portals as somebody: what they say about ideas, and addresses they prove."""

import re

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from feedback.ideas.models import FeedbackLink
from feedback.ideas.records import IDEA
from feedback.portal.models import Ballot, Portal, VisitorComment
from feedback.portal.records import PORTAL
from finance.ledger.services_customers import erase_customer
from products.catalog.models import Channel
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory
from tests.portal.conftest import page, text_of
from workspaces.discussion.tab import place_of
from workspaces.guests.models import GuestCode, GuestVisit
from workspaces.guests.services import Gate
from workspaces.guests.tasks import send_code
from workspaces.records.services import change_record, delete_record, restore_record

WHO = "ann@shopper.example"


@pytest.fixture(autouse=True)
def _letters_go(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def talking(portal_with, public):
    """A portal that takes comments, its secret, and an idea on it."""

    def made(**values):
        portal, secret = portal_with(takes_comments=True, **values)
        return portal, secret, public()

    return made


def say(secret, idea, client=None, **fields):
    values = {"body": "The left one jams too.", "name": "Bo", **fields}
    return (client or Client()).post(f"/g/{secret}/ideas/{idea.pk}/say/", values, follow=True)


def test_a_comment_waits_until_a_member_shows_it(talking, client_of, member, viewer):
    _, secret, idea = talking()
    assert "We read it first" in text_of(say(secret, idea))
    comment = VisitorComment.objects.get()
    assert "jams too" not in text_of(page(secret, f"ideas/{idea.pk}/"))
    url = reverse("feedback:visitor_comment", args=[member.workspace.slug, comment.pk])
    assert client_of(viewer).post(url, {"do": "show"}).status_code == 403
    assert client_of(member).post(url, {"do": "show"}).status_code == 302
    shown = text_of(page(secret, f"ideas/{idea.pk}/"))
    assert "jams too" in shown
    assert "Bo" in shown
    client_of(member).post(url, {"do": "drop"})
    assert "jams too" not in text_of(page(secret, f"ideas/{idea.pk}/"))


def test_a_portal_may_show_comments_at_once_and_only_its_own(talking, portal_with):
    _, secret, idea = talking(comments_wait=False)
    _, other = portal_with(title="Another", takes_comments=True)
    assert "It shows here now" in text_of(say(secret, idea))
    assert "jams too" in text_of(page(secret, f"ideas/{idea.pk}/"))
    assert "jams too" not in text_of(page(other, f"ideas/{idea.pk}/"))


def test_members_read_it_in_the_discussion_as_from_outside(talking, client_of, member, workspace):
    _, secret, idea = talking()
    say(secret, idea, body="<b>Wider</b> @[user:1] =1+1", name="<i>Ada</i>")
    inside = client_of(member).get(place_of(member.actor, IDEA, idea.pk), follow=True)
    seen = text_of(inside)
    assert "From outside" in seen
    assert "No member" in seen
    assert "&lt;b&gt;Wider&lt;/b&gt; @[user:1]" in seen
    assert "<i>Ada" not in seen
    portal = client_of(member).get(
        reverse("feedback:portal", args=[workspace.slug, Portal.objects.get().pk])
    )
    assert "Comments to look at" in text_of(portal)


def test_another_workspace_decides_on_no_comment(talking, client_of, outsider):
    _, secret, idea = talking()
    say(secret, idea)
    comment = VisitorComment.objects.get()
    url = reverse("feedback:visitor_comment", args=[outsider.workspace.slug, comment.pk])
    assert client_of(outsider).post(url, {"do": "show"}).status_code == 404
    comment.refresh_from_db()
    assert comment.state == "waiting"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"body": " "}, 422),
        ({"body": "x" * 2_001}, 422),
        ({"body": "Buy", "website": "http://spam.example"}, 200),
    ],
)
def test_empty_long_and_programs_comments_are_not_kept(talking, values, status):
    _, secret, idea = talking()
    assert say(secret, idea, **values).status_code == status
    assert not VisitorComment.objects.exists()


def test_no_comments_where_the_portal_takes_none_or_asks_for_proof(portal_with, public):
    idea = public()
    for values in ({}, {"takes_comments": True, "anonymous": False}):
        _, secret = portal_with(title=f"P {len(values)}", **values)
        assert say(secret, idea).status_code == 422
    hidden = public(state="shipped")
    _, secret = portal_with(title="T", takes_comments=True, states=["planned"])
    assert say(secret, hidden).status_code == 404
    assert not VisitorComment.objects.exists()


@pytest.mark.usefixtures("within_a_minute")
def test_comments_from_one_place_are_counted(talking):
    _, secret, idea = talking()
    answers = [say(secret, idea).status_code for _ in range(8)]
    assert answers == [200] * 5 + [429] * 3
    assert VisitorComment.objects.count() == 5


def ask(secret, client, email=WHO, **more):
    return client.post(f"/g/{secret}/prove/", {"email": email, **more})


def mailed():
    before = len(mail.outbox)
    send_code.run(GuestCode.objects.order_by("-pk").first().pk)
    assert len(mail.outbox) == before + 1
    return re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()


def proven(secret, client, email=WHO, where=""):
    ask(secret, client, email)
    return ask(secret, client, email, code=mailed(), next=where)


def test_a_proven_address_makes_the_vote_the_customers_and_one(portal_with, public, workspace):
    _, secret = portal_with()
    idea, ann = public(), CustomerFactory(workspace=workspace, email=WHO)
    client, other = Client(), Client()
    client.post(f"/g/{secret}/ideas/{idea.pk}/vote/")
    assert Ballot.objects.get().link.customer_id is None
    where = f"/g/{secret}/ideas/{idea.pk}/"
    assert proven(secret, client, where=where).url == where
    ballot = Ballot.objects.get()
    assert (ballot.email, ballot.link.customer_id) == (WHO, ann.pk)
    proven(secret, other, WHO.upper())
    other.post(f"/g/{secret}/ideas/{idea.pk}/vote/")
    assert Ballot.objects.count() == 1
    assert FeedbackLink.objects.in_workspace(workspace.pk).filter(idea=idea).count() == 1
    assert "You voted for this" in text_of(other.get(where))
    assert set(GuestVisit.objects.values_list("email", flat=True)) == {WHO}


def test_whoever_leaves_is_nobody_again(portal_with, public):
    _, secret = portal_with()
    idea, client = public(), Client()
    proven(secret, client)
    assert WHO in text_of(client.get(f"/g/{secret}/ideas/{idea.pk}/"))
    ask(secret, client, leave="1")
    assert WHO not in text_of(client.get(f"/g/{secret}/ideas/{idea.pk}/"))


def test_a_portal_for_proven_people_alone_opens_to_them(portal_with, public):
    _, secret = portal_with(anonymous=False)
    idea, client = public(), Client()
    assert client.post(f"/g/{secret}/ideas/{idea.pk}/vote/").status_code == 422
    proven(secret, client)
    assert client.post(f"/g/{secret}/ideas/{idea.pk}/vote/").status_code == 302
    assert Ballot.objects.get().email == WHO


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/g/x/../../admin"])
def test_proving_leads_nowhere_else(portal_with, where):
    _, secret = portal_with()
    assert proven(secret, Client(), where=where).url == f"/g/{secret}/ideas/"


def test_wrong_codes_and_addresses_prove_nothing(portal_with, public):
    _, secret = portal_with()
    client = Client()
    assert ask(secret, client, "nobody").status_code == 422
    assert ask(secret, client).status_code == 200
    code = mailed()
    wrong = "000000" if code != "000000" else "111111"
    assert ask(secret, client, code=wrong).status_code == 422
    assert ask(secret, client, "eve@x.example", code=code).status_code == 422
    assert "eve@x.example" not in text_of(client.get(f"/g/{secret}/ideas/"))


def test_codes_are_not_mailed_without_end(portal_with, monkeypatch):
    _, secret = portal_with()
    monkeypatch.setattr("workspaces.guests.services_entering.CODES_OF_A_LINK", 3)
    for number in range(6):
        caches["limits"].clear()
        ask(secret, Client(REMOTE_ADDR=f"10.1.1.{number}"), f"v{number}@x.example")
    assert GuestCode.objects.count() == 3


def test_nothing_is_proven_where_the_gate_asks_or_no_letter_goes(portal_with, settings):
    _, named = portal_with(Gate("N", "email", people=[WHO]), title="Named")
    assert "A code" not in text_of(page(named, "prove/"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    _, secret = portal_with()
    assert page(secret, "prove/").status_code == 404


def test_erasing_a_customer_leaves_what_they_said_and_nobodys_name(
    talking, workspace, owner, public
):
    _, secret, idea = talking(comments_wait=False)
    ann, client = CustomerFactory(workspace=workspace, email=WHO), Client()
    proven(secret, client)
    say(secret, idea, client, body=f"Write to {WHO.upper()}, please.", name="Ann")
    assert WHO not in text_of(page(secret, f"ideas/{idea.pk}/"))  # but in her own words
    erase_customer(owner.actor, ann.pk, seen_version=ann.version)
    comment = VisitorComment.objects.get()
    assert (comment.name, comment.email) == ("", "")
    assert WHO not in comment.body.lower()
    assert "please" in comment.body


def test_each_portal_has_a_channel_called_like_it(portal_with, member, workspace):
    first, _ = portal_with(title="Ideas for Northshelf")
    second, _ = portal_with(title="ideas for northshelf")
    assert first.channel.name == "Ideas for Northshelf"
    assert second.channel.name == "ideas for northshelf (portal)"
    first = change_record(member.actor, PORTAL, first.pk, first.version, {"title": "Wishes"})
    first.channel.refresh_from_db()
    assert first.channel.name == "Wishes"
    delete_record(member.actor, PORTAL, first.pk, first.version)
    assert not Channel.objects.in_workspace(workspace.pk).filter(name="Wishes").exists()
    restore_record(member.actor, PORTAL, first.pk)
    assert Channel.objects.in_workspace(workspace.pk).filter(name="Wishes").exists()


def test_channels_that_are_used_or_called_otherwise_stay(portal_with, member, workspace):
    old, _ = portal_with(title="Old")
    shared = Channel.objects.create(workspace=workspace, name="Portal")
    Portal.objects.filter(pk=old.pk).update(channel=shared)
    old.refresh_from_db()
    change_record(member.actor, PORTAL, old.pk, old.version, {"title": "Renamed"})
    shared.refresh_from_db()
    assert shared.name == "Portal"
    busy, _ = portal_with(title="Busy")
    NoteFactory(workspace=workspace, channel=busy.channel)
    delete_record(member.actor, PORTAL, busy.pk, busy.version)
    assert Channel.objects.in_workspace(workspace.pk).filter(pk=busy.channel_id).exists()
