"""Feedback files: notes come in once, find their product and keep their words."""

from decimal import Decimal

import pytest

from feedback.inbox.models import Note
from tests.factories.catalog import ProductFactory, VariantFactory
from tests.kinds.running import bring
from workspaces.imports.kinds import KINDS
from workspaces.staleness.models import StaleMark

SAID = {"said_at": "2026-03-04 23:30+00", "text": "Leaks.", "rating": "2"}


@pytest.fixture
def product(member):
    product = ProductFactory(workspace=member.workspace, handle="shell", name="Storm shell")
    VariantFactory(workspace=member.workspace, product=product, sku="S-M")
    return product


@pytest.mark.parametrize("names", [{"sku": "S-M"}, {"handle": "shell"}, {"product": "storm SHELL"}])
def test_a_note_finds_its_product(member, product, names):
    done = bring(member.actor, "feedback", [{**SAID, **names}])
    assert done.issues == []
    note = Note.objects.get()
    assert (note.product, note.rating, str(note.day)) == (product, Decimal(2), "2026-03-05")
    assert note.channel.name == "Reviews"
    keys = set(StaleMark.objects.filter(topic="feedback").values_list("key", flat=True))
    assert keys == {"day:2026-03-05", f"product:{product.pk}"}


def test_the_same_file_again_changes_nothing_with_or_without_ids(member, product):
    rows = [SAID, {**SAID, "external_id": "r1"}, SAID]
    bring(member.actor, "feedback", rows)
    before = list(Note.objects.values())
    assert len(before) == 2
    again = bring(member.actor, "feedback", rows)
    assert (again.outcome.created, again.outcome.updated) == ({}, {})
    assert list(Note.objects.values()) == before


def test_words_never_change_but_the_product_may(member, product):
    row = {**SAID, "external_id": "r1"}
    bring(member.actor, "feedback", [row])
    refused = bring(member.actor, "feedback", [{**row, "text": "It is fine."}])
    assert refused.issues[0][1] == "text"
    assert Note.objects.get().text == "Leaks."
    done = bring(member.actor, "feedback", [{**row, "sku": "S-M"}])
    assert Note.objects.get().product == product
    KINDS["feedback"].undo(member.actor, done.run.pk)
    assert Note.objects.get().product is None


def test_other_scales_are_brought_to_five_stars(member):
    row = {**SAID, "rating": "9", "rating_scale": "10"}
    bring(member.actor, "feedback", [row])
    assert Note.objects.get().rating == Decimal("4.5")


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"rating": "6"}, "rating"),
        ({"rating": None, "text": None}, "text"),
    ],
)
def test_a_bad_cell_is_named_and_changes_nothing(member, cells, field):
    done = bring(member.actor, "feedback", [{**SAID, **cells}])
    assert [issue[:2] for issue in done.issues] == [(1, field)]
    assert not Note.objects.exists()


def test_undo_takes_notes_away(member, product):
    done = bring(member.actor, "feedback", [SAID])
    KINDS["feedback"].undo(member.actor, done.run.pk)
    assert not Note.objects.exists()
