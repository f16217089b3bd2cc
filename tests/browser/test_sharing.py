"""A roadmap is shown to somebody without an account: looked at first, shared, read on a phone,
commented, taken away, and closed.
"""

import re
from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.clock import today
from roadmaps.sharing import services
from roadmaps.sharing.allowed import WORDS
from roadmaps.sharing.services import Wish
from tests.factories.roadmaps import DependencyFactory, ItemFactory, ObjectiveFactory
from workspaces.guests import gate
from workspaces.guests.models import GuestLink
from workspaces.guests.services import Gate, revoke_link

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]
MOST_BYTES = 200 * 1024


@pytest.fixture(autouse=True)
def _counted_alone(monkeypatch):
    monkeypatch.setattr(gate, "SALT", uuid4().hex)


@pytest.fixture
def plan(workspace, member):
    first = today(workspace.timezone).replace(day=1)
    here = {"workspace": workspace}
    aim = ObjectiveFactory(**here, title="Cut returns to 7 %")
    made = []
    for at, (title, confidence) in enumerate(
        [("Trail Jacket 2.0", "committed"), ("Size advisor", "likely"), ("Gift cards", "exploring")]
    ):
        start = first + timedelta(days=20 + at * 60)
        made.append(
            ItemFactory(
                **here,
                title=title,
                objective=aim,
                owner=member.user,
                confidence=confidence,
                state="ready",
                start_on=start,
                end_on=start + timedelta(days=50),
                description="Half the returns are wrong sizes.",
            )
        )
    DependencyFactory(**here, before=made[0], after=made[1])
    return made


@pytest.fixture
def shared(member):
    """Make a link; gives its address."""

    def made(fields=tuple(WORDS), gate=None, **more):
        audience = services.save_audience(member.actor, uuid4().hex, fields, "month")
        wish = Wish("Our plan", audience.pk, "layout=timeline", **more)
        _, secret = services.share_roadmap(member.actor, wish, gate or Gate("Board"))
        return reverse("shared:roadmap", args=[secret])

    return made


