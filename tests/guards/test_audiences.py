"""A field of the roadmap that nobody classified is hidden, and fails here until somebody does."""

import pytest
from django.apps import apps

from roadmaps.sharing.allowed import OFFERED, STARTS, TITLE, WORDS, Shown, allow
from roadmaps.sharing.hidden import HIDDEN, WHOLE

# What sharing itself keeps, and is shown to nobody.
OUR_OWN = {"roadmaps.Audience", "roadmaps.RoadmapShare", "roadmaps.GuestComment"}


def unclassified() -> set[str]:
    """The columns of the roadmap that stand in neither list."""
    known = set(OFFERED) | {f"{model}.{name}" for model, names in HIDDEN.items() for name in names}
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("roadmaps").get_models()
        if model._meta.label not in OUR_OWN | WHOLE
        for field in model._meta.concrete_fields
    } - known


def test_every_field_of_the_roadmap_is_offered_or_hidden():
    assert not unclassified(), "say in roadmaps/sharing whether these may be shown"


def test_a_new_field_fails_until_it_is_classified(monkeypatch):
    kept = tuple(name for name in HIDDEN["roadmaps.Item"] if name != "custom")
    monkeypatch.setitem(HIDDEN, "roadmaps.Item", kept)
    assert unclassified() == {"roadmaps.Item.custom"}


def test_no_classification_is_stale_or_twofold():
    hidden = {f"{model}.{name}" for model, names in HIDDEN.items() for name in names}
    assert not hidden & set(OFFERED)
    assert not WHOLE & ({name.rpartition(".")[0] for name in OFFERED} | set(HIDDEN))
    assert all(apps.get_model(name) for name in WHOLE)
    for one in hidden | set(OFFERED):
        model, _, name = one.rpartition(".")
        assert apps.get_model(model)._meta.get_field(name)


def test_what_is_offered_has_words_and_nothing_else_is_in_a_list():
    assert set(OFFERED.values()) - {TITLE} <= set(WORDS) == set(Shown)
    assert allow(["item.custom", "item.owner.email", Shown.STATE]).fields == {Shown.STATE}


@pytest.mark.parametrize("name", list(STARTS))
def test_money_is_in_no_list_to_start_from(name):
    assert Shown.MONEY not in STARTS[name][0]
    assert Shown.OWNER not in STARTS[name][0]
