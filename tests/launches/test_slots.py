"""Slots: proposed by one, approved or refused by another, and kept to by the launch's day."""

import re
import threading
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from core.clock import today
from core.errors import Denied, NotFound, Refused
from roadmaps.launches import services as launches
from roadmaps.launches.models import Launch
from roadmaps.launches.states import LaunchState
from roadmaps.slots.models import LaunchSlot
from roadmaps.slots.services import approve_slot, propose_slot, refuse_slot, withdraw_slot
from tests.conftest import Member
from tests.factories.catalog import MarketFactory
from tests.factories.launches import LaunchFactory
from tests.factories.workspaces import MembershipFactory
from tests.launches.conftest import approvals_url
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import relay_next
from workspaces.following.models import Notification
from workspaces.records.kinds import KINDS
from workspaces.records.needs import needs_of
from workspaces.records.services import revert_record


@pytest.fixture
def slot(member, launch, later):
    return propose_slot(member.actor, launch.pk, later, later + timedelta(days=4), note="Fair.")


def test_the_slot_another_approves_moves_the_day_and_holds_it(
    slot, launch, member, owner, later, planned_on
):
    with pytest.raises(Refused, match="You proposed it"):
        approve_slot(member.actor, slot.pk)
    approve_slot(owner.actor, slot.pk)

    launch.refresh_from_db()
    assert launch.planned_on == later
    with pytest.raises(Refused, match=r"was approved for it\. Propose another"):
        launches.change_launch(
            member.actor, launch.pk, seen_version=launch.version, planned_on=planned_on
        )
    within = later + timedelta(days=2)
    launches.change_launch(member.actor, launch.pk, seen_version=launch.version, planned_on=within)
    second = propose_slot(member.actor, launch.pk, later + timedelta(days=40))
    approve_slot(owner.actor, second.pk)
    launch.refresh_from_db()
    slot.refresh_from_db()
    assert (launch.planned_on, slot.state) == (later + timedelta(days=40), "replaced")
    verbs = ActivityEvent.objects.filter(verb__startswith="launch.slot").values_list("verb")
    assert [verb for (verb,) in verbs.order_by("pk")] == [
        "launch.slot_proposed",
        "launch.slot_approved",
        "launch.slot_proposed",
        "launch.slot_approved",
    ]


def test_neither_a_typed_statement_nor_taking_back_leaves_an_approved_slot(
    slot, launch, owner, member, planned_on
):
    approve_slot(owner.actor, slot.pk)
    with pytest.raises(IntegrityError, match="Another slot was approved"), transaction.atomic():
        Launch.objects.filter(pk=launch.pk).update(planned_on=planned_on)
    launch.refresh_from_db()
    kind, values = KINDS["roadmaps.launch"], {"planned_on": planned_on}
    with pytest.raises(Refused, match="Propose another"):
        revert_record(member.actor, kind, launch.pk, launch.version, values)


def test_a_refusal_says_why_and_leaves_the_day(slot, launch, owner, planned_on):
    with pytest.raises(Refused, match="Say why"):
        refuse_slot(owner.actor, slot.pk, "  ")
    refuse_slot(owner.actor, slot.pk, "The stock comes later.")
    launch.refresh_from_db()
    slot.refresh_from_db()
    assert (launch.planned_on, slot.state, slot.decided_by) == (planned_on, "refused", owner.user)
    with pytest.raises(Refused, match="refused it already"):
        approve_slot(owner.actor, slot.pk)


def test_a_proposal_is_withdrawn_by_whoever_made_it_or_once_they_left(
    slot, launch, member, owner, later
):
    with pytest.raises(Refused, match="proposed it"):
        withdraw_slot(owner.actor, slot.pk)
    withdraw_slot(member.actor, slot.pk)
    again = propose_slot(member.actor, launch.pk, later)
    with pytest.raises(Refused, match="being decided already"):
        propose_slot(member.actor, launch.pk, later)
    member.user.delete()
    withdraw_slot(owner.actor, again.pk)
    again.refresh_from_db()
    assert (again.state, again.proposed_by) == ("withdrawn", None)


def test_an_approver_who_was_deleted_leaves_the_slot_and_the_question(
    slot, launch, member, owner, admin_member, later, client_of
):
    approve_slot(admin_member.actor, slot.pk)
    asked = propose_slot(
        member.actor, launch.pk, later + timedelta(days=60), asked=admin_member.user.pk
    )
    assert not [one for one in needs_of(owner.actor)[0] if one.key.startswith("slot:")]
    admin_member.user.delete()

    slot.refresh_from_db()
    asked.refresh_from_db()
    assert (slot.state, slot.decided_by, asked.asked) == ("approved", None, None)
    assert [one.key for one in needs_of(owner.actor)[0] if one.key.startswith("slot:")] == [
        f"slot:{asked.pk}"
    ]
    page = client_of(owner).get(approvals_url(launch)).content.decode()
    assert "somebody who left" in page


