"""Blind rounds: nobody sees another's numbers before they are shown, and what is taken over."""

from decimal import Decimal
from statistics import median

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Denied, NotFound, Refused
from roadmaps.items.records import ITEM
from roadmaps.priorities.models import ScoreInput
from roadmaps.priorities.records import MODEL
from roadmaps.rounds import reports, services
from roadmaps.rounds.models import Rating, Round
from roadmaps.rounds.needs import rounds_to_rate
from roadmaps.rounds.services import Given
from roadmaps.rounds.spread import FAR, spread_of
from tests.conftest import Member
from tests.factories.roadmaps import ItemFactory
from tests.factories.workspaces import MembershipFactory, WorkspaceFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.records.services import create_record, delete_record
from workspaces.records.undo_many import undo_batch

SECRET = "2.7183"


@pytest.fixture
def rice(member):
    return create_record(member.actor, MODEL, {"name": "RICE", "method": "rice"})


@pytest.fixture
def raters(member_as):
    return [member_as(Role.CONTRIBUTOR), member_as(Role.VIEWER), member_as(Role.PRODUCT)]


@pytest.fixture
def items(workspace):
    return [ItemFactory(workspace=workspace, title=title) for title in ("Advisor", "Wallet")]


@pytest.fixture
def asked(member, rice, raters, items):
    """A round over two items' impact and confidence, with three raters."""
    return services.start_round(
        member.actor,
        rice.pk,
        "Autumn",
        keys=["impact", "confidence"],
        items=[one.pk for one in items],
        people=[one.user.pk for one in raters],
    )


def give(asked, rater, *numbers):
    """Numbers for both inputs of both items, in order."""
    rows = reports.items_of(rater.actor, asked)
    cells = [(row.pk, key) for row in rows for key in asked.keys]
    texts = dict(zip(cells, numbers, strict=False))
    return services.rate(
        rater.actor, asked.pk, {cell: Given(Decimal(text)) for cell, text in texts.items()}
    )


def all_give(asked, raters):
    give(asked, raters[0], "3", "0.8", "1", "0.5")
    give(asked, raters[1], "2", "0.8", "1", "0.5")
    give(asked, raters[2], "0.25", "0.8", "1", "0.5")


numbers = st.decimals(0, 1000, places=2)


@given(
    st.dictionaries(st.integers(1, 9), numbers, min_size=1), st.sampled_from([None, Decimal(1000)])
)
def test_the_spread_is_what_its_words_say(values, most):
    found = spread_of(values, (Decimal(0), most))
    middle = median(values.values())
    scale = most or abs(middle) or max(abs(one) for one in values.values()) or 1
    assert (found.low, found.median, found.high) == (
        min(values.values()),
        middle,
        max(values.values()),
    )
    assert found.far == {key for key, one in values.items() if abs(one - middle) / scale > FAR}
    assert spread_of({}) is None


def test_who_is_done_is_known_and_what_they_gave_is_not(asked, member, raters, client):
    assert give(asked, raters[0], SECRET, "0.8") is False  # half of it
    assert give(asked, raters[0], SECRET, "0.8", "1", "0.5") is True
    url = reverse("roadmaps:round", args=[asked.workspace.slug, asked.pk])
    for somebody in (member, raters[1], raters[2]):
        client.force_login(somebody.user)
        page = client.get(url).content.decode()
        assert SECRET not in page
        assert "done" in page
    client.force_login(raters[0].user)
    assert SECRET in client.get(url).content.decode()
    assert reports.shown_ratings(member.actor, asked) == []


def test_history_and_admin_do_not_tell_what_was_given(asked, raters, client, admin_user):
    give(asked, raters[0], SECRET, "0.8", "1", "0.5")
    assert not any(SECRET in str(one.changes) for one in ActivityEvent.objects.all())
    client.force_login(admin_user)
    row = Rating.objects.first()
    page = client.get(reverse("admin:roadmaps_rating_change", args=[row.pk]))
    assert page.status_code == 200
    assert SECRET not in page.content.decode()


def test_shown_with_the_one_who_stands_alone(asked, member, raters, client):
    all_give(asked, raters)
    services.show(member.actor, asked.pk)
    row = Round.objects.get(pk=asked.pk)
    first = reports.items_of(member.actor, row)[0]
    spread = reports.spreads_of(member.actor, row)[first.pk, "impact"]
    assert spread.median == 2
    alone = {
        one.rater.user
        for one in reports.shown_ratings(member.actor, row)
        if one.rater_id in spread.far
    }
    assert alone == {raters[0].user, raters[2].user}  # 1 and 1.75 away, on a scale of 2.75
    client.force_login(raters[1].user)
    page = client.get(reverse("roadmaps:round", args=[row.workspace.slug, row.pk])).content.decode()
    assert "far away" in page
    assert str(raters[2].user) in page


