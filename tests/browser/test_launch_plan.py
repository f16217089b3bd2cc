"""Slots, marketing lanes, graded forecasts and a launch by link, in the browser."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from roadmaps import marking
from roadmaps.launches.models import Launch, LaunchMarket
from roadmaps.readiness.models import LaunchForecast
from roadmaps.readiness.recompute import recompute_readiness
from roadmaps.sharing.allowed import Shown
from roadmaps.sharing.services import save_audience
from roadmaps.slots.models import LaunchSlot
from tests.factories.catalog import MarketFactory
from tests.factories.launches import ClosedDaysFactory, LaunchFactory, LaunchTaskFactory


@pytest.fixture
def launch(workspace):
    day = timezone.now().date() + timedelta(days=60)
    made = LaunchFactory(workspace=workspace, title="Trail Jacket 2.0", planned_on=day)
    market = MarketFactory(workspace=workspace, name="Germany")
    LaunchMarket.objects.create(workspace=workspace, launch=made, market=market)
    ClosedDaysFactory(
        workspace=workspace,
        title="Unity Day",
        market=market,
        start_on=day + timedelta(days=30),
        end_on=day + timedelta(days=30),
    )
    return made


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_a_slot_is_proposed_seen_in_the_calendar_and_approved(
    member, owner, viewer, launch, workspace, tab_of, axe, fits, keep, at, dark
):
    url = reverse("roadmaps:launch", args=[workspace.slug, launch.pk, "approvals"])
    day = launch.planned_on + timedelta(days=30)
    page = tab_of(member, at=at, dark=dark)
    page.goto(url)
    slot = page.get_by_role("region", name="Slot", exact=True)
    keep(page, f"slot-none-{at}")
    slot.get_by_label("From").fill(day.isoformat())
    slot.get_by_label("Why then").fill("The fair is that week.")
    slot.get_by_role("button", name="Propose").press("Enter")
    expect(slot.get_by_text("Another person decides on it.")).to_be_visible()
    expect(slot.get_by_text("Public holiday in Germany: Unity Day.")).to_be_visible()
    axe(page)
    fits(page)
    page.goto(f"{reverse('workspaces:calendar', args=[workspace.slug])}?view=agenda&on={day}")
    expect(page.locator(".is-tentative:visible")).to_have_count(1)
    axe(page)
    fits(page)
    keep(page, f"slot-calendar-{at}")
    reader = tab_of(viewer, at=at, dark=dark)
    reader.goto(url)
    expect(reader.get_by_text("Your role does not decide on slots.")).to_be_visible()
    other = tab_of(owner, at=at, dark=dark)
    other.goto(url)
    keep(other, f"slot-decide-{at}")
    axe(other)
    fits(other)
    other.get_by_role("button", name="Approve nevertheless").press("Enter")
    expect(other.get_by_text("Its day stays within it").first).to_be_visible()
    keep(other, f"slot-approved-{at}")
    axe(other)
    fits(other)
    launch.refresh_from_db()
    assert launch.planned_on == day
    assert LaunchSlot.objects.get().state == "approved"


@pytest.mark.parametrize(("at", "dark"), [("desk", True), ("phone", False)])
def test_marketing_moves_by_drag_keys_and_buttons(
    member, launch, workspace, tab_of, axe, fits, keep, at, dark
):
    page = tab_of(member, at=at, dark=dark)
    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk, "marketing"]))
    expect(page.get_by_text("No marketing task yet.")).to_be_visible()
    keep(page, f"marketing-none-{at}")
    axe(page)
    page.get_by_label("A task before the launch").fill("Newsletter")
    page.get_by_label("A task before the launch").press("Enter")
    before, during, after = (
        page.get_by_role("region", name=name, exact=True) for name in ("Before", "During", "After")
    )
    expect(before.get_by_text("T−5")).to_be_visible()
    page.get_by_role("link", name="Newsletter", exact=True).focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(during.get_by_text("T+0")).to_be_visible()
    expect(page.get_by_role("link", name="Newsletter", exact=True)).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(after.get_by_text("T+1")).to_be_visible()
    if at == "desk":
        page.locator("[data-task]").drag_to(before, target_position={"x": 60, "y": 20})
        expect(before.get_by_text("T−1")).to_be_visible()
    else:
        page.get_by_label("More about Newsletter").click()
        page.get_by_role("button", name=re.compile("Before the launch.*Newsletter")).click()
        expect(before.get_by_text("T−1")).to_be_visible()
    page.get_by_label("More about Newsletter").click()
    keep(page, f"marketing-{at}")
    axe(page)
    fits(page)


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_a_launch_is_shared_looked_at_first_and_read_by_a_guest(
    member, launch, workspace, chromium, tab_of, axe, fits, keep, at, dark
):
    fields = [one for one in Shown if one.startswith("launch.")]
    save_audience(member.actor, "Vendors", fields, "month")
    LaunchTaskFactory(workspace=workspace, launch=launch, title="Newsletter", lane="before", day=-7)
    recompute_readiness(workspace.pk, [f"launch:{launch.pk}"])
    page = tab_of(member, at=at, dark=dark)
    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk]))
    page.get_by_role("link", name="Share", exact=True).click()
    axe(page)
    fits(page)
    keep(page, f"launch-share-{at}")
    page.get_by_role("link", name="View as Vendors").click()
    expect(page.get_by_text("This is what Vendors sees")).to_be_visible()
    axe(page)
    fits(page)
    keep(page, f"launch-as-{at}")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Address", exact=True).input_value()
    assert address.endswith("/launch/")
    guest = chromium.new_context(java_script_enabled=False).new_page()
    guest.goto(address)
    expect(guest.get_by_role("heading", name="Trail Jacket 2.0")).to_be_visible()
    expect(guest.get_by_text("Newsletter")).to_be_visible()
    guest.context.close()


def test_forecasts_are_graded_on_the_launch_and_over_all(
    member, launch, workspace, tab_of, axe, fits, keep
):
    day = launch.planned_on
    LaunchForecast.objects.create(
        workspace=workspace,
        launch=launch,
        state="build",
        planned_on=day,
        likely_on=day,
        sure_on=day + timedelta(days=7),
        actual_on=day + timedelta(days=3),
        error=3,
        inside=True,
    )
    recompute_readiness(workspace.pk, [f"launch:{launch.pk}"])
    page = tab_of(member)
    page.goto(reverse("roadmaps:launches", args=[workspace.slug]))
    expect(page.get_by_text(re.compile("too few to judge, 9 more needed"))).to_be_visible()
    axe(page)
    fits(page)
    keep(page, "launches-calibrated")
    assert Launch.objects.count() == 1

    for number in range(12):
        made = number % 3 > 0
        out = LaunchFactory(workspace=workspace, planned_on=day)
        LaunchForecast.objects.create(
            workspace=workspace,
            launch=out,
            state="build",
            planned_on=day,
            likely_on=day,
            sure_on=day + timedelta(days=7),
            chance=Decimal(number) / 12,
            actual_on=day + timedelta(days=0 if made else 2),
            error=0 if made else 2,
            inside=True,
        )
    page.reload()
    page.get_by_text("Likelihoods: Brier score 0.29").click()
    expect(page.get_by_role("img", name="What came true of what was said")).to_be_visible()
    expect(page.locator("pm-chart .chart-canvas svg")).to_be_visible()
    axe(page)
    fits(page)
    keep(page, "launches-reliability")
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("cell", name="29 %")).to_be_visible()


@pytest.mark.parametrize(("at", "dark"), [("desk", True), ("phone", False)])
def test_whoever_sends_a_form_is_back_at_it_and_what_was_wrong_is_still_there(
    member, launch, workspace, tab_of, axe, fits, at, dark
):
    for number in range(30):
        LaunchTaskFactory(workspace=workspace, launch=launch, title=f"Task {number}", day=number)
    page = tab_of(member, at=at, dark=dark)
    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk, "plan"]))
    page.get_by_role("button", name=re.compile(r"Start\s*: Task 29$")).press("Enter")
    done = page.get_by_role("button", name=re.compile(r"Done\s*: Task 29$"))
    expect(done).to_be_focused()
    expect(done).to_be_in_viewport()
    adding = page.get_by_role("region", name="Add a task")
    title = adding.get_by_label("Title")
    title.fill("Print the leaflet")
    adding.get_by_label("Days at best").fill("5")
    title.press("Enter")
    expect(page.get_by_text("Days: At best is the least")).to_be_visible()
    expect(title).to_have_value("Print the leaflet")
    expect(title).to_be_focused()
    page.get_by_label("More about Task 0", exact=True).click()
    page.get_by_label("What Task 0 waits for").fill("Nothing")
    page.get_by_label("What Task 0 waits for").press("Enter")
    expect(page.get_by_text("No task of it is called “Nothing”.")).to_be_visible()
    expect(page.get_by_label("What Task 0 waits for")).to_be_focused()
    axe(page)
    fits(page)


def test_on_a_phone_the_tab_one_is_on_is_in_sight(member, launch, workspace, tab_of):
    page = tab_of(member, at="phone")
    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk, "approvals"]))
    here = page.get_by_role("navigation", name="Launch").locator('[aria-current="page"]')
    expect(here).to_have_text("Approvals")
    expect(here).to_be_in_viewport(ratio=1)


def test_what_is_typed_stays_while_the_readiness_is_worked_out_beside_it(
    member, launch, workspace, tab_of
):
    recompute_readiness(workspace.pk, [f"launch:{launch.pk}"])
    marking.of_launches(workspace.pk, [launch.pk], "something changed")
    page = tab_of(member)
    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk]))
    page.get_by_text("Set an area by hand").click()
    page.get_by_label("Done, in %").fill("77")
    with page.expect_response(lambda one: one.request.headers.get("hx-request") == "true"):
        pass
    expect(page.get_by_text("it is being worked out anew")).to_be_visible()
    expect(page.get_by_label("Done, in %")).to_have_value("77")