def test_whoever_is_asked_hears_of_it_and_finds_it_on_home(launch, member, owner, later):
    propose_slot(member.actor, launch.pk, later, asked=owner.user.pk)
    while relay_next():
        pass
    news = Notification.objects.get(user=owner.user)
    assert (news.kind, news.object_id) == ("roadmaps.launch", launch.pk)
    (need,) = [one for one in needs_of(owner.actor)[0] if one.key.startswith("slot:")]
    assert need.url == approvals_url(launch)
    assert not [one for one in needs_of(member.actor)[0] if one.key.startswith("slot:")]


def test_beyond_go_the_day_stands(slot, launch, ready, move, said_go, member, owner, later):
    move(ready, "build", "verify", "go_no_go")
    said_go(ready)
    move(ready, "scheduled")
    for act in (
        lambda: approve_slot(owner.actor, slot.pk),
        lambda: refuse_slot(owner.actor, slot.pk, "x"),
    ):
        with pytest.raises(Refused, match="approved with Go"):
            act()
    withdraw_slot(member.actor, slot.pk)
    with pytest.raises(Refused, match="approved with Go"):
        propose_slot(member.actor, launch.pk, later)
    move(ready, "go_no_go")
    again = propose_slot(member.actor, launch.pk, later)
    approve_slot(owner.actor, again.pk)
    with pytest.raises(Refused, match="needs an approval first: Go"):
        move(ready, "scheduled")


def test_a_slot_names_its_markets_and_one_added_later_shows(
    launch, member, owner, later, workspace, client_of
):
    germany, spain = (MarketFactory(workspace=workspace, name=name) for name in ("DE", "Spain"))
    launches.set_links(member.actor, launch.pk, "markets", [germany.pk])
    with pytest.raises(NotFound, match="does not come to that market"):
        propose_slot(member.actor, launch.pk, later, markets=[spain.pk])
    slot = propose_slot(member.actor, launch.pk, later, markets=[germany.pk])
    approve_slot(owner.actor, slot.pk)
    assert "Not approved for" not in client_of(owner).get(approvals_url(launch)).content.decode()
    launches.set_links(member.actor, launch.pk, "markets", [germany.pk, spain.pk])
    assert "Not approved for Spain" in client_of(owner).get(approvals_url(launch)).content.decode()


def test_a_slot_whose_market_is_gone_is_for_none_and_not_for_all(
    launch, member, owner, later, workspace, client_of
):
    germany, spain = (MarketFactory(workspace=workspace, name=name) for name in ("DE", "Spain"))
    launches.set_links(member.actor, launch.pk, "markets", [germany.pk, spain.pk])
    slot = propose_slot(member.actor, launch.pk, later, markets=[germany.pk])
    germany.delete()
    page = client_of(owner).get(approvals_url(launch)).content.decode()
    assert "for markets that are gone" in page
    assert "Its markets are gone. Refuse it" in page
    assert 'value="approve"' not in page
    with pytest.raises(Refused, match="markets it was for are gone"):
        approve_slot(owner.actor, slot.pk)
    refuse_slot(owner.actor, slot.pk, "Gone.")
    again = propose_slot(member.actor, launch.pk, later)
    approve_slot(owner.actor, again.pk)
    assert "Not approved for" not in client_of(owner).get(approvals_url(launch)).content.decode()


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, None, "start_on"), (5, 4, "end_on"), (5, 36, "end_on"), (5_000, None, "start_on")],
)
def test_days_that_cannot_be_are_refused(launch, member, first, last, field, now_here):
    day = now_here + timedelta(days=first)
    end = None if last is None else now_here + timedelta(days=last)
    with pytest.raises(ValidationError) as refused:
        propose_slot(member.actor, launch.pk, day, end)
    assert field in refused.value.message_dict
    assert not LaunchSlot.objects.exists()


@pytest.fixture
def now_here(workspace):
    return today(workspace.timezone)


@pytest.mark.parametrize(
    ("now", "here"),
    [
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 28)),  # the clock goes ahead
        (datetime(2027, 10, 30, 22, 30, tzinfo=UTC), date(2027, 10, 31)),  # it goes back
    ],
)
def test_today_is_today_where_the_workspace_is(
    now, here, launch, member, owner, workspace, time_machine
):
    workspace.timezone = "Europe/Berlin"
    workspace.save()
    member.actor.workspace.timezone = owner.actor.workspace.timezone = "Europe/Berlin"
    time_machine.move_to(now, tick=False)
    with pytest.raises(ValidationError, match="from today on"):
        propose_slot(member.actor, launch.pk, here - timedelta(days=1))
    slot = propose_slot(member.actor, launch.pk, here)
    approve_slot(owner.actor, slot.pk)
    launch.refresh_from_db()
    assert launch.planned_on == here


