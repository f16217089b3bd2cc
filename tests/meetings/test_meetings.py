"""Meetings: moves, agenda, outcomes, the next of a series, and their files."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.urls import reverse

from core.errors import Denied, NotFound, Refused
from tests.factories.catalog import ProductFactory
from tests.factories.work import AgendaItemFactory, MeetingFactory
from workspaces.meetings import services
from workspaces.meetings.files import meeting_file, minutes_text
from workspaces.meetings.models import AgendaItem, Attendee, Meeting, Outcome
from workspaces.meetings.services import Again, Guests, Point
from workspaces.members.models import Team, TeamMember
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, delete_record
from workspaces.todo.models import Task
from workspaces.todo.services import move_task

KIND = "workspaces.meeting"
STARTS = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)  # 10:00 in Berlin, the week before winter time


@pytest.fixture
def meeting(workspace):
    return MeetingFactory(workspace=workspace, title="Review")


def weekly(member, **again):
    return services.call_meeting(
        member.actor, "Review", STARTS, zone="Europe/Berlin", again=Again("weekly", **again)
    )


def url(meeting, name, *args):
    return reverse(f"workspaces:{name}", args=[meeting.workspace.slug, meeting.pk, *args])


def test_a_meeting_moves_only_where_its_state_leads(meeting, member):
    for state in ("in_progress", "closed", "followed_up", "closed", "open"):
        assert services.move_meeting(member.actor, meeting.pk, state).state == state
    with pytest.raises(Refused, match="cannot become followed up"):
        services.move_meeting(member.actor, meeting.pk, "followed_up")
    with pytest.raises(Refused, match="no such state"):
        services.move_meeting(member.actor, meeting.pk, "gone")


def test_a_closed_meeting_changes_no_more_until_it_is_opened(meeting, member):
    services.move_meeting(member.actor, meeting.pk, "closed")
    for act in (
        lambda: change_record(member.actor, KINDS[KIND], meeting.pk, 2, {"title": "Other"}),
        lambda: services.add_point(member.actor, meeting.pk, Point("Margins")),
        lambda: services.note_outcome(member.actor, meeting.pk, "decision", "Yes"),
    ):
        with pytest.raises(Refused, match="closed"):
            act()
    services.move_meeting(member.actor, meeting.pk, "open")
    assert services.add_point(member.actor, meeting.pk, Point("Margins")).pk


def test_a_task_that_comes_out_really_is_one_and_holds_up_following_up(meeting, member):
    product = ProductFactory(workspace=meeting.workspace)
    point = Point("Jacket", 10, member.user, ("products.product", product.pk))
    item = services.add_point(member.actor, meeting.pk, point)
    outcome = services.note_outcome(
        member.actor, meeting.pk, "task", "Raise the price", item_pk=item.pk, assignee=member.user
    )
    services.note_outcome(member.actor, meeting.pk, "decision", "Keep it")
    task = Task.objects.get()
    assert outcome.task == task
    assert (task.kind, task.object_id, task.assignee) == (
        "products.product",
        product.pk,
        member.user,
    )
    services.move_meeting(member.actor, meeting.pk, "closed")
    with pytest.raises(Refused, match="1 of its tasks is still to be done"):
        services.move_meeting(member.actor, meeting.pk, "followed_up")
    move_task(member.actor, task.pk, "done")
    assert services.move_meeting(member.actor, meeting.pk, "followed_up").state == "followed_up"


def test_viewers_read_and_write_nothing(meeting, viewer):
    for act in (
        lambda: services.call_meeting(viewer.actor, "x", STARTS),
        lambda: services.move_meeting(viewer.actor, meeting.pk, "closed"),
        lambda: services.add_point(viewer.actor, meeting.pk, Point("x")),
        lambda: services.note_outcome(viewer.actor, meeting.pk, "decision", "x"),
    ):
        with pytest.raises(Denied):
            act()


def test_agenda_lines_keep_to_their_meeting_and_workspace(meeting, member, outsider):
    theirs = AgendaItemFactory(workspace=outsider.workspace)
    other = AgendaItemFactory(workspace=meeting.workspace)
    mine = services.add_point(member.actor, meeting.pk, Point("Margins"))
    for act in (
        lambda: services.remove_point(member.actor, theirs.pk),
        lambda: services.move_point(member.actor, mine.pk, other.pk),
        lambda: services.note_outcome(member.actor, meeting.pk, "task", "x", item_pk=other.pk),
        lambda: services.add_point(
            member.actor,
            meeting.pk,
            Point("x", about=("products.product", ProductFactory(workspace=outsider.workspace).pk)),
        ),
    ):
        with pytest.raises(NotFound):
            act()
    assert not Outcome.objects.exists()
    AgendaItem.objects.filter(pk=mine.pk).update(meeting=theirs.meeting)
    with pytest.raises(IntegrityError):
        connection.check_constraints()


def test_moving_a_line_writes_that_line_alone(meeting, member):
    *_, c = (services.add_point(member.actor, meeting.pk, Point(name)) for name in "abc")
    before = dict(AgendaItem.objects.values_list("pk", "position"))
    services.move_point(member.actor, c.pk, None)
    after = dict(AgendaItem.objects.values_list("pk", "position"))
    titles = AgendaItem.objects.order_by("position").values_list("title", flat=True)
    assert list(titles) == ["c", "a", "b"]
    assert {pk for pk in after if after[pk] != before[pk]} == {c.pk}


def test_the_next_of_a_series_opens_with_what_was_left(member, owner, workspace):
    team = Team.objects.create(workspace=workspace, name="Range")
    meeting = services.call_meeting(
        member.actor,
        "Review",
        STARTS,
        guests=Guests([owner.user], [team], ["guest@example.com"]),
        again=Again("weekly", count=2),
    )
    services.note_outcome(member.actor, meeting.pk, "decision", "Keep it")
    done = services.note_outcome(member.actor, meeting.pk, "task", "Done before").task
    left = services.note_outcome(member.actor, meeting.pk, "task", "Weigh it").task
    move_task(member.actor, done.pk, "done")
    services.move_meeting(member.actor, meeting.pk, "closed")

    following = Meeting.objects.exclude(pk=meeting.pk).get()
    assert following.starts_at == datetime(2026, 10, 27, 9, 0, tzinfo=UTC)  # 10:00, winter time
    (item,) = following.agenda.all()
    assert (item.title, item.object_id) == ("Still open: Weigh it", left.pk)
    assert following.attendees.count() == 3
    services.move_meeting(member.actor, meeting.pk, "open")
    services.move_meeting(member.actor, meeting.pk, "closed")
    assert Meeting.objects.count() == 2
    services.move_meeting(member.actor, following.pk, "closed")
    assert Meeting.objects.count() == 2  # the series has come to its end


def test_a_task_left_over_twice_still_stands_on_the_agenda_as_that_task(member):
    meeting = weekly(member)
    task = services.note_outcome(member.actor, meeting.pk, "task", "Weigh it").task
    services.move_meeting(member.actor, meeting.pk, "closed")
    following = Meeting.objects.exclude(pk=meeting.pk).get()
    assert following.agenda.get().object_id == task.pk


@pytest.mark.parametrize(
    ("again", "field"),
    [
        ({"every": 0}, "every"),
        ({"every": 53}, "every"),
        ({"count": 0}, "count"),
        ({"until_on": datetime(2026, 1, 1).date()}, "until_on"),
    ],
)
def test_a_series_that_cannot_be_is_refused(member, again, field):
    with pytest.raises(ValidationError) as refusal:
        weekly(member, **again)
    assert field in refusal.value.message_dict


def test_only_members_and_real_addresses_are_asked(member, outsider):
    for guests in (Guests([outsider.user]), Guests(emails=["nonsense"])):
        with pytest.raises(ValidationError):
            services.call_meeting(member.actor, "x", STARTS, guests=guests)
    assert not Attendee.objects.exists()


def read(content):
    """What an independent reader understands of a file."""
    return icalendar.Calendar.from_ical(content)


def test_the_file_names_its_zone_and_keeps_its_uid(meeting, member):
    first = read(meeting_file(member.actor, meeting)).walk("VEVENT")[0]
    change_record(
        member.actor,
        KINDS[KIND],
        meeting.pk,
        1,
        {"starts_at": meeting.starts_at + timedelta(hours=1)},
    )
    meeting.refresh_from_db()
    calendar = read(meeting_file(member.actor, meeting))
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == first["UID"]
    assert (int(first["SEQUENCE"]), int(event["SEQUENCE"])) == (0, 1)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=60)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert {one.name for one in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_the_file_of_a_series_has_its_rule_and_what_is_apart(member, workspace):
    meeting = weekly(member, count=4)
    services.move_meeting(member.actor, meeting.pk, "closed")
    following = Meeting.objects.exclude(pk=meeting.pk).get()
    moved = following.starts_at + timedelta(days=1)
    change_record(member.actor, KINDS[KIND], following.pk, following.version, {"starts_at": moved})
    calendar = read(meeting_file(member.actor, meeting))
    whole, apart = calendar.walk("VEVENT")
    assert whole["UID"] == apart["UID"]
    assert dict(whole["RRULE"]) == {"FREQ": ["WEEKLY"], "INTERVAL": [1], "COUNT": [4]}
    assert apart["RECURRENCE-ID"].dt == datetime(2026, 10, 27, 9, 0, tzinfo=UTC)
    assert apart["DTSTART"].dt == moved
    delete_record(member.actor, KINDS[KIND], following.pk, following.version + 1)
    apart = read(meeting_file(member.actor, meeting)).walk("VEVENT")[1]
    assert apart["STATUS"] == "CANCELLED"


def test_the_file_invites_members_of_teams_once(member, owner, workspace):
    team = Team.objects.create(workspace=workspace, name="Range")
    TeamMember.objects.create(workspace=workspace, team=team, user=owner.user)
    guests = Guests([owner.user], [team], ["Guest@example.com", "guest@example.com"])
    meeting = services.call_meeting(member.actor, "x", STARTS, guests=guests)
    (event,) = read(meeting_file(member.actor, meeting)).walk("VEVENT")
    asked = event["ATTENDEE"]
    assert sorted(asked) == [
        f"mailto:{one}" for one in sorted(["guest@example.com", owner.user.email])
    ]


def test_minutes_in_markdown_and_on_paper(meeting, member, viewer, client_of):
    item = services.add_point(member.actor, meeting.pk, Point("Margins [x]"))
    services.note_outcome(member.actor, meeting.pk, "decision", "Keep it", item_pk=item.pk)
    services.note_outcome(
        member.actor, meeting.pk, "task", "Weigh it", item_pk=item.pk, assignee=member.user
    )
    text = minutes_text(member.actor, meeting)
    assert "## 1. Margins \\[x\\]" in text
    assert "- **Decided:** Keep it" in text
    assert f"- [ ] Weigh it – {member.user}" in text
    answer = client_of(viewer).get(url(meeting, "meeting_minutes_file"))
    assert answer.content.decode() == text
    body = client_of(viewer).get(url(meeting, "meeting_minutes")).content.decode()
    assert "Keep it" in body


@pytest.mark.time_machine("2026-11-28T12:00:00+00:00")
def test_calling_a_meeting_and_running_it_on_its_pages(workspace, member, viewer, client_of):
    client = client_of(member)
    to = reverse("workspaces:meeting_new", args=[workspace.slug])
    sent = {
        "title": "Review",
        "day": "2026-12-01",
        "at": "10:00",
        "minutes": 30,
        "zone": "Europe/Berlin",
        "repeats": "monthly",
        "people": [member.user.pk],
    }
    assert client.post(to, sent | {"emails": "nonsense"}).status_code == 422
    assert not Meeting.objects.exists()
    client.post(to, sent)
    meeting = Meeting.objects.get()
    assert meeting.starts_at == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert meeting.series.repeats == "monthly"
    client.post(url(meeting, "meeting_points"), {"title": "Margins", "minutes": "10"})
    item = AgendaItem.objects.get()
    client.post(
        url(meeting, "meeting_outcomes"),
        {"item": item.pk, "type": "task", "text": "Weigh it", "due": "fri"},
    )
    page = reverse("workspaces:record_tab", args=[workspace.slug, "meetings", meeting.pk, "agenda"])
    body = client_of(viewer).get(page).content.decode()
    assert "Margins" in body
    assert "Weigh it" in body
    assert "Add to the agenda" not in body
    client.post(url(meeting, "meeting_move"), {"state": "closed"})
    assert "Add to the agenda" not in client.get(page).content.decode()
    listed = client.get(reverse("workspaces:meetings", args=[workspace.slug]))
    assert [line.meeting.pk for line in listed.context["past"]] == [meeting.pk]


def test_a_meeting_is_put_to_another_time_in_its_own_zone(meeting, member, client_of):
    client, to = client_of(member), url(meeting, "meeting_edit")
    page = client.get(to)
    assert str(page.context["form"]["at"].value())[:5] == "10:00"  # 09:00 UTC in Berlin
    sent = {
        "title": "Review",
        "day": "2026-07-01",
        "at": "10:00",
        "minutes": 30,
        "zone": "Europe/Berlin",
        "seen_version": 1,
    }
    assert client.post(to, sent).status_code == 302
    meeting.refresh_from_db()
    assert meeting.starts_at == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert client.post(to, sent).status_code == 422