def test_from_the_screen_to_the_stakeholder(member, plan, tab_of, axe, keep):
    """J6: for whom, look first, link, read and comment on a phone, publish, revoke."""
    tab = tab_of(member)
    tab.goto(reverse("roadmaps:roadmap", args=[member.workspace.slug]))
    tab.get_by_role("link", name="Share").click()
    tab.get_by_role("link", name="Executives").click()
    tab.get_by_role("button", name="Save").click()
    keep(tab, "share-form-desk-light", whole=True)
    axe(tab)
    tab.get_by_role("link", name="View as Executives").click()
    note = tab.get_by_role("complementary", name="View as")
    expect(note).to_contain_text("This is what Executives sees")
    expect(tab.get_by_text("Trail Jacket 2.0").first).to_be_visible()
    expect(tab.get_by_text("Half the returns")).to_have_count(0)
    axe(tab)
    tab.go_back()
    tab.get_by_label("For whom").fill("The board")
    tab.get_by_label("Comments").check()
    tab.get_by_role("button", name="Make the link").click()
    address = tab.get_by_role("textbox", name="Address", exact=True).input_value()
    keep(tab, "share-link-desk-light", whole=True)
    axe(tab)

    phone = tab_of(at="phone", js=False)
    phone.goto(address)
    row = phone.get_by_role("listitem").filter(has_text="Trail Jacket 2.0").first
    expect(row).to_contain_text("Committed")
    row.get_by_role("link", name="Comment on Trail Jacket 2.0").click()
    phone.get_by_label("Your name").fill("Ann")
    phone.get_by_label("Comment", exact=True).fill("Before Easter, please.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("status")).to_contain_text("Thank you")

    tab.reload()
    expect(tab.get_by_text("Before Easter, please.")).to_be_visible()
    keep(tab, "share-log-desk-light", whole=True)
    tab.get_by_role("button", name=re.compile("Publish")).click()
    phone.goto(address)
    expect(phone.get_by_text("Before Easter, please.")).to_be_visible()

    tab.get_by_role("button", name="Revoke").click()
    expect(tab.get_by_text("opens nothing any more")).to_be_visible()
    keep(tab, "share-links-desk-light", whole=True)
    axe(tab)
    phone.goto(address)
    expect(phone.get_by_role("heading", name="This link opens nothing")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_the_shared_page_reads_everywhere_without_scripts(
    at, dark, plan, shared, tab_of, axe, fits, keep
):
    address = shared(comments=True, watermark=True)
    tab = tab_of(at=at, dark=dark)
    tab.goto(address)
    expect(tab.get_by_role("region", name="Cut returns to 7 %")).to_contain_text("Size advisor")
    expect(tab.get_by_text("Waits for: Trail Jacket 2.0")).to_be_visible()
    keep(tab, f"shared-{at}-{'dark' if dark else 'light'}", whole=True)
    fits(tab)
    axe(tab)
    assert tab.locator("script").count() == 0

    for layout in ("List",):
        tab.get_by_role("link", name=layout, exact=True).click()
        expect(tab.get_by_text("Trail Jacket 2.0").first).to_be_visible()
        fits(tab)
        axe(tab)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_gate_is_passed_by_keyboard_and_closes_while_inside(
    dark, member, plan, shared, tab_of, axe, keep
):
    address = shared(gate=Gate("Board", way="password", password="twelve green apples"))
    tab = tab_of(at="phone", dark=dark)
    tab.goto(address)
    keep(tab, f"gate-phone-{'dark' if dark else 'light'}")
    axe(tab)
    tab.get_by_label("Password").fill("wrong one")
    tab.get_by_label("Password").press("Enter")
    expect(tab.get_by_role("alert")).to_contain_text("does not open it")
    axe(tab)
    tab.get_by_label("Password").fill("twelve green apples")
    tab.get_by_label("Password").press("Enter")
    expect(tab.get_by_text("Size advisor").first).to_be_visible()

    revoke_link(member.actor, GuestLink.objects.get().pk)
    tab.get_by_label("Find in this roadmap").fill("size")
    tab.get_by_label("Find in this roadmap").press("Enter")
    expect(tab.get_by_role("heading", name="This link opens nothing")).to_be_visible()
    axe(tab)


def test_a_thousand_items_come_in_less_than_200_kilobytes(workspace, plan, shared, tab_of):
    day = date(2026, 11, 1)
    aims = [ObjectiveFactory(workspace=workspace) for _ in range(9)]
    for number in range(997):
        start = day + timedelta(days=number % 300)
        ItemFactory(
            workspace=workspace,
            title=f"Plan {number}: {uuid4().hex}",
            objective=aims[number % 9],
            start_on=start,
            end_on=start + timedelta(days=30 + number % 50),
        )
    tab = tab_of()
    wire = tab.context.new_cdp_session(tab)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    tab.goto(shared(), wait_until="networkidle")

    assert tab.get_by_role("listitem").count() >= 1_000
    assert len(sizes) >= 3
    assert 10_000 < sum(sizes) < MOST_BYTES, sizes


def test_print_is_not_black(plan, shared, tab_of):
    tab = tab_of(dark=True)
    tab.goto(shared())
    tab.emulate_media(media="print")
    ground = tab.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    ink = tab.evaluate("getComputedStyle(document.querySelector('.what strong')).color")

    assert ground == "rgb(255, 255, 255)"
    assert ink == "rgb(0, 0, 0)"
    assert not tab.get_by_role("search").is_visible()


def test_an_embed_shows_on_the_named_site_and_on_no_other(plan, shared, chromium, live_server):
    """In a tab of its own: the browser complains about the refusal, as it should."""
    own = live_server.url
    shown = shared(gate=Gate("Wiki", origins=[own]))
    refused = shared(gate=Gate("Wiki", origins=["https://elsewhere.example"]))
    tab = chromium.new_page(base_url=own)
    tab.goto(shared())
    tab.evaluate(
        """(urls) => urls.forEach((url, at) => {
          const frame = document.createElement("iframe");
          frame.src = url; frame.name = `frame-${at}`; document.body.append(frame);
        })""",
        [shown, refused],
    )
    expect(tab.frame_locator("[name=frame-0]").get_by_text("Size advisor").first).to_be_visible()
    expect(tab.frame_locator("[name=frame-1]").get_by_text("Size advisor")).to_have_count(0)
    tab.close()


def test_a_timeline_view_is_kept_and_opened_again(member, plan, tab_of, axe, keep):
    tab = tab_of(member)
    tab.goto(reverse("roadmaps:roadmap", args=[member.workspace.slug]))
    tab.get_by_role("link", name="Quarter").click()
    tab.get_by_role("button", name="Save as view").click()
    tab.get_by_label("Name", exact=True).fill("By quarter")
    tab.get_by_role("button", name="Save view").click()
    views = tab.get_by_role("navigation", name="Views")
    expect(views.get_by_role("link", name="By quarter")).to_have_attribute("aria-current", "page")
    expect(tab.get_by_role("link", name="Quarter", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    keep(tab, "roadmap-view-desk-light")
    axe(tab)
    tab.get_by_role("link", name="Table").click()
    tab.get_by_role("link", name="Timeline").click()
    expect(tab.get_by_role("link", name="Quarter", exact=True)).to_have_attribute(
        "aria-current", "true"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_arrows_run_unbroken_from_row_to_row_without_scripts(
    plan, shared, tab_of, axe, keep, theme, workspace
):
    ItemFactory(
        workspace=workspace,
        title="Between them, with a name so long that its row is higher than the others are " * 2,
        start_on=plan[1].start_on,
        end_on=plan[1].end_on,
        objective=plan[0].objective,
        description="A lot.",
    )
    other = ObjectiveFactory(workspace=workspace, title="Sell gift cards")
    late = ItemFactory(
        workspace=workspace,
        title="Gift cards in stores",
        start_on=plan[2].start_on,
        end_on=plan[2].end_on,
        objective=other,
    )
    DependencyFactory(workspace=workspace, before=plan[0], after=late)
    guest = tab_of(at="desk", dark=theme == "dark")  # axe needs scripts; the page has none
    guest.goto(shared())
    drawn = guest.locator(".arrows")
    boxes = [drawn.nth(at).bounding_box() for at in range(drawn.count())]
    assert len(boxes) >= 5
    for above, below in pairwise(sorted(boxes, key=lambda box: box["y"])):
        assert above["x"] == pytest.approx(below["x"], abs=1)
        assert above["width"] == pytest.approx(below["width"], abs=1)
        assert above["y"] + above["height"] >= below["y"] - 0.5
    expect(guest.get_by_text("Waits for: Trail Jacket 2.0").first).to_be_visible()
    keep(guest, f"shared-arrows-desk-{theme}", whole=True)
    axe(guest)
    expect(guest.locator("script")).to_have_count(0)
    phone = tab_of(at="phone", js=False, dark=theme == "dark")
    phone.goto(shared())
    expect(phone.locator(".arrows").first).to_be_hidden()
    expect(phone.get_by_text("Waits for: Trail Jacket 2.0").first).to_be_visible()
