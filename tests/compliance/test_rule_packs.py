"""Packs of a workspace: brought in, compared over the catalogue, activated, reviewed, stopped."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import Denied, Refused
from products.compliance.impact import Effect, impact
from products.compliance.models import Obligation, RulePack
from products.compliance.packs import read, shipped
from products.compliance.services import (
    activate_pack,
    answer,
    import_pack,
    review_pack,
    stop_pack,
)
from tests.compliance.conftest import DAY

pytestmark = pytest.mark.django_db
SOURCE = {"act": "House rule", "article": "1", "url": "https://example.com/rule"}
TOY = {"fact": "toy", "is": True}


def rule(key: str, when: dict, **more) -> dict:
    return {
        "key": key,
        "when": when,
        "obligation": f"Do {key}",
        "evidence": ["certificate"],
        "gate": True,
        "from": "2020-01-01",
        "source": SOURCE,
    } | more


def house(version: int, *rules: dict, **more) -> bytes:
    return json.dumps(
        {
            "key": "house",
            "version": version,
            "title": "House rules",
            "jurisdiction": "DE",
            "owner": "Ada",
            "reviewed_on": "2026-11-01",
            "rules": list(rules),
        }
        | more
    ).encode()


FIRST = house(1, rule("a", TOY), rule("b", {"fact": "market", "is": "DE"}), rule("c", TOY))
SECOND = house(
    2,
    rule("a", {"all": [TOY, {"fact": "category", "is": "Toys"}]}),
    rule("c", TOY, gate=False),
    rule("d", {"fact": "market", "is": "US"}),
    rule("e", {"all": [TOY, {"fact": "wood", "is": True}]}),
    attributes=[{"key": "wood", "question": "Is it of wood?", "kind": "yes_no"}],
)


def test_a_new_version_shows_what_it_changes_before_it_counts(member, puzzle, germany, usa, work):
    import_pack(member.actor, FIRST)
    activate_pack(member.actor, "house", 1)
    answer(member.actor, puzzle.pk, "toy", "yes")
    work()
    assert set(Obligation.objects.values_list("rule", flat=True)) == {
        "house/a",
        "house/b",
        "house/c",
    }
    import_pack(member.actor, SECOND)
    before, after = (read(RulePack.objects.get(version=at).body) for at in (1, 2))

    changes, cut = impact(member.workspace.pk, before, after, DAY)

    assert not cut
    assert {(one.market, one.rule, one.effect) for one in changes} == {
        (germany.pk, "b", Effect.LOST),
        (germany.pk, "c", Effect.CHANGED),
        (usa.pk, "c", Effect.CHANGED),
        (usa.pk, "d", Effect.GAINED),
        (germany.pk, "e", Effect.ASKED),
        (usa.pk, "e", Effect.ASKED),
    }
    assert Obligation.objects.filter(rule="house/b").exists()  # nothing counts yet

    activate_pack(member.actor, "house", 2)
    work()
    rows = Obligation.objects.values_list("market__name", "rule", "status", "gate")
    assert set(rows) == {
        ("Germany", "house/a", "open", True),
        ("USA", "house/a", "open", True),
        ("Germany", "house/c", "open", False),
        ("USA", "house/c", "open", False),
        ("USA", "house/d", "open", True),
        ("Germany", "house/e", "unknown", True),
        ("USA", "house/e", "unknown", True),
    }
    states = dict(RulePack.objects.values_list("version", "state"))
    assert states == {1: "replaced", 2: "active"}


def test_the_difference_there_and_back_is_opposite(member, puzzle, germany):
    answer(member.actor, puzzle.pk, "toy", "yes")
    one, two = read(json.loads(FIRST)), read(json.loads(SECOND))

    def by_rule(before, after) -> dict[str, Effect]:
        return {
            each.rule: each.effect for each in impact(member.workspace.pk, before, after, DAY)[0]
        }

    assert by_rule(one, one) == {}
    assert by_rule(one, two) == {"b": Effect.LOST, "c": Effect.CHANGED, "e": Effect.ASKED}
    assert by_rule(two, one) == {"b": Effect.GAINED, "c": Effect.CHANGED, "e": Effect.LOST}
    assert by_rule(None, one) == dict.fromkeys("abc", Effect.GAINED)
    assert by_rule(one, None) == dict.fromkeys("abc", Effect.LOST)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (house(1, rule("a", {"fact": "toy", "is": 1})), "/rules/0/when/is"),
        (
            house(1, rule("a", {"all": [TOY, {"fact": "gone", "is": True}]})),
            "/rules/0/when/all/1/fact",
        ),
        (b"{", "the top"),
        (json.dumps(shipped()["eu-toys"].body | {"version": 9}).encode(), "/key"),
    ],
)
def test_a_broken_pack_is_refused_with_the_place_named(member, raw, place):
    with pytest.raises(ValidationError, match=place):
        import_pack(member.actor, raw)
    assert not RulePack.objects.exists()


def test_a_version_is_brought_in_once_and_words_mean_one_thing(member):
    import_pack(member.actor, FIRST)
    with pytest.raises(ValidationError, match="Count it up"):
        import_pack(member.actor, FIRST)
    import_pack(member.actor, SECOND)
    activate_pack(member.actor, "house", 2)
    other = house(
        1,
        rule("x", {"fact": "wood", "at_least": 3}),
        key="other",
        attributes=[{"key": "wood", "question": "How much wood?", "kind": "number"}],
    )
    import_pack(member.actor, other)
    with pytest.raises(Refused, match="means something else"):
        activate_pack(member.actor, "other", 1)


def test_choosing_packs_takes_the_permission_to_review(contributor, viewer, member):
    for verb in (
        lambda who: import_pack(who.actor, FIRST),
        lambda who: activate_pack(who.actor, "eu-toys", 1),
        lambda who: stop_pack(who.actor, "eu-toys"),
        lambda who: review_pack(who.actor, "eu-toys", "Me"),
    ):
        for who in (contributor, viewer):
            with pytest.raises(Denied):
                verb(who)
    assert not RulePack.objects.exists()


def test_a_review_stands_on_the_obligations_and_their_export(member, puzzle, toys, work, client_of):
    review_pack(member.actor, "eu-toys", "Ada Lovelace")
    work()
    basis = Obligation.objects.filter(rule="eu-toys/declaration").get().basis
    assert "Rule template, not legal advice" in basis
    assert "Ada Lovelace, reviewed 2026-11-28" in basis
    slug = member.workspace.slug
    answer = client_of(member).get(f"/w/{slug}/records/obligations/export.csv")
    text = answer.getvalue().decode()
    assert answer.status_code == 200
    assert "Rule template, not legal advice" in text


def test_pages_of_packs(member, viewer, puzzle, germany, client_of):
    slug = member.workspace.slug
    reads, manages = client_of(viewer), client_of(member)
    listed = reads.get(reverse("products:rule_packs", args=[slug])).content.decode()
    assert "EU toy safety" in listed
    assert "Activate" not in listed
    shown = reads.get(reverse("products:rule_pack", args=[slug, "eu-toys"])).content.decode()
    assert "not legal advice" in shown
    assert "PM Workspace templates" in shown
    assert "Directive 2009/48/EC" in shown
    impacted = manages.get(reverse("products:rule_pack_impact", args=[slug, "eu-toys", 1]))
    assert "to be answered" in impacted.content.decode()
    assert (
        reads.post(reverse("products:rule_pack_activate", args=[slug, "eu-toys", 1])).status_code
        == 403
    )
    manages.post(reverse("products:rule_pack_activate", args=[slug, "eu-toys", 1]))
    assert RulePack.objects.get().state == "active"

    upload = SimpleUploadedFile("x.json", house(1, rule("a", {"fact": "toy"})))
    refused = manages.post(reverse("products:rule_pack_import", args=[slug]), {"upload": upload})
    assert refused.status_code == 422
    assert "At /rules/0/when" in refused.content.decode()
    upload = SimpleUploadedFile("x.json", FIRST)
    manages.post(reverse("products:rule_pack_import", args=[slug]), {"upload": upload})
    taken = manages.get(reverse("products:rule_pack_file", args=[slug, "house"]))
    assert read(json.loads(taken.content)).rules == read(json.loads(FIRST)).rules
    assert "not legal advice" in taken.content.decode()
