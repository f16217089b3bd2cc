"""Slots and the scope of launches over the API: the rules of their pages, and no way past them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.clock import today
from roadmaps.launches import services as launches
from roadmaps.launches.models import LaunchMarket
from roadmaps.slots.models import LaunchSlot
from roadmaps.slots.services import propose_slot
from tests.factories.catalog import MarketFactory, ProductFactory
from tests.factories.launches import ClosedDaysFactory, LaunchFactory
from tests.factories.outside import SegmentFactory
from tests.factories.roadmaps import ItemFactory
from workspaces.audit.models import ActivityEvent
from workspaces.records.kinds import KINDS
from workspaces.records.services import delete_record

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def launch(workspace):
    day = (timezone.now() + timedelta(days=60)).date()
    return LaunchFactory(workspace=workspace, title="Trail Jacket 2.0", planned_on=day)


@pytest.fixture
def wednesday(launch):
    """A day nothing speaks against."""
    day = launch.planned_on + timedelta(days=30)
    return day + timedelta(days=(2 - day.weekday()) % 7)


def refused(answer, status, words=""):
    """It is a problem as all are, and says what is wrong."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    body = answer.json()
    assert body["status"] == status
    assert words in str(body)
    return True


def proposed(api, launch, day, **more):
    sent = {"launch": launch.pk, "start_on": f"{day}"} | more
    made = api("post", "launch-slots/", sent)
    assert made.status_code == 201, made.content
    return made.json()


def test_a_slot_is_proposed_by_one_and_approved_by_another(
    launch, member, owner, wednesday, api_of
):
    last = wednesday + timedelta(days=2)
    mine, theirs = api_of(member), api_of(owner)
    made = proposed(mine, launch, wednesday, end_on=f"{last}", note="Fair.", asked=owner.user.pk)
    assert (made["state"], made["everywhere"], made["markets"]) == ("proposed", True, [])
    assert (made["proposed_by"], made["asked"]) == (member.user.pk, owner.user.pk)
    one = f"launch-slots/{made['id']}/"
    assert refused(mine("post", f"{one}approve/", {}), 422, "Another person has to decide")
    assert refused(
        mine("post", "launch-slots/", {"launch": launch.pk, "start_on": f"{last}"}),
        422,
        "being decided already",
    )
    assert theirs("get", f"{one}conflicts/").json() == {"conflicts": []}

    approved = theirs("post", f"{one}approve/", {}).json()

    assert (approved["state"], approved["decided_by"]) == ("approved", owner.user.pk)
    launch.refresh_from_db()
    assert launch.planned_on == wednesday
    assert refused(theirs("post", f"{one}refuse/", {"reason": "x"}), 422, "approved it already")
    path, sent = f"launches/{launch.pk}/", {"planned_on": f"{last + timedelta(days=1)}"}
    assert refused(mine("patch", path, sent, **{"If-Match": "*"}), 422, "Propose another")
    event = ActivityEvent.objects.get(verb="launch.slot_approved")
    assert (event.actor, event.channel) == (owner.user, "api")


def test_what_speaks_against_a_slot_has_to_be_read_before_it_is_approved(
    launch, member, owner, wednesday, workspace, api_of
):
    closed = ClosedDaysFactory(
        workspace=workspace, title="Unity Day", start_on=wednesday, end_on=wednesday
    )
    one = f"launch-slots/{proposed(api_of(member), launch, wednesday)['id']}/"
    api = api_of(owner)
    found = api("get", f"{one}conflicts/").json()["conflicts"]
    assert [(each["closed"], each["launch"]) for each in found] == [(closed.pk, None)]
    assert "Unity Day" in found[0]["text"]
    assert refused(api("post", f"{one}approve/", {}), 422, "since you looked")
    assert refused(api("post", f"{one}approve/", {"seen": ["Something else."]}), 422, "Look again")
    assert LaunchSlot.objects.get().state == "proposed"

    seen = [each["text"] for each in found]
    assert api("post", f"{one}approve/", {"seen": seen}).json()["conflicts"] == seen


