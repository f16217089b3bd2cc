"""A blind round in the browser: asked, rated by keyboard, shown, talked about, taken over."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roadmaps.priorities.models import ScoreInput
from roadmaps.priorities.records import MODEL
from tests.factories.roadmaps import ItemFactory
from workspaces.access.roles import Role
from workspaces.records.services import create_record


@pytest.fixture
def url(workspace, member):
    for title in ("Size advisor", "Wallet checkout"):
        ItemFactory(workspace=workspace, title=title)
    model = create_record(member.actor, MODEL, {"name": "RICE", "method": "rice"})
    return f"{reverse('roadmaps:priorities', args=[workspace.slug])}?model={model.pk}"


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_asked_rated_shown_and_taken_over(
    member, member_as, tab_of, url, axe, fits, keep, at, dark
):
    raters = [member_as(Role.CONTRIBUTOR), member_as(Role.VIEWER)]
    lead = tab_of(member, at=at, dark=dark)
    lead.goto(url)
    lead.get_by_role("link", name="Ask others").click()
    axe(lead)
    fits(lead)
    lead.get_by_role("button", name="Ask them").click()
    expect(lead.get_by_role("alert").first).to_be_visible()
    lead.get_by_label("Name").fill("Autumn")
    for label in ("Impact", "Size advisor", "Wallet checkout"):
        lead.get_by_label(label, exact=True).check()
    for one in raters:
        lead.get_by_label(str(one.user)).check()
    keep(lead, f"round-new-{at}")
    lead.get_by_role("button", name="Ask them").click()
    expect(lead.get_by_text("0 of 2 are done")).to_be_visible()

    for one, numbers in zip(raters, (["3", "1"], ["0.25", "1"]), strict=True):
        tab = tab_of(one, at=at, dark=dark)
        tab.goto(lead.url)
        boxes = tab.get_by_label("Impact", exact=True)
        boxes.first.focus()
        tab.keyboard.type(numbers[0])
        tab.keyboard.press("Tab")
        tab.keyboard.type("Seen in the inbox")
        tab.keyboard.press("Tab")
        tab.keyboard.type("9")
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("alert")).to_contain_text("Impact: at most 3")
        expect(boxes.first).to_have_value(numbers[0])  # nothing typed is lost
        boxes.last.fill(numbers[1])
        expect(tab.get_by_label("Why: Impact").first).to_have_value("Seen in the inbox")
        axe(tab)
        fits(tab)
        keep(tab, f"round-rate-{at}")
        tab.get_by_role("button", name="Keep my numbers").click()
        expect(tab.get_by_text("All are given.")).to_be_visible()

    lead.reload()
    assert "Seen in the inbox" not in lead.content()
    lead.get_by_role("button", name="Show the numbers").click()
    expect(lead.get_by_text("1 number to talk about")).to_be_visible()
    expect(lead.get_by_text("Seen in the inbox").first).to_be_visible()
    axe(lead)
    fits(lead)
    keep(lead, f"round-shown-{at}")
    lead.get_by_label("Final Impact of Size advisor").fill("2")
    lead.get_by_role("button", name="Take over").click()
    expect(lead.get_by_text("Taken over.")).to_be_visible()
    assert sorted(ScoreInput.objects.values_list("likely", flat=True)) == [1, 2]
    lead.get_by_role("button", name="Undo").click()
    expect(lead.get_by_text("2 undone.")).to_be_visible()
    assert not ScoreInput.objects.filter(deleted_at=None).exists()