def test_fewer_than_two_are_not_shown(asked, member, raters):
    give(asked, raters[0], "1", "1", "1", "1")
    with pytest.raises(Refused, match="at least 2"):
        services.show(member.actor, asked.pk)


def test_another_turn_is_blind_again_and_keeps_the_first(asked, member, raters):
    all_give(asked, raters)
    services.show(member.actor, asked.pk)
    services.again(member.actor, asked.pk)
    row = Round.objects.get(pk=asked.pk)
    assert reports.shown_ratings(member.actor, row) == []
    give(asked, raters[2], "2", "0.8", "1", "0.5")
    give(asked, raters[0], "2", "0.8", "1", "0.5")
    services.show(member.actor, asked.pk)
    row.refresh_from_db()
    first = reports.items_of(member.actor, row)[0]
    assert reports.spreads_of(member.actor, row)[first.pk, "impact"].agreed
    assert Rating.objects.filter(round_item=first, key="impact").count() == 5  # 3 and 2 more


def test_taken_over_as_one_act_with_the_ends_as_range(asked, member, raters, items, rice):
    all_give(asked, raters)
    services.show(member.actor, asked.pk)
    first, second = reports.items_of(member.actor, asked)
    batch = services.settle(member.actor, asked.pk, {(first.pk, "impact"): Decimal("1.5")})
    kept = ScoreInput.objects.get(item=items[0], scoring=rice, key="impact")
    assert (kept.low, kept.likely, kept.high) == (Decimal("0.25"), Decimal("1.5"), 3)
    assert kept.reason == "Round “Autumn”: median 2, from 0.25 to 3"
    assert Round.objects.get(pk=asked.pk).state == "shown"

    undo_batch(member.actor, batch)
    assert not ScoreInput.objects.filter(item=items[0], scoring=rice, deleted_at=None).exists()
    finals = {(one.pk, "confidence"): Decimal("0.5") for one in (first, second)}
    services.settle(member.actor, asked.pk, finals)
    assert Round.objects.get(pk=asked.pk).state == "settled"
    assert ScoreInput.objects.filter(scoring=rice, deleted_at=None).count() == 2


@pytest.mark.parametrize("text", ["0.1", "3.01", "-1"])
def test_numbers_off_the_scale_are_refused(asked, raters, text):
    with pytest.raises(Refused, match="Impact: at"):
        give(asked, raters[0], text)
    assert not Rating.objects.exists()


def test_only_those_asked_rate_and_only_editors_lead(asked, member, raters, contributor):
    with pytest.raises(Refused, match="not asked"):
        give(asked, contributor, "1")
    all_give(asked, raters)
    for act in (services.show, services.again, services.withdraw):
        with pytest.raises(Denied):
            act(raters[1].actor, asked.pk)
    services.show(member.actor, asked.pk)
    with pytest.raises(Refused, match="shown already"):
        give(asked, raters[0], "1")
    services.withdraw(member.actor, asked.pk)
    assert reports.shown_ratings(member.actor, Round.objects.get(pk=asked.pk)) == []


def test_another_workspace_finds_nothing(asked, rice):
    stranger = Member(MembershipFactory(workspace=WorkspaceFactory(), role=Role.OWNER))
    for act in (services.show, services.withdraw):
        with pytest.raises(NotFound):
            act(stranger.actor, asked.pk)
    with pytest.raises(NotFound):
        services.start_round(stranger.actor, rice.pk, "x", keys=["impact"], items=[], people=[])


def test_home_says_it_until_one_is_done(asked, raters, member, items):
    (need,) = rounds_to_rate(raters[0].actor)
    assert "Autumn" in need.title
    assert rounds_to_rate(member.actor) == []
    delete_record(member.actor, ITEM, items[1].pk, items[1].version)
    assert give(asked, raters[0], "1", "0.5") is True  # what is in the trash is not waited for
    assert rounds_to_rate(raters[0].actor) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"keys": ["reach; drop"]}, "input"), ({"items": []}, "items"), ({"people": []}, "people")],
)
def test_an_incomplete_round_is_refused(member, rice, raters, items, changed, words):
    values = {
        "keys": ["impact"],
        "items": [items[0].pk],
        "people": [one.user.pk for one in raters],
    }
    with pytest.raises(Refused, match=words):
        services.start_round(member.actor, rice.pk, "Autumn", **values | changed)