def test_the_calendar_shows_what_is_proposed_and_no_file_does(
    slot, launch, owner, member, client_of, later, workspace
):
    client = client_of(owner)
    month = f"/w/{workspace.slug}/calendar/?view=agenda&on={later}"
    page = client.get(month).content.decode()
    assert "is-tentative" in page
    assert "proposed" in page
    made = client.post(reverse("workspaces:calendar_feed", args=[workspace.slug]), follow=True)
    address = made.context["feed_url"].removeprefix("http://testserver")
    days = [
        one.decoded("dtstart")
        for one in Calendar.from_ical(client.get(address).content).walk("VEVENT")
    ]
    assert later not in days
    approve_slot(owner.actor, slot.pk)
    days = [
        one.decoded("dtstart")
        for one in Calendar.from_ical(client.get(address).content).walk("VEVENT")
    ]
    assert later in days
    assert "is-tentative" not in client.get(month).content.decode()


def test_who_may_not_reads_and_changes_nothing(slot, launch, viewer, outsider, client_of, later):
    for act in (
        lambda: propose_slot(viewer.actor, launch.pk, later),
        lambda: approve_slot(viewer.actor, slot.pk),
        lambda: refuse_slot(viewer.actor, slot.pk, "x"),
    ):
        with pytest.raises(Denied):
            act()
    page = client_of(viewer).get(approvals_url(launch)).content.decode()
    assert "Your role does not decide" in page
    assert "/slots/decide/" not in page
    assert client_of(viewer).post(f"{_slots(launch)}decide/", {"slot": slot.pk}).status_code == 403
    with pytest.raises(NotFound):
        approve_slot(outsider.actor, slot.pk)
    slot.refresh_from_db()
    assert slot.state == "proposed"


def _seen(client, launch):
    """What the page says speaks against the slot, as its form sends it."""
    page = client.get(approvals_url(launch)).content.decode()
    return {"seen": [unescape(one) for one in re.findall(r'name="seen" value="([^"]*)"', page)]}


def test_pages_propose_approve_and_say_what_is_wrong(launch, member, owner, client_of, later):
    hers, his = client_of(member), client_of(owner)
    assert "No slot" not in hers.get(approvals_url(launch)).content.decode()
    hers.post(_slots(launch), {"start_on": "soon"})
    assert not LaunchSlot.objects.exists()
    hers.post(_slots(launch), {"start_on": later.isoformat(), "note": "Fair"})
    slot = LaunchSlot.objects.get()
    his.post(f"{_slots(launch)}decide/", {"slot": slot.pk, "act": "approve"} | _seen(his, launch))
    launch.refresh_from_db()
    assert launch.planned_on == later
    assert launch.state == LaunchState.PLAN


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decision_stands_and_the_other_is_told():
    proposer = Member(MembershipFactory(role=Role.PRODUCT))
    inside = {"workspace": proposer.workspace}
    people = [Member(MembershipFactory(**inside, role=Role.PRODUCT)) for _ in range(2)]
    launch = LaunchFactory(**inside, planned_on=timezone.now().date() + timedelta(days=9))
    slot = propose_slot(proposer.actor, launch.pk, timezone.now().date() + timedelta(days=30))
    start, said = threading.Barrier(4), []

    def decide(number, one):
        start.wait()
        try:
            if number % 2:
                refuse_slot(one.actor, slot.pk, "No.")
            else:
                approve_slot(one.actor, slot.pk)
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=each) for each in enumerate([*people, *people])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    slot.refresh_from_db()
    launch.refresh_from_db()
    assert len(said) == 3
    assert set(said) == {f"{slot.decided_by} {slot.state} it already."}
    decisions = ActivityEvent.objects.filter(
        verb__in=["launch.slot_approved", "launch.slot_refused"]
    )
    assert [one.actor for one in decisions] == [slot.decided_by]
    assert (launch.planned_on == slot.start_on) == (slot.state == "approved")


def _slots(launch):
    return reverse("roadmaps:launch_slots", args=[launch.workspace.slug, launch.pk])


def test_a_slot_that_has_begun_moves_its_launch_to_a_day_still_ahead(member, owner, launch, later):
    slot = propose_slot(member.actor, launch.pk, later, later + timedelta(days=10))
    now = today(launch.workspace.timezone)
    LaunchSlot.objects.in_workspace(launch.workspace_id).update(
        start_on=now - timedelta(days=6), end_on=now + timedelta(days=4)
    )

    approve_slot(owner.actor, slot.pk)

    launch.refresh_from_db()
    assert launch.planned_on == now
