"""What workers read out of notes: language and sentiment, whatever way a note came in."""

import csv
import gzip
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from feedback.enrichment import recompute
from feedback.enrichment.language import guess
from feedback.enrichment.models import NoteReading
from feedback.enrichment.recompute import (
    READINGS,
    reading,
    recompute_all_readings,
    recompute_readings,
    unread,
)
from feedback.enrichment.sentiment import LONGEST, judge
from feedback.enrichment.shown import reading_of
from feedback.inbox.models import Note
from feedback.inbox.services import create_note
from tests.factories.catalog import ChannelFactory
from tests.factories.feedback import NoteFactory
from workspaces.staleness.models import StaleMark
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db


def deciding(text):
    return {text[one.start : one.stop].lower(): one.weight for one in judge(text).words}


@pytest.mark.parametrize(
    ("text", "sign", "word"),
    [
        ("Delivery took three weeks", -1, "took three weeks"),
        ("The zip broke after two weeks", -1, "broke"),
        ("Soft, and true to size", 1, "true to size"),
        ("This is not true to size", -1, "true to size"),
        ("Never arrived and I want my money back", -1, "want my money back"),
        ("I would not recommend it", -1, "not recommend"),
        ("I LOVE it!!!", 1, "love"),
        ("Way too small", -1, "way too small"),
        ("It stopped working", -1, "stopped working"),
    ],
)
def test_how_a_text_is_meant_and_by_which_word(text, sign, word):
    feeling = judge(text)
    assert feeling.value * sign > 0.1
    assert word in deciding(text)


def test_a_dress_is_no_opinion():
    assert judge("The dress has no pockets").value == 0
    assert judge("").words == ()


@given(st.text(max_size=400))
def test_any_text_is_judged_within_its_bounds(text):
    feeling = judge(text)
    assert -1 <= feeling.value <= 1
    assert all(0 <= one.start <= one.stop for one in feeling.words)
    assert feeling == judge(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Die Jacke ist leider viel zu klein ausgefallen", "de"),
        ("Le zip s'est cassé après deux semaines", "fr"),
        ("Los zapatos son muy cómodos y bonitos", "es"),
        ("The zip broke after two weeks", "en"),
        ("商品はとても良いですが、サイズが小さいです", "ja"),
        ("الحذاء مريح جدا ولكن المقاس صغير", "ar"),
    ],
)
def test_the_language_is_recognised(text, code):
    found = guess(text)
    assert (found.code, found.kept) == (code, True)


@pytest.mark.parametrize("text", ["ok", "nice", "12345 !!!", "😀😀", "", "XL", "asdf qwer"])
def test_what_is_not_sure_is_not_kept(text):
    found = guess(text)
    assert found is None or not found.kept


def test_other_languages_are_not_judged():
    german = reading("", "Die Reklamation war super, aber die Jacke ist kaputt gegangen", "")
    assert german == {"language": "de", "sentiment": None, "words": []}
    assert reading("", "super", "de")["sentiment"] is None  # what the source says counts
    assert reading("", "12345", "")["sentiment"] is None
    assert reading("", "Love it", "")["sentiment"] > 0.5  # short, and of English alone


def work_off():
    while recompute_next():
        pass


def test_a_note_is_read_after_it_came_in(member):
    channel = ChannelFactory(workspace=member.workspace)
    note = create_note(member.actor, channel=channel, text="The zip broke. I hate it.")
    assert StaleMark.objects.filter(topic=READINGS, key=f"note:{note.pk}", urgency=0).count() == 1
    assert reading_of(member.actor, note) is None

    work_off()

    shown = reading_of(member.actor, note)
    assert (shown.words, shown.language) == ("sounds negative", "English")
    assert [one.text for one in shown.marks] == ["hate", "broke"]
    words = [note.words[one.start : one.stop] for one in shown.marks]
    assert words == ["hate", "broke"]


def test_words_of_the_title_decide_and_are_not_marked_in_the_text(member):
    note = NoteFactory(workspace=member.workspace, title="Awful", text="It came\r\nand it is bad.")
    recompute_readings(member.workspace.pk, [f"note:{note.pk}"])
    shown = reading_of(member.actor, note)
    assert {one.text for one in shown.felt} == {"Awful", "bad"}
    assert [note.words[one.start : one.stop] for one in shown.marks] == ["bad"]


def test_a_load_is_one_mark_however_it_comes(workspace):
    first = NoteFactory(workspace=workspace)
    work_off()
    columns = "workspace_id, channel_id, external_id, text, title, author, language, said_at, day"
    kept = "version, created_at, updated_at, custom"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO feedback_note ({columns}, state, {kept}) "
            f"SELECT workspace_id, channel_id, 'copy-' || n, 'I love it', '', '', '', "
            f"said_at, day, 'new', {kept} FROM feedback_note, generate_series(1, 120) n "
            "WHERE id = %s",
            [first.pk],
        )
    marks = StaleMark.objects.filter(topic=READINGS)
    assert list(marks.values_list("key", "urgency")) == [("new", 5)]
    work_off()
    assert NoteReading.objects.filter(sentiment__gt=0.5).count() == 120
    assert unread(workspace.pk) == 0


