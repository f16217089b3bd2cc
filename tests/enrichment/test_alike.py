"""What is like what: by words without the model, and how good that is on labelled pairs."""

import pytest
from django.urls import reverse

from feedback.enrichment.alike import ideas_like, notes_like
from feedback.ideas.services import merge
from tests.bench import likeness as labelled
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import IdeaFactory
from workspaces.search import likeness
from workspaces.search.likeness import SAME, Text
from workspaces.search.recompute import recompute_all_entries


def test_ideas_are_found_by_words_and_say_so_without_the_model(member, workspace, settings):
    settings.MEANING_SOCKET = ""
    zips = IdeaFactory(workspace=workspace, title="A zip that does not jam on the trail jacket")
    IdeaFactory(workspace=workspace, title="Free returns within sixty days")
    recompute_all_entries(workspace.pk)

    found = ideas_like(member.actor, "The zip of my trail jacket jams", 5)

    assert found.why_off
    assert [one.pk for one in found.likes] == [zips.pk]
    assert {"zip", "trail", "jacket"} <= set(found.likes[0].shared)
    assert ideas_like(member.actor, "\x00 \x00", 5).likes == []


def test_merged_ideas_and_the_note_itself_are_not_suggested(member, workspace, settings):
    settings.MEANING_SOCKET = ""
    title = "Zips that never jam on the trail jacket"
    one, other = IdeaFactory.create_batch(2, workspace=workspace, title=title)
    merge(member.actor, one.pk, other.pk)
    note = NoteFactory(workspace=workspace, text=title)
    twin = NoteFactory(workspace=workspace, text=title + "!")
    recompute_all_entries(workspace.pk)
    assert [like.pk for like in ideas_like(member.actor, title, 5).likes] == [other.pk]
    assert [like.pk for like in notes_like(member.actor, note, 5).likes] == [twin.pk]


def test_one_shared_word_of_a_few_is_not_taken_for_the_same():
    jams, red = Text.of("Zip jams"), Text.of("A zip in red")
    assert likeness.probability(jams, red, None) < likeness.LIKELY
    assert likeness.shared(jams, red) == ["zip"]
    whole = Text.of("The zip of the blue trail jacket jams halfway up every single morning")
    assert likeness.probability(whole, whole, None) > SAME
    assert likeness.probability(whole, Text.of(""), None) < likeness.MAYBE


def test_words_alone_prove_little_where_there_are_few_of_them():
    texts = ["zip", "zip jams", "zip jams daily", "zip jams daily outdoors"]
    sure = [likeness.probability(Text.of(text), Text.of(text), None) for text in texts]
    assert sure == sorted(sure)
    assert sure[1] <= likeness.MAYBE
    assert max(sure[:3]) < SAME < sure[3]
    long = Text.of("The zip of the blue trail jacket jams halfway up every single morning")
    assert likeness.probability(Text.of("zip jams"), long, None) < likeness.MAYBE


def test_what_is_rather_not_the_same_is_shown_and_called_weak(member, client_of, settings):
    settings.MEANING_SOCKET = ""
    here = {"workspace": member.workspace}
    idea = IdeaFactory(**here, title="A stronger zip for the winter jacket that never jams at all")
    IdeaFactory(**here, title="Free returns within sixty days")
    recompute_all_entries(member.workspace.pk)
    said = "Lovely warm jacket, wonderful colour, but the zip broke after one week on the mountain"
    note = NoteFactory(**here, text=said)
    client, slug = client_of(member), member.workspace.slug

    beside = client.get(reverse("feedback:inbox_ideas", args=[slug, note.pk]))
    typed = client.get(reverse("feedback:ideas_alike", args=[slug]), {"title": said})

    [(pk, _, like)] = beside.context["ideas"]
    assert pk == idea.pk
    assert likeness.WEAK <= like.probability < likeness.MAYBE
    assert "weak, both say" in " ".join(beside.content.decode().split())
    assert "checked" not in beside.content.decode()
    assert " weak</span>" in typed.content.decode()
    assert ideas_like(member.actor, said, 5).likes == []


@pytest.mark.data
def test_pairs_taken_for_the_same_by_words_are(public_data, capsys):
    pairs = [one for one in labelled.report_pairs() if one.held_out]
    precision, recall = labelled.measured(pairs, labelled.likelihoods(pairs, None))
    with capsys.disabled():
        print(f"\nby words, {len(pairs)} held-out pairs: {precision:.3f} / {recall:.3f}")
    assert precision >= 0.9
    assert recall >= 0.5
