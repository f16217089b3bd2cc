"""The feed of a member: read by an independent library, secret, never more than they may see."""

from datetime import date, timedelta

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from core.clock import today
from tests.approvals.asking import ask, step
from tests.factories.ledger import OrderFactory
from tests.factories.work import MeetingFactory, TaskFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.calendar import services
from workspaces.calendar.models import CalendarFeed
from workspaces.meetings import services as meetings
from workspaces.meetings.services import Again


@pytest.fixture
def now(workspace):
    return today(workspace.timezone)


def fetch(secret, **headers):
    """As a calendar program does: without a session."""
    return Client().get(reverse("workspaces:feed", args=[secret]), headers=headers)


def events(answer):
    return {
        str(one["SUMMARY"]): one
        for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    }


@pytest.mark.time_machine("2026-11-28T12:00:00+00:00")
def test_days_stay_days_and_times_name_their_zone(workspace, member, now):
    TaskFactory(workspace=workspace, title="Proofs", due_on=now)
    meeting = MeetingFactory(workspace=workspace, title="Review")
    answer = fetch(services.make_feed(member.actor))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer)
    due = found["Task: Proofs"]["DTSTART"]
    assert due.dt == now
    assert type(due.dt) is date
    assert due.params["VALUE"] == "DATE"
    starts = found["Meeting: Review"]["DTSTART"]
    assert starts.dt == meeting.starts_at
    assert starts.params["TZID"] == "Europe/Berlin"
    assert icalendar.Calendar.from_ical(answer.content).walk("VTIMEZONE")


def test_every_entry_has_a_uid_of_its_own_that_stays(workspace, member, now):
    task = TaskFactory(workspace=workspace, title="Proofs", due_on=now)
    meetings.call_meeting(
        member.actor, "Review", MeetingFactory(workspace=workspace).starts_at, again=Again("weekly")
    )
    secret = services.make_feed(member.actor)
    before = events(fetch(secret))["Task: Proofs"]
    uids = [
        str(one["UID"])
        for one in icalendar.Calendar.from_ical(fetch(secret).content).walk("VEVENT")
    ]
    assert len(uids) == len(set(uids)) > 10
    task.due_on, task.version = now + timedelta(days=1), 2
    task.save()
    after = events(fetch(secret))["Task: Proofs"]
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_an_unchanged_calendar_is_not_sent_again(workspace, member, now):
    task = TaskFactory(workspace=workspace, due_on=now)
    secret = services.make_feed(member.actor)
    first = fetch(secret)
    again = fetch(secret, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    task.title = "Other"
    task.save()
    changed = fetch(secret, if_none_match=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_only_the_hash_is_kept_and_the_history_has_no_secret(member):
    secret = services.make_feed(member.actor)
    feed = CalendarFeed.objects.get()
    assert secret not in feed.token_hash
    assert secret not in str(list(ActivityEvent.objects.values()))


def test_a_new_address_or_closing_makes_the_old_one_useless(member):
    old = services.make_feed(member.actor)
    new = services.make_feed(member.actor)
    assert fetch(old).status_code == 404
    assert fetch(new).status_code == 200
    services.drop_feed(member.actor)
    assert fetch(new).status_code == 404
    assert fetch("guessed").status_code == 404


def test_a_feed_shows_what_its_member_may_see_at_that_moment(
    workspace, member, owner, admin_member, now
):
    ask(member, OrderFactory(workspace=workspace), step(owner), due_on=now)
    TaskFactory(workspace=workspace, title="Proofs", due_on=now)
    secret = services.make_feed(admin_member.actor)
    assert set(events(fetch(secret))) == {"Approval: May it?", "Task: Proofs"}
    admin_member.membership.role = Role.VIEWER
    admin_member.membership.save()
    assert set(events(fetch(secret))) == {"Task: Proofs"}
    admin_member.membership.active = False
    admin_member.membership.save()
    assert fetch(secret).status_code == 404


def test_a_closed_account_or_workspace_has_no_feed(workspace, member, admin_member):
    secret = services.make_feed(admin_member.actor)
    other = services.make_feed(member.actor)
    admin_member.user.is_active = False
    admin_member.user.save()
    assert fetch(secret).status_code == 404
    assert fetch(other).status_code == 200
    workspace.deleted_at = workspace.created_at
    workspace.save()
    assert fetch(other).status_code == 404


def test_a_feed_of_mine_alone(workspace, member, owner, now):
    TaskFactory(workspace=workspace, title="Mine", due_on=now, assignee=member.user)
    TaskFactory(workspace=workspace, title="Hers", due_on=now, assignee=owner.user)
    assert set(events(fetch(services.make_feed(member.actor, mine_only=True)))) == {"Task: Mine"}


def test_the_address_is_shown_once(workspace, member, client_of):
    client = client_of(member)
    page = client.post(reverse("workspaces:calendar_feed", args=[workspace.slug]), follow=True)
    address = page.context["feed_url"]
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    again = client.get(reverse("workspaces:calendar", args=[workspace.slug]))
    assert again.context["feed_url"] == ""
    client.post(reverse("workspaces:calendar_feed_close", args=[workspace.slug]))
    assert not CalendarFeed.objects.exists()


@pytest.mark.usefixtures("within_a_minute")
def test_guessing_addresses_of_feeds_is_slowed_down_for_whoever_guesses(member):
    secret = services.make_feed(member.actor)
    answers = [fetch(f"guess-{number}").status_code for number in range(33)]

    assert answers == [404] * 30 + [429] * 3
    assert fetch(secret).status_code == 200