def test_a_refusal_says_why_and_only_ones_own_is_withdrawn(
    launch, member, owner, wednesday, api_of
):
    mine, theirs = api_of(member), api_of(owner)
    first = f"launch-slots/{proposed(mine, launch, wednesday)['id']}/"
    assert refused(theirs("post", f"{first}refuse/", {}), 422, "reason")
    assert refused(theirs("post", f"{first}refuse/", {"reason": " "}), 422)
    assert refused(theirs("post", f"{first}withdraw/"), 422, "proposed it")
    said = theirs("post", f"{first}refuse/", {"reason": "No stock."}).json()
    assert (said["state"], said["reason"]) == ("refused", "No stock.")
    second = f"launch-slots/{proposed(mine, launch, wednesday)['id']}/"
    assert mine("post", f"{second}withdraw/").json()["state"] == "withdrawn"
    listed = mine("get", "launch-slots/", {"launch": launch.pk, "state": "refused"}).json()
    assert [row["reason"] for row in listed["results"]] == ["No stock."]
    assert len(mine("get", "launch-slots/").json()["results"]) == 2


def test_a_slot_that_cannot_be_is_a_problem_that_names_what(
    launch, member, wednesday, workspace, outsider, api_of
):
    api, market = api_of(member), MarketFactory(workspace=workspace)
    past = today(workspace.timezone) - timedelta(days=1)
    foreign = LaunchFactory(workspace=outsider.workspace)
    for sent, status, words in (
        ({"start_on": f"{past}"}, 422, "start_on"),
        ({"end_on": f"{past}"}, 422, "end_on"),
        ({"start_on": "soon"}, 422, "start_on"),
        ({"state": "approved"}, 422, "cannot be set"),
        ({"markets": [market.pk]}, 404, "does not come to that market"),
        ({"launch": foreign.pk}, 404, "no longer exists"),
        ({"launch": 2**63}, 422, "launch"),
        ({"asked": outsider.user.pk}, 422, "cannot decide"),
    ):
        body = {"launch": launch.pk, "start_on": f"{wednesday}"} | sent
        assert refused(api("post", "launch-slots/", body), status, words)
    assert not LaunchSlot.objects.exists()


def test_a_slot_is_for_its_markets_and_is_never_set_by_hand(
    launch, member, owner, viewer, wednesday, workspace, api_of
):
    market = MarketFactory(workspace=workspace)
    launches.set_links(member.actor, launch.pk, "markets", [market.pk])
    made = proposed(api_of(member), launch, wednesday, markets=[market.pk])
    assert (made["everywhere"], made["markets"]) == (False, [market.pk])
    one, api = f"launch-slots/{made['id']}/", api_of(owner)
    for method in ("patch", "put", "delete"):
        assert refused(api(method, one, {"state": "approved"}, **{"If-Match": "*"}), 405)
    reads = api_of(viewer)
    assert reads("get", one).json() == made
    for act in ("approve", "refuse", "withdraw"):
        assert refused(reads("post", f"{one}{act}/", {"reason": "x"}), 403)
        assert refused(api_of(owner, ("roadmap.view",))("post", f"{one}{act}/", {}), 403)
    assert LaunchSlot.objects.get().state == "proposed"


def test_a_proposal_sent_twice_under_one_key_is_one(launch, member, wednesday, api_of):
    api, sent = api_of(member), {"launch": launch.pk, "start_on": f"{wednesday}"}
    first = api("post", "launch-slots/", sent, **{"Idempotency-Key": "mine"})
    again = api("post", "launch-slots/", sent, **{"Idempotency-Key": "mine"})
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert LaunchSlot.objects.count() == 1