def test_more_than_one_turn_is_marked_again_and_twice_is_once(workspace, monkeypatch):
    monkeypatch.setattr(recompute, "AT_ONCE", 2)
    NoteFactory.create_batch(5, workspace=workspace, text="I love it")
    StaleMark.objects.all().delete()
    recompute_readings(workspace.pk, ["new"])
    assert unread(workspace.pk) == 3
    work_off()
    assert unread(workspace.pk) == 0
    before = list(NoteReading.objects.order_by("pk").values())
    recompute_readings(workspace.pk, ["new", f"note:{before[0]['note_id']}"])
    assert list(NoteReading.objects.order_by("pk").values()) == before


def test_a_new_version_reads_everything_again(workspace, monkeypatch):
    note = NoteFactory(workspace=workspace, text="I love it")
    recompute_all_readings(workspace.pk)
    NoteReading.objects.update(sentiment=None)
    recompute_all_readings(workspace.pk)
    assert NoteReading.objects.get(note=note).sentiment is None  # read already
    monkeypatch.setattr(recompute, "VERSION", recompute.VERSION + 1)
    recompute_all_readings(workspace.pk)
    assert NoteReading.objects.get(note=note).sentiment > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "bad " * 20_000,
        "\u202eevil",
        "👍🏽" * 500,
        "<script>alert(1)</script>",
        "\n\n\n",
    ],
)
def test_odd_texts_are_read(workspace, text):
    note = NoteFactory(workspace=workspace, text=text, rating=Decimal(3))
    recompute_all_readings(workspace.pk)
    row = NoteReading.objects.get(note=note)
    assert all(stop <= LONGEST + 1 for _, stop, _ in row.words)


def test_the_inbox_is_narrowed_by_sentiment_and_language(client, member):
    texts = {
        "bad": "The zip broke and I hate it, awful quality",
        "good": "I love this jacket, it fits perfectly",
        "german": "Die Jacke ist leider viel zu klein ausgefallen",
    }
    for title, text in texts.items():
        NoteFactory(workspace=member.workspace, title=title, text=text)
    recompute_all_readings(member.workspace.pk)
    client.force_login(member.user)
    url = reverse("feedback:inbox", args=[member.workspace.slug])

    def found(query):
        rows = client.get(f"{url}?{query}").context["rows"]
        return {one.title for one, *_ in rows}

    assert found("sounds=negative") == {"bad"}
    assert found("sounds=positive") == {"good"}
    assert found("sounds=none") == found("language=de") == {"german"}
    assert found("sounds=odd&language=%27") == set(texts)


def test_a_note_shows_that_it_is_being_read(client, member):
    note = NoteFactory(workspace=member.workspace, text="I hate it")
    client.force_login(member.user)
    url = reverse("feedback:reading", args=[member.workspace.slug, note.pk])
    page = client.get(url).content.decode()
    assert "Being read" in page
    assert 'hx-trigger="load delay:1s"' in page
    recompute_all_readings(member.workspace.pk)
    page = client.get(url).content.decode()
    assert "sounds negative" in page
    assert "hx-get" not in page


def test_the_words_leave_with_the_note(member):
    note = NoteFactory(workspace=member.workspace, text="I hate it")
    recompute_all_readings(member.workspace.pk)
    Note.objects.filter(pk=note.pk).delete()
    assert not NoteReading.objects.exists()


def share_above(good, bad):
    """How often a praising text is judged higher than a blaming one; half for equals (AUC)."""
    ranked = sorted((value, liked) for liked, values in ((1, good), (0, bad)) for value in values)
    below, at, wins = 0, 0, 0.0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        liked = sum(one for _, one in ranked[at:end])
        blamed = end - at - liked
        wins += liked * (below + blamed / 2)
        below, at = below + blamed, end
    return wins / (len(good) * len(bad))


def test_real_reviews_are_judged_as_they_are_rated(public_data, capsys):
    path = public_data / "feedback" / "womens_clothing_reviews_a.csv.gz"
    values = {True: [], False: []}
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
        for row in csv.DictReader(lines):
            if row["Review Text"] and row["Rating"] != "3":
                values[float(row["Rating"]) > 3].append(judge(row["Review Text"]).value)
    share = share_above(values[True], values[False])
    with capsys.disabled():
        print(f"\nsentiment of {len(values[True]) + len(values[False])} reviews: {share:.3f}")
    assert share > 0.85
