"""Tasks that come again: when, with what, and what becomes of them when that is taken back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from core.clock import today
from tests.factories.catalog import ProductFactory
from workspaces.access.roles import Role
from workspaces.audit.models import ActivityEvent
from workspaces.calendar import services as calendar
from workspaces.calendar.sources import entries_between
from workspaces.records.kinds import KINDS
from workspaces.records.services import change_record, create_record
from workspaces.records.undo import undo_event
from workspaces.todo import services
from workspaces.todo.models import Repetition, Task
from workspaces.todo.repeating import LAST, Often, Rhythm, read

MON = date(2027, 3, 1)
TASK = "workspaces.task"


def days(text: str, first: date = MON, number: int = 4) -> list[str]:
    found = read(text).after(first, first)
    return [f"{day:%a %-d %b}" for day, _ in zip(found, range(number), strict=False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY", ["Tue 2 Mar", "Wed 3 Mar", "Thu 4 Mar", "Fri 5 Mar"]),
        ("FREQ=DAILY;INTERVAL=10", ["Thu 11 Mar", "Sun 21 Mar", "Wed 31 Mar", "Sat 10 Apr"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH", ["Thu 4 Mar", "Mon 8 Mar", "Thu 11 Mar", "Mon 15 Mar"]),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
            ["Thu 4 Mar", "Mon 15 Mar", "Thu 18 Mar", "Mon 29 Mar"],
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["Wed 31 Mar", "Mon 31 May", "Sat 31 Jul", "Tue 31 Aug"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["Wed 31 Mar", "Fri 30 Apr", "Mon 31 May", "Wed 30 Jun"]),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270310", ["Mon 8 Mar"]),
    ],
)
def test_the_days_it_comes_on(text, expected):
    assert days(text) == expected


def test_weekdays_leave_the_weekend_out():
    friday = date(2027, 3, 5)
    rhythm = read("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    assert rhythm.words == "Every weekday"
    assert rhythm.following(friday, friday) == date(2027, 3, 8)


@given(
    st.builds(
        Rhythm,
        st.just(Often.WEEKLY),
        st.integers(1, 99),
        st.sets(st.integers(0, 6), min_size=1).map(lambda some: tuple(sorted(some))),
        st.none(),
        st.none() | st.dates(date(2027, 1, 1), date(2099, 1, 1)),
    )
    | st.builds(
        Rhythm,
        st.just(Often.MONTHLY),
        st.integers(1, 99),
        st.just(()),
        st.sampled_from([LAST, *range(1, 32)]),
        st.none(),
        st.none() | st.integers(1, 500),
    )
)
def test_what_is_written_is_read_as_the_same(rhythm):
    assert read(rhythm.text) == rhythm
    assert rhythm.words


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY",
        "weekly",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=²",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=20270301;COUNT=3",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=SECONDLY",
    ],
)
def test_what_is_no_rhythm_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"\.$"):
        read(text)


@pytest.fixture
def again(member):
    """A weekly task about a record, with a checklist, due in the future."""
    product = ProductFactory(workspace=member.workspace)
    due = today(member.workspace.timezone) + timedelta(days=3)
    task = services.add_task(
        member.actor,
        "Count the stock",
        assignee=member.user,
        due_on=due,
        start_on=due - timedelta(days=2),
        about=("products.product", product.pk),
        repeats="FREQ=WEEKLY",
    )
    for text in ("Shelf", "Cellar"):
        services.tick_item(member.actor, services.add_item(member.actor, task.pk, text).pk, True)
    return task


def alive(*, but: Task) -> list[Task]:
    return list(Task.objects.exclude(pk=but.pk).filter(deleted_at=None))


@pytest.mark.django_db
class TestFinishing:
    def test_one_makes_the_next_with_the_same_list_unticked(self, member, again):
        services.move_task(member.actor, again.pk, "done")

        [later] = alive(but=again)
        week = timedelta(days=7)
        assert (later.due_on, later.start_on) == (again.due_on + week, again.start_on + week)
        assert (later.title, later.state, later.assignee) == (again.title, "open", member.user)
        assert (later.kind, later.object_id) == (again.kind, again.object_id)
        assert list(later.checklist.order_by("position").values_list("text", "done")) == [
            ("Shelf", False),
            ("Cellar", False),
        ]

    def test_undo_takes_the_next_away_and_doing_it_again_brings_it_back(self, member, again):
        services.move_task(member.actor, again.pk, "done")
        [later] = alive(but=again)
        event = ActivityEvent.objects.filter(object_id=again.pk, verb="task.changed").latest("pk")

        undo_event(member.actor, event.pk)
        assert alive(but=again) == []
        services.move_task(member.actor, again.pk, "done")

        assert alive(but=again) == [later]
        assert Repetition.objects.count() == 1

    def test_a_next_one_that_was_begun_stays(self, member, again):
        services.move_task(member.actor, again.pk, "done")
        [later] = alive(but=again)
        services.move_task(member.actor, later.pk, "in_progress")

        services.move_task(member.actor, again.pk, "open")

        assert alive(but=again) == [later]

    def test_dropping_one_makes_none(self, member, again):
        services.move_task(member.actor, again.pk, "dropped")

        assert alive(but=again) == []

    def test_it_ends_after_its_number(self, member):
        due = today(member.workspace.timezone)
        services.add_task(member.actor, "Call", due_on=due, repeats="FREQ=DAILY;COUNT=3")
        for _ in range(3):
            task = Task.objects.get(state="open")
            services.move_task(member.actor, task.pk, "done")

        assert Task.objects.count() == 3
        assert not Task.objects.filter(state="open").exists()

    def test_what_was_missed_is_not_made_up_for(self, member):
        now = today(member.workspace.timezone)
        task = services.add_task(
            member.actor, "Water", due_on=now - timedelta(days=10), repeats="FREQ=DAILY;INTERVAL=3"
        )
        services.move_task(member.actor, task.pk, "done")

        assert alive(but=task)[0].due_on == now + timedelta(days=2)

    def test_who_left_and_what_is_gone_do_not_hold_it_up(self, member, member_as, again):
        gone = member_as(Role.CONTRIBUTOR)
        change_record(member.actor, KINDS[TASK], again.pk, again.version, {"assignee": gone.user})
        gone.membership.active = False
        gone.membership.save()
        services.refs.find(member.actor, again.kind, again.object_id).delete()

        services.move_task(member.actor, again.pk, "done")

        [later] = alive(but=again)
        assert (later.assignee, later.kind, later.object_id) == (None, "", None)

    def test_it_needs_a_day_and_an_end_that_comes_after(self, member, again):
        for values in (
            {"due_on": None},
            {"repeats": "FREQ=DAILY;UNTIL=20200101"},
            {"repeats": "FREQ=HOURLY"},
        ):
            with pytest.raises(ValidationError):
                change_record(member.actor, KINDS[TASK], again.pk, again.version, values)
        again.refresh_from_db()
        assert again.repeats == "FREQ=WEEKLY"


@pytest.mark.django_db
class TestWhereItShows:
    def test_the_calendar_foresees_it_and_its_file_too(self, member, again, client):
        end = again.due_on + timedelta(days=21)
        found = [
            one
            for one in entries_between(member.actor, again.due_on, end, person=member.user.pk)
            if one.kind in ("", TASK) and one.source == TASK
        ]
        assert [one.day for one in found] == [
            again.due_on + timedelta(days=7 * n) for n in range(4)
        ]
        assert [one.movable for one in found] == [True, False, False, False]

        secret = calendar.make_feed(member.actor)
        file = client.get(reverse("workspaces:feed", args=[secret])).content
        starts = {event["dtstart"].dt for event in Calendar.from_ical(file).walk("VEVENT")}
        assert again.due_on + timedelta(days=14) in starts

    def test_it_is_chosen_in_the_form_and_said_beside_the_task(self, member, client_of):
        client, slug = client_of(member), member.workspace.slug
        sent = {"title": "Pay", "priority": "normal", "due_on": "2027-03-31", "every": "2"}
        url = reverse("workspaces:task_new", args=[slug])

        refused = client.post(url, {**sent, "due_on": "", "often": "monthly"})
        client.post(url, {**sent, "often": "last_day"})

        assert refused.status_code == 422
        task = Task.objects.get()
        assert task.repeats == "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1"
        page = client.get(reverse("workspaces:record", args=[slug, "tasks", task.pk]))
        assert "Every 2 months on the last day" in page.content.decode()
        form = client.get(reverse("workspaces:task_edit", args=[slug, task.pk])).context["form"]
        assert (form["often"].value(), form["every"].value()) == ("last_day", 2)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_no_row_of_tasks_begins_or_goes_on_outside_the_calendar(member, day):
    values = {"title": "T", "due_on": date.fromisoformat(day), "repeats": "FREQ=DAILY"}
    with pytest.raises(ValidationError) as wrong:
        create_record(member.actor, KINDS[TASK], values)
    assert list(wrong.value.message_dict) == ["due_on"]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=1000000000",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=²",
        "FREQ=SECONDLY",
        "FREQ=DAILY;UNTIL=20260101",
        "RRULE:RRULE:FREQ=DAILY",
    ],
)
def test_a_rhythm_without_measure_is_refused(member, text):
    with pytest.raises(ValidationError) as wrong:
        create_record(
            member.actor, KINDS[TASK], {"title": "T", "due_on": date(2026, 3, 29), "repeats": text}
        )
    assert list(wrong.value.message_dict) == ["repeats"]


@pytest.mark.parametrize("due", [date(2026, 3, 28), date(2026, 10, 24)])
def test_the_day_after_the_clocks_change_is_the_next_day(due):
    assert read("FREQ=DAILY").following(due, due) == due + timedelta(days=1)


def test_a_day_that_never_comes_ends_the_row():
    leap = read("FREQ=MONTHLY;BYMONTHDAY=30;INTERVAL=12")
    assert leap.following(date(2024, 2, 28), date(2026, 1, 1)) is None


def test_the_last_day_of_the_calendar_has_no_next():
    last = date(2200, 12, 31)
    assert read("FREQ=DAILY").following(last, last) is None
