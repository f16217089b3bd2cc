"""Sentiment as a facet: the inbox and the list of notes are narrowed and gathered by it."""

import pytest
from django.urls import reverse

from feedback.enrichment.recompute import recompute_all_readings
from tests.factories.feedback import NoteFactory

SAID = {
    "negative": "The zip broke and it is terrible.",
    "neutral": "It arrived on a Tuesday with the other parcel.",
    "positive": "I love it, a wonderful jacket.",
    "none": "Der Reißverschluss ist schon nach einer Woche kaputt gegangen",
}


@pytest.fixture
def notes(workspace):
    made = {mood: NoteFactory(workspace=workspace, text=text) for mood, text in SAID.items()}
    recompute_all_readings(workspace.pk)
    return made


@pytest.mark.parametrize("mood", SAID)
def test_the_inbox_and_the_list_show_one_mood_alone(member, workspace, client_of, notes, mood):
    client, slug = client_of(member), workspace.slug
    inbox = client.get(reverse("feedback:inbox", args=[slug]), {"mood": mood})
    listed = client.get(reverse("feedback:list", args=[slug]), {"sentiment": mood})

    assert [note for note, *_ in inbox.context["rows"]] == [notes[mood]]
    assert f'value="{mood}" selected' in inbox.text
    assert f'name="mood" value="{mood}"' in inbox.text  # kept by what is done there
    assert [line.row for line in listed.context["listing"].lines] == [notes[mood]]


@pytest.mark.parametrize("by", ["groups", "board"])
def test_the_list_is_gathered_by_mood_with_counts_and_words(
    member, workspace, client_of, notes, by, queries
):
    client, url = client_of(member), reverse("feedback:list", args=[workspace.slug])
    page = client.get(url, {"by": by})
    found = {one.name: [note for note, _ in rows] for one, rows in page.context["gathered"]}

    assert found == {mood: [note] for mood, note in notes.items()}
    assert [one.count for one, _ in page.context["gathered"]] == ["1"] * 4
    assert f'class="moods moods-{by}"' in page.text
    assert '<span class="reading-word is-bad">broke</span>' in page.text
    assert '<span class="reading-word is-good">love</span>' in page.text
    few = queries(lambda: client.get(url, {"by": by}))
    NoteFactory.create_batch(8, workspace=workspace, text=SAID["negative"])
    recompute_all_readings(workspace.pk)
    assert queries(lambda: client.get(url, {"by": by})) == few
    asked = client.get(url, {"by": by, "sentiment": "negative", "q": "zip"})
    ((only, rows),) = asked.context["gathered"]
    assert (only.name, only.count, len(rows)) == ("negative", "9", 9)
    assert "by=board" in asked.text  # the other ways of looking keep what is asked
    assert "q=zip" in asked.text


def test_an_unknown_way_of_gathering_shows_the_list(member, workspace, client_of, notes):
    page = client_of(member).get(reverse("feedback:list", args=[workspace.slug]), {"by": "x"})
    assert page.context["gathered"] == []
    assert len(page.context["listing"].lines) == 4
    assert '<span class="tag tag-red">negative</span>' in page.text


def test_a_note_shows_the_words_that_decided(member, workspace, client_of, notes):
    url = reverse("feedback:note", args=[workspace.slug, notes["negative"].pk])
    page = client_of(member).get(url).text
    assert '<span class="is-bad">terrible</span>' in page
    assert "decided by" in page
