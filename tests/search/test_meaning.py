"""Meaning: a real worker with the real model, on rows that are really committed."""

import json
import socket

import pytest
from django.urls import reverse

from feedback.ideas.models import Idea
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import IdeaFactory
from workspaces.search import meaning
from workspaces.search.meaning import Off
from workspaces.search.model import NAME
from workspaces.search.models import SearchMeaning
from workspaces.search.similar import like
from workspaces.staleness.recompute import recompute_everything

pytestmark = pytest.mark.django_db(transaction=True)
IDEA = "feedback.idea"
NOTE = "feedback.note"
SAID = (
    "The zipper of my jacket broke after two weeks",
    "After a fortnight the zip on the coat is already broken",
    "The parcel arrived nine days late and nobody answered my mail",
    "These boots keep my feet warm in deep snow",
)


@pytest.fixture
def said(member, with_meaning):
    notes = [NoteFactory(workspace=member.workspace, title="", text=text) for text in SAID]
    recompute_everything(member.workspace.pk, "test")
    with_meaning(member.workspace)
    return notes


def test_what_means_the_same_is_found_in_other_words(member, said, found):
    assert found(member, "slow delivery")[0] == SAID[2][:60]
    assert SAID[2][:60] not in found(member, "cosy footwear for winter")


def near(member, text, kind=NOTE, **more):
    """All that has something to do with a text, however unlikely it says the same."""
    return like(member.actor, kind, text, least=0, **more).likes


def test_a_record_knows_what_is_like_it(member, said):
    likes = near(member, said[0].text, of=(NOTE, said[0].pk))
    assert likes[0].pk == said[1].pk
    assert likes[0].same
    assert said[0].pk not in [one.pk for one in likes]
    assert all(not one.same for one in likes[1:])


def test_suggestions_come_while_typing_likeliest_first(member, said):
    likes = near(member, "zip of the jacket is broken")
    assert {one.pk for one in likes[:2]} == {said[0].pk, said[1].pk}
    rates = [one.probability for one in likes]
    assert rates == sorted(rates, reverse=True)
    assert near(member, "  ") == []


def test_a_changed_text_gets_a_new_meaning_and_a_deleted_one_has_none(member, with_meaning):
    said = [IdeaFactory(workspace=member.workspace, title=text) for text in SAID]
    recompute_everything(member.workspace.pk, "test")
    with_meaning(member.workspace)
    warm = "My feet stay warm in the snow with these boots"
    Idea.objects.filter(pk=said[1].pk).update(title=warm)
    Idea.objects.filter(pk=said[2].pk).delete()
    recompute_everything(member.workspace.pk, "test")
    with_meaning(member.workspace)

    assert near(member, said[3].title, IDEA, of=(IDEA, said[3].pk))[0].pk == said[1].pk
    assert said[2].pk not in [one.pk for one in near(member, "parcel late, no answer", IDEA)]
    assert like(member.actor, IDEA, "parcel late, no answer").likes == []
    meanings = SearchMeaning.objects.in_workspace(member.workspace.pk).filter(entry__kind=IDEA)
    assert set(meanings.values_list("model", flat=True)) == {NAME}
    assert meanings.count() == 3


def test_another_workspace_means_nothing_here(member, outsider, said, with_meaning):
    NoteFactory(workspace=outsider.workspace, title="", text=SAID[0])
    recompute_everything(outsider.workspace.pk, "test")
    with_meaning(outsider.workspace)

    [only] = near(outsider, "zipper broke")
    assert only.pk not in [note.pk for note in said]
    assert {one.pk for one in near(member, "zipper broke")[:2]} == {said[0].pk, said[1].pk}


def test_without_the_worker_words_do_and_the_page_says_so(
    member, client_of, settings, tmp_path, found
):
    settings.MEANING_SOCKET = str(tmp_path / "nobody.sock")
    note = NoteFactory(workspace=member.workspace, title="", text=SAID[0])
    NoteFactory(workspace=member.workspace, title="", text=SAID[3])
    recompute_everything(member.workspace.pk, "test")

    assert found(member, "zipper") == [SAID[0]]
    found = like(member.actor, NOTE, "zipper jackets", least=0)
    [one] = found.likes
    assert (one.pk, one.shared) == (note.pk, ["jackets", "zipper"])
    assert found.why_off
    url = reverse("workspaces:search", args=[member.workspace.slug])
    page = client_of(member).get(url, {"q": "zipper"}).content.decode()
    assert "Meaning search is off: its worker does not run" in page
    settings.MEANING_SOCKET = ""
    page = client_of(member).get(url, {"q": "zipper"}).content.decode()
    assert "Meaning search is off: MEANING_SOCKET is not set" in page


@pytest.mark.parametrize(
    "line",
    [b"nonsense\n", b"{}\n", b'{"do": "near"}\n', b'{"do": "near", "workspace": "x"}\n', b"\x00\n"],
)
def test_nonsense_is_refused_and_the_worker_lives_on(meaning_socket, with_meaning, line):
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(20)
        door.connect(meaning_socket)
        door.sendall(line)
        assert "error" in json.loads(door.makefile().readline())
    assert meaning.why_off() == ""


def test_a_silent_worker_is_left_after_a_moment(settings, tmp_path):
    path = str(tmp_path / "silent.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        settings.MEANING_SOCKET = path
        with pytest.raises(Off, match="busy"):
            meaning.near(1, [NOTE], "zipper", 5, patience=0.05)


@pytest.mark.parametrize("text", ["🧥", "\x00", "ä" * 100_000, "a" * 100_000, "\ufffe", "   .   "])
def test_any_text_has_an_answer(member, said, text):
    assert isinstance(near(member, text), list)
