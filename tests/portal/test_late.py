"""What is sent after a visit ended, or from within another site: nothing typed is lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from feedback.inbox.models import Note
from feedback.portal.models import VisitorComment
from feedback.portal.services_guests import Visitor
from tests.portal.conftest import text_of
from workspaces.guests.models import GuestCode
from workspaces.guests.services import Gate
from workspaces.guests.tasks import send_code
from workspaces.guests.words import WORDS

PASSWORD = "twelve green apples"
TYPED = {"title": "Sleeves", "text": "Longer, please.\nAnd <b>warm</b>.", "name": "Ada"}


@pytest.fixture
def locked(portal_with):
    """A portal behind a password."""
    return portal_with(Gate("Some", "password", PASSWORD), takes_comments=True)


def fields_of(response):
    """What the page's last form would send, and where to."""
    form = text_of(response).rpartition("<form")[2]
    names = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    unquote = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#x27;": "'"}
    for name, value in names:
        for entity, letter in unquote.items():
            value = value.replace(entity, letter)
        yield name, value


def test_a_late_post_is_kept_at_the_gate_and_sent_from_there(locked, workspace):
    _, secret = locked
    client, url = Client(), f"/g/{secret}/post/"
    enter = f"/g/{secret}/enter/"
    client.post(enter, {"next": url, "password": PASSWORD})
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        came = f"http://testserver{url}"
        gate = client.post(url, TYPED, headers={"referer": came})
        held = dict(fields_of(gate))
        wrong = client.post(enter, held | {"password": "no"})
        again = client.post(enter, dict(fields_of(wrong)) | {"password": PASSWORD})
        kept = dict(fields_of(again))
        sent = client.post(url, kept)

    assert "not sent yet" in text_of(gate)
    assert held["next"] == url
    assert (wrong.status_code, again.status_code) == (422, 200)
    assert f'action="{url}"' in text_of(again)
    assert f'href="{url}"' in text_of(again)
    assert {name: kept[name] for name in TYPED} == TYPED
    assert "Thank you" in text_of(sent)
    assert Note.objects.in_workspace(workspace.pk).get().title == "Sleeves"


def test_the_gate_of_a_german_portal_speaks_german(portal_with, mailoutbox):
    _, secret = portal_with(Gate("Some", "password", PASSWORD), language="de")
    url, enter, client = f"/g/{secret}/post/", f"/g/{secret}/enter/", Client()
    gate = client.post(url, TYPED, headers={"referer": f"http://testserver{url}"})
    wrong = client.post(enter, dict(fields_of(gate)) | {"password": "no"})
    again = client.post(enter, dict(fields_of(wrong)) | {"password": PASSWORD})
    gone = client.get(f"/g/{secret}/ideas/987654/")

    assert '<html lang="de">' in text_of(gate)
    assert "Passwort" in text_of(gate)
    assert "Ihr Besuch war abgelaufen" in text_of(gate)
    assert "Dieses Passwort öffnet es nicht." in text_of(wrong)
    assert "Jetzt senden" in text_of(again)
    assert "Diese Seite gibt es nicht" in text_of(gone)

    _, secret = portal_with(Gate("Named", "email", people=["ada@x.example"]), language="de")
    asked = client.post(
        f"/g/{secret}/enter/", {"next": f"/g/{secret}/ideas/", "email": "ada@x.example"}
    )
    assert "Wenn ada@x.example es öffnen darf" in text_of(asked)
    send_code.run(GuestCode.objects.get().pk)
    (letter,) = mailoutbox
    assert "öffnet, was mit Ihnen geteilt wurde" in letter.subject
    assert f"Ihr Code ist {letter.subject.split()[0]}." in letter.body


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_every_language_says_everything(words):
    assert set(WORDS["en"]) <= set(words)
    assert "{code}" in words["letter"]
    assert "{email}" in words["on_its_way"]


@pytest.mark.parametrize("came", ["", "https://evil.example/g/x/", "http://testserver/w/x/"])
def test_a_late_vote_leads_to_a_page_that_opens(locked, public, came):
    _, secret = locked
    idea, client = public(), Client()
    url = f"/g/{secret}/ideas/{idea.pk}/vote/"
    held = dict(fields_of(client.post(url, headers={"referer": came} if came else {})))
    entered = client.post(f"/g/{secret}/enter/", held | {"password": PASSWORD})

    assert held["to"] == url
    assert client.get(held["next"]).status_code == 200
    assert f'action="{url}"' in text_of(entered)


def test_a_late_page_is_only_opened(locked):
    _, secret = locked
    where, client = f"/g/{secret}/ideas/", Client()
    held = dict(fields_of(client.get(where)))
    entered = client.post(f"/g/{secret}/enter/", held | {"password": PASSWORD})
    assert (entered.status_code, entered["Location"]) == (303, where)


def test_whose_proof_is_over_keeps_what_they_typed(portal_with, workspace, public):
    _, secret = portal_with(anonymous=False)
    refused = Client().post(f"/g/{secret}/post/", TYPED | {"sure": "1"})

    assert refused.status_code == 422
    assert "proved their address" in text_of(refused)
    assert 'value="Sleeves"' in text_of(refused)
    assert "Longer, please." in text_of(refused)
    assert not Note.objects.in_workspace(workspace.pk).exists()
    assert Visitor().voter(workspace.pk) == ""


def test_within_another_site_pages_lead_to_a_tab_of_their_own(portal_with, public):
    gate = Gate("Shop", origins=["https://shop.example"])
    _, secret = portal_with(gate, takes_comments=True)
    idea = public()
    for path in (f"ideas/{idea.pk}/", "post/"):
        url = f"/g/{secret}/{path}"
        inside = Client().get(url, headers={"sec-fetch-dest": "iframe"})
        alone = Client().get(url, headers={"sec-fetch-dest": "document"})

        assert "<form" not in text_of(inside)
        assert f'href="{url}" target="_blank"' in text_of(inside)
        assert "in a new tab" in text_of(inside)
        assert "<form" in text_of(alone)
        assert "_blank" not in text_of(alone)


def test_the_list_costs_the_same_however_much_is_said(portal_with, public, queries):
    portal, secret = portal_with(takes_comments=True)
    client = Client()
    url = f"/g/{secret}/ideas.json"
    ideas = [public(f"Idea {number}") for number in range(2)]
    client.get(url)
    few = queries(lambda: client.get(url))
    ideas += [public(f"More {number}") for number in range(10)]
    for idea in ideas:
        VisitorComment.objects.create(
            workspace=portal.workspace, portal=portal, idea=idea, body=f"On {idea}", state="shown"
        )
    answer = client.get(url)

    assert queries(lambda: client.get(url)) == few
    said = {one["title"]: one["comments"] for one in answer.json()["ideas"]}
    assert {title: len(words) for title, words in said.items()} == dict.fromkeys(said, 1)
    assert "On Idea 0" in said["Idea 0"][0]["html"]
