"""Language and sentiment of notes: worked out by a worker, the same twice, nothing lost."""

from decimal import Decimal

import pytest

from feedback.enrichment import recompute
from feedback.enrichment.models import NoteReading
from feedback.inbox.services import create_note
from tests.factories.catalog import ChannelFactory
from tests.factories.feedback import NoteFactory
from workspaces.audit.relay import relay_next
from workspaces.staleness.models import StaleMark
from workspaces.staleness.recompute import recompute_next
from workspaces.staleness.services import mark_stale


def work_off() -> None:
    while relay_next():
        pass
    while recompute_next([recompute.TOPIC]):
        pass


def reading(note) -> NoteReading:
    return NoteReading.objects.get(note=note)


def said(note, weight) -> str:
    whole = recompute.judged_text(note.title, note.text)
    return whole[weight[0] : weight[1]]


def test_a_note_that_comes_in_is_read_with_the_words_that_decided(member, workspace):
    text = "The zip broke after a week, I want a refund. 😡 Delivery took three weeks."
    channel = ChannelFactory(workspace=workspace)
    note = create_note(member.actor, channel=channel, title="Never again", text=text)
    assert not NoteReading.objects.exists()

    work_off()

    found = reading(note)
    assert (found.language, found.model) == ("en", recompute.MODEL)
    assert found.certainty > Decimal("0.9")
    assert found.sentiment < Decimal("-0.3")
    weights = {said(note, one): one[2] for one in found.words}
    assert weights["broke"] < 0
    assert weights["refund"] < 0
    assert weights["took three weeks"] < 0


@pytest.mark.parametrize(
    ("text", "language", "judged"),
    [
        ("Der Reißverschluss ist schon nach einer Woche kaputt gegangen", "de", False),
        ("Le produit est arrivé cassé et personne ne répond", "fr", False),
        ("ok", "", True),
        ("👍👍", "", False),
        ("12345", "", False),
        ("شكرا جزيلا على التوصيل السريع والمنتج الرائع", "ar", False),
    ],
)
def test_other_languages_are_not_judged_and_what_is_unsure_is_unknown(
    workspace, text, language, judged
):
    note = NoteFactory(workspace=workspace, text=text, language="en" if judged else "")
    recompute.recompute_readings(workspace.pk, [f"note:{note.pk}"])
    found = reading(note)
    assert found.language == language
    assert (found.sentiment is not None) is judged


def test_reading_twice_changes_nothing_and_another_version_reads_anew(workspace, monkeypatch):
    notes = NoteFactory.create_batch(5, workspace=workspace, text="It fits well and I love it.")
    recompute.recompute_all_readings(workspace.pk)
    before = list(NoteReading.objects.order_by("note_id").values())

    recompute.recompute_readings(workspace.pk, [f"note:{one.pk}" for one in notes])
    recompute.recompute_all_readings(workspace.pk)

    assert list(NoteReading.objects.order_by("note_id").values()) == before
    monkeypatch.setattr(recompute, "MODEL", "another")
    assert recompute.unread(workspace.pk) == 5
    recompute.recompute_all_readings(workspace.pk)
    assert recompute.unread(workspace.pk) == 0
    assert set(NoteReading.objects.values_list("model", flat=True)) == {"another"}


def test_a_worker_killed_amid_a_batch_loses_nothing(workspace, monkeypatch):
    NoteFactory.create_batch(7, workspace=workspace)
    monkeypatch.setattr(recompute, "AT_ONCE", 3)
    mark_stale(workspace.pk, recompute.TOPIC, [recompute.UNREAD], "an import")
    recompute_next([recompute.TOPIC])
    assert recompute.unread(workspace.pk) == 4
    real, dead = recompute._read, []

    def killed(*args):
        real(*args)
        if not dead:
            dead.append(True)
            raise SystemExit("killed before the commit")

    monkeypatch.setattr(recompute, "_read", killed)
    with pytest.raises(SystemExit):
        recompute_next([recompute.TOPIC])
    assert recompute.unread(workspace.pk) == 4

    work_off()

    assert recompute.unread(workspace.pk) == 0
    assert not StaleMark.objects.filter(topic=recompute.TOPIC).exists()


@pytest.mark.parametrize(
    "text",
    [
        "\u202eesrever\u202c is great but ‏שלום broke",
        "a" * 99_000,
        "not " * 20_000,
        "<script>alert('bad')</script> great",
        "👩‍👩‍👧‍👦 love it 🇩🇪 İstanbul'da bozuldu",
        "\r\n\r\nbroke\r\nagain",
        " \t ",
    ],
)
def test_hostile_texts_are_read_and_their_words_stand_where_they_say(workspace, text):
    note = NoteFactory(workspace=workspace, text=text, title="T", language="en")
    recompute.recompute_readings(workspace.pk, [f"note:{note.pk}"])
    found = reading(note)
    whole = recompute.judged_text(note.title, note.text)
    assert -1 <= found.sentiment <= 1
    for start, stop, weight in found.words:
        assert 0 <= start < stop <= len(whole)
        assert weight
        assert whole[start:stop].strip() == whole[start:stop]
