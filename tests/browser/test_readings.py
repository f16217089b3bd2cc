"""How a note is meant, in the inbox: filled in while one reads, and why."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.enrichment.recompute import recompute_all_readings
from tests.factories.feedback import NoteFactory


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_a_note_fills_in_and_says_why(member, tab_of, axe, fits, keep, at, dark):
    note = NoteFactory(
        workspace=member.workspace,
        text="I love the colour, but the zip broke and delivery took three weeks.",
    )
    tab = tab_of(member, at=at, dark=dark)
    url = reverse("feedback:inbox", args=[member.workspace.slug])
    tab.goto(f"{url}?note={note.pk}")
    pane = tab.locator("#inbox-pane")
    expect(pane.get_by_text("Being read…")).to_be_visible()
    axe(tab)

    recompute_all_readings(member.workspace.pk)

    expect(pane.get_by_text("sounds negative")).to_be_visible()
    pane.get_by_text("Why", exact=True).focus()
    tab.keyboard.press("Enter")
    expect(pane.get_by_text("“took three weeks”")).to_be_visible()
    tab.reload()
    expect(pane.locator(".felt.is-bad").first).to_have_text("broke")
    pane.get_by_text("Why", exact=True).click()
    axe(tab)
    fits(tab)
    keep(tab, f"reading-{at}")
    tab.goto(url)
    tab.get_by_label("Sentiment").select_option(label="Sounds positive")
    expect(tab.get_by_text("No note matches.")).to_be_visible()