def test_slots_of_others_and_of_launches_in_the_trash_are_not_there(
    launch, member, owner, outsider, wednesday, api_of
):
    slot = propose_slot(member.actor, launch.pk, wednesday)
    one = f"launch-slots/{slot.pk}/"
    for path in (one, f"{one}conflicts/"):
        assert refused(api_of(outsider)("get", path), 404)
    assert refused(api_of(outsider)("post", f"{one}approve/", {}), 404)
    delete_record(member.actor, KINDS["roadmaps.launch"], launch.pk, launch.version)
    api = api_of(owner)
    for path in (one, f"{one}conflicts/"):
        assert refused(api("get", path), 404)
    assert refused(api("post", f"{one}approve/", {}), 404)
    assert api("get", "launch-slots/").json()["results"] == []


@pytest.fixture
def about(workspace):
    """Something of each that a launch can be about."""
    inside = {"workspace": workspace}
    return {
        "products": [ProductFactory(**inside).pk, ProductFactory(**inside).pk],
        "markets": [MarketFactory(**inside).pk],
        "segments": [SegmentFactory(**inside).pk],
        "items": [ItemFactory(**inside).pk],
    }


def test_what_a_launch_is_about_is_read_and_replaced(launch, member, viewer, about, api_of):
    api, scope = api_of(member), f"launches/{launch.pk}/scope/"
    empty = api("get", scope)
    assert empty.json() == {what: [] for what in about}
    assert refused(api("patch", scope, about), 428)
    changed = api("patch", scope, about, **{"If-Match": empty["ETag"]})
    assert changed.json() == about
    assert changed["ETag"] != empty["ETag"]
    assert api_of(viewer)("get", scope).json() == about
    stale = api("patch", scope, {"items": []}, **{"If-Match": empty["ETag"]})
    assert refused(stale, 412, "changed since you read it")
    assert stale.json()["theirs"] == about
    less = api("patch", scope, {"products": about["products"][:1]}, **{"If-Match": "*"})
    assert less.json() == about | {"products": about["products"][:1]}
    assert refused(api_of(viewer)("patch", scope, {"items": []}, **{"If-Match": "*"}), 403)
    said = ActivityEvent.objects.filter(verb="launch.about")
    assert [one.channel for one in said] == ["api"] * 5


def test_a_scope_is_replaced_as_a_whole_or_not_at_all(
    launch, member, about, workspace, outsider, api_of
):
    api, scope = api_of(member), f"launches/{launch.pk}/scope/"
    foreign = ProductFactory(workspace=outsider.workspace)
    for wrong, status, words in (
        ({"markets": [2**40]}, 404, "no such market"),
        ({"products": [foreign.pk]}, 404, "no such product"),
        ({"segments": ["x"]}, 422, "segments"),
        ({"products": [True]}, 422, "products"),
        ({"products": list(range(1, 202))}, 422, "products"),
        ({"price": 3}, 422, "cannot be set"),
    ):
        answer = api("patch", scope, {"items": about["items"]} | wrong, **{"If-Match": "*"})
        assert refused(answer, status, words)
    assert api("get", scope).json()["items"] == []
    assert refused(api_of(outsider)("get", scope), 404)
    assert refused(api("delete", scope, **{"If-Match": "*"}), 405)


def test_what_lies_in_the_trash_stays_until_it_is_taken_off(launch, member, about, api_of):
    api, scope = api_of(member), f"launches/{launch.pk}/scope/"
    first, second = about["products"]
    api("patch", scope, {"products": [first]}, **{"If-Match": "*"})
    delete_record(member.actor, KINDS["products.product"], first, 1)

    both = api("patch", scope, {"products": [first, second]}, **{"If-Match": "*"})

    assert both.json()["products"] == [first, second]
    left = api("patch", scope, {"products": [second]}, **{"If-Match": "*"})
    assert left.json()["products"] == [second]
    assert refused(api("patch", scope, {"products": [first]}, **{"If-Match": "*"}), 404)
    assert not LaunchMarket.objects.exists()
