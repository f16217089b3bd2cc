"""The roadmap as people plan on it: by mouse and by keyboard, alone and at the same time."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.clock import today
from roadmaps.items.models import Item
from roadmaps.priorities.models import ScoreInput
from roadmaps.priorities.recompute import recompute_all_scores
from tests.factories.roadmaps import (
    DependencyFactory,
    EstimateFactory,
    ItemFactory,
    KeyResultFactory,
    ObjectiveFactory,
    ScoreInputFactory,
    ScoringModelFactory,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]


@pytest.fixture
def url(workspace):
    return reverse("roadmaps:roadmap", args=[workspace.slug])


@pytest.fixture
def first(workspace) -> date:
    """The first day of the timeline."""
    return today(workspace.timezone).replace(day=1)


@pytest.fixture
def plan(workspace, first):
    """Two items, one waiting for the other, a third that is late, and one without days."""
    here = {"workspace": workspace}
    aim = ObjectiveFactory(**here, title="Cut returns to 7 %")
    KeyResultFactory(**here, objective=aim, title="Units")
    jacket = ItemFactory(
        **here,
        title="Trail Jacket 2.0",
        objective=aim,
        confidence="committed",
        start_on=first + timedelta(days=10),
        end_on=first + timedelta(days=69),
    )
    advisor = ItemFactory(
        **here,
        title="Size advisor",
        objective=aim,
        confidence="likely",
        start_on=first + timedelta(days=75),
        end_on=first + timedelta(days=134),
    )
    DependencyFactory(**here, before=jacket, after=advisor)
    EstimateFactory(**here, item=jacket)
    ItemFactory(
        **here,
        title="Kids Puffer",
        start_on=first - timedelta(days=40),
        end_on=first - timedelta(days=2),
    )
    ItemFactory(**here, title="Gift cards")
    return jacket, advisor


def bar(tab, name):
    return tab.get_by_role("button", name=re.compile(f"^{re.escape(name)},"))


def drag(tab, there, days, *, part=0.5):
    """Take a bar at this part of its width and move it by so many days."""
    box = there.locator("rect").first.bounding_box()
    a_day = tab.locator(".tl-months").bounding_box()["width"] / int(
        tab.locator("pm-timeline").get_attribute("data-days")
    )
    x, y = box["x"] + box["width"] * part, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + a_day * days / 2, y + 60)
    tab.mouse.move(x + a_day * days, y + 60)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_it_shows_what_is_planned(at, dark, member, plan, tab_of, url, axe, fits, keep):
    tab = tab_of(member, at=at, dark=dark)
    tab.goto(url)

    expect(tab.get_by_role("region", name="Cut returns to 7 %")).to_contain_text("2 items")
    expect(tab.get_by_role("region", name="Cut returns to 7 %")).to_contain_text("0 now, 0 → 100")
    expect(tab.locator(".tl-dates").first).to_contain_text("committed")
    expect(tab.get_by_text("Expected effort 3.2 ± 0.5 person-weeks")).to_be_visible()
    if at == "phone":
        expect(tab.get_by_text("likely", exact=False).first).to_be_visible()
    keep(tab, f"roadmap-{at}-{'dark' if dark else 'light'}", whole=True)
    fits(tab)
    axe(tab)


def test_a_bar_is_dragged_and_undone(member, plan, tab_of, url, axe):
    _, advisor = plan
    tab = tab_of(member)
    tab.goto(url)

    drag(tab, bar(tab, advisor.title), 14)
    expect(tab.locator("[data-tip]")).to_be_visible()
    axe(tab)
    tab.mouse.up()

    expect(tab.locator("pm-toast")).to_contain_text("Moved.")
    moved = Item.objects.get(pk=advisor.pk)
    assert moved.start_on - advisor.start_on == moved.end_on - advisor.end_on == timedelta(days=14)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("heading", name="Roadmap")).to_be_visible()
    expect(bar(tab, advisor.title)).to_be_focused()
    back = Item.objects.get(pk=advisor.pk)
    assert (back.start_on, back.end_on) == (advisor.start_on, advisor.end_on)


def test_an_end_is_dragged_alone(member, plan, tab_of, url):
    _, advisor = plan
    tab = tab_of(member)
    tab.goto(url)

    drag(tab, bar(tab, advisor.title), 30, part=0.99)
    tab.mouse.up()

    expect(tab.locator("pm-toast")).to_contain_text("Moved.")
    moved = Item.objects.get(pk=advisor.pk)
    assert (moved.start_on, moved.end_on - advisor.end_on) == (
        advisor.start_on,
        timedelta(days=30),
    )


def test_what_follows_is_said_before_the_drop_and_moved_with_it(member, plan, tab_of, url, axe):
    jacket, advisor = plan
    tab = tab_of(member)
    tab.goto(url)

    drag(tab, bar(tab, jacket.title), 14)
    expect(tab.locator("[data-tip]")).to_contain_text("Moves “Size advisor” by 9 days.")
    assert Item.objects.get(pk=jacket.pk).version == 1
    tab.mouse.up()
    dialog = tab.get_by_role("dialog", name="Others wait for it")
    expect(dialog).to_contain_text("Moves “Size advisor” by 9 days.")
    axe(tab)
    dialog.get_by_role("button", name="Move them too").click()

    expect(tab.locator("pm-toast")).to_contain_text("2 items moved.")
    assert Item.objects.get(pk=advisor.pk).start_on - advisor.start_on == timedelta(days=9)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("heading", name="Roadmap")).to_be_visible()
    assert [one.start_on for one in Item.objects.filter(pk__in=[jacket.pk, advisor.pk])] == [
        jacket.start_on,
        advisor.start_on,
    ]


def test_everything_by_keyboard(member, plan, tab_of, url):
    jacket, advisor = plan
    tab = tab_of(member)
    tab.goto(url)
    bar(tab, jacket.title).focus()
    tab.keyboard.press("ArrowDown")
    there = bar(tab, advisor.title)
    expect(there).to_be_focused()

    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Escape")
    expect(tab.locator("[data-said]")).to_have_text("Size advisor is back where it was.")
    assert Item.objects.get(pk=advisor.pk).version == 1

    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Enter"):
        tab.keyboard.press(key)
    expect(tab.locator("pm-toast")).to_contain_text("Moved.")
    expect(bar(tab, advisor.title)).to_be_focused()
    moved = Item.objects.get(pk=advisor.pk)
    assert (moved.start_on - advisor.start_on, moved.end_on - advisor.end_on) == (
        timedelta(days=2),
        timedelta(days=3),
    )
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Size advisor", level=1)).to_be_visible()


def test_of_two_who_move_one_item_neither_loses_what_they_did(member, plan, tab_of, url, axe):
    _, advisor = plan
    tab = tab_of(member)
    tab.goto(url)
    theirs = advisor.start_on + timedelta(days=1)
    Item.objects.filter(pk=advisor.pk).update(start_on=theirs, version=2)

    bar(tab, advisor.title).focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    dialog = tab.get_by_role("dialog", name="Somebody else moved it")
    expect(dialog).to_contain_text("changed while you were editing it")
    axe(tab)
    dialog.get_by_role("button", name="Keep theirs").click()
    expect(bar(tab, advisor.title)).to_have_attribute("data-start", theirs.isoformat())
    assert Item.objects.get(pk=advisor.pk).version == 2

    Item.objects.filter(pk=advisor.pk).update(version=3)
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    dialog.get_by_role("button", name="Use mine").click()
    expect(tab.locator("pm-toast")).to_contain_text("Moved.")
    assert Item.objects.get(pk=advisor.pk).start_on == theirs + timedelta(days=1)


def test_a_refusal_goes_back_in_words(member, plan, tab_of, url):
    _, advisor = plan
    tab = tab_of(member)
    tab.goto(f"{url}?zoom=year")
    before = bar(tab, advisor.title).get_attribute("data-start")
    Item.objects.filter(pk=advisor.pk).delete()

    bar(tab, advisor.title).focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")

    expect(tab.locator("pm-toast.toast-error")).to_contain_text("no longer exists")
    expect(bar(tab, advisor.title)).to_have_attribute("data-start", before)


def test_switching_keeps_filter_and_selection(member, plan, tab_of, url, axe):
    _, advisor = plan
    tab = tab_of(member)
    tab.goto(f"{url}?q=size")
    bar(tab, advisor.title).focus()
    for name in ("Table", "Now · Next · Later", "Board", "Timeline"):
        tab.get_by_role("link", name=name, exact=True).click()
        expect(tab).to_have_url(re.compile(f"q=size.*selected={advisor.pk}"))
        if name != "Timeline":
            expect(tab.locator(f"[data-pk='{advisor.pk}']:focus-within, :focus")).not_to_have_count(
                0
            )
        axe(tab)
    expect(bar(tab, advisor.title)).to_be_focused()
    expect(tab.get_by_role("link", name="Kids Puffer")).to_have_count(0)


def test_who_may_only_look_reads_it_all_and_moves_nothing(viewer, plan, tab_of, url, axe):
    tab = tab_of(viewer)
    tab.goto(url)
    expect(tab.get_by_role("link", name="Size advisor")).to_be_visible()
    expect(tab.get_by_role("button", name=re.compile("Size advisor"))).to_have_count(0)
    axe(tab)


def test_it_reads_without_javascript(member, plan, tab_of, url, keep):
    tab = tab_of(member, js=False)
    tab.goto(url)
    expect(tab.get_by_role("region", name="Cut returns to 7 %")).to_contain_text("Units: 0 → 100")
    expect(tab.locator(".tl-bar")).to_have_count(3)
    tab.get_by_role("link", name="Quarter").click()
    tab.get_by_role("link", name="Size advisor").click()
    expect(tab.get_by_role("heading", name="Size advisor", level=1)).to_be_visible()


@pytest.fixture
def scored(workspace):
    """Two items with value and effort."""
    scoring = ScoringModelFactory(workspace=workspace, name="Value", method="value_effort")
    for title, value, effort in (("Advisor", 8, 2), ("Wallet", 4, 4)):
        item = ItemFactory(workspace=workspace, title=title)
        for key, number in (("value", value), ("effort", effort)):
            ScoreInputFactory(
                workspace=workspace, scoring=scoring, item=item, key=key, likely=number
            )
    recompute_all_scores(workspace.pk)
    return scoring


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_the_ranking_says_why(at, dark, member, scored, workspace, tab_of, axe, fits, keep):
    tab = tab_of(member, at=at, dark=dark)
    tab.goto(reverse("roadmaps:priorities", args=[workspace.slug]))
    expect(tab.get_by_role("row", name=re.compile("Advisor"))).to_contain_text("8 ÷ 2")
    tab.get_by_role("link", name="Why Advisor stands there").click()
    expect(tab.get_by_text("“Advisor” has 4, “Wallet” has 1.")).to_be_visible()
    keep(tab, f"prioritise-{at}-{'dark' if dark else 'light'}", whole=True)
    fits(tab)
    axe(tab)
    tab.get_by_role("link", name="Inputs of Wallet").click()
    tab.get_by_role("group", name="Value").get_by_label("Value").fill("9")
    axe(tab)
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("Saved. The score is being worked out.")).to_be_visible()
    assert ScoreInput.objects.get(item__title="Wallet", key="value").likely == 9


def test_a_dot_of_the_matrix_is_moved_by_mouse_and_by_keys(
    member, scored, workspace, tab_of, axe, fits, keep
):
    tab = tab_of(member)
    tab.goto(f"{reverse('roadmaps:priorities', args=[workspace.slug])}?show=matrix")
    dot = tab.get_by_role("button", name=re.compile("^Wallet"))
    dot.focus()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Escape")
    expect(tab.locator("[data-said]")).to_have_text("Wallet is back where it was.")
    tab.keyboard.press("Shift+ArrowUp")
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-said]")).to_contain_text("Moved.")
    row = ScoreInput.objects.get(item__title="Wallet", key="value")
    assert row.likely > 4
    box = dot.locator("circle").bounding_box()
    x, y = box["x"] + 9, box["y"] + 9
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 40, y)
    tab.mouse.move(x - 80, y)
    tab.mouse.up()
    expect(tab.locator("[data-said]")).to_contain_text("Moved.")
    assert ScoreInput.objects.get(item__title="Wallet", key="effort").likely < 4
    keep(tab, "matrix", whole=True)
    fits(tab)
    axe(tab)


def test_what_changed_since_somebody_looked(member, plan, workspace, tab_of, url, axe, fits, keep):
    _, advisor = plan
    tab = tab_of(member)
    tab.goto(url)
    tab.get_by_role("link", name="What changed").click()
    axe(tab)
    tab.get_by_role("textbox", name="Name of the snapshot").fill("Plan for the board")
    tab.get_by_role("button", name="Publish").click()
    tab.get_by_role("button", name="Remember how it is").click()
    Item.objects.filter(pk=advisor.pk).update(end_on=advisor.end_on + timedelta(days=5))
    tab.reload()
    expect(tab.get_by_text("5 days later")).to_be_visible()
    keep(tab, "what-changed", whole=True)
    fits(tab)
    axe(tab)
    tab.get_by_role("link", name="Plan for the board", exact=True).click()
    expect(tab.get_by_text("5 days later")).to_be_visible()
