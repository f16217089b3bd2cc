"""What says the same, in a real browser: while an idea is typed, in review, and in the inbox."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.enrichment.models import IdeaPair
from feedback.enrichment.recompute import recompute_readings
from feedback.enrichment.scanning import pairs_of
from feedback.ideas.models import FeedbackLink
from tests.factories.catalog import ChannelFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import IdeaFactory
from workspaces.search.recompute import recompute_all_entries

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]
TITLE = "A zip that does not jam on the trail jacket"


@pytest.fixture
def ideas(member):
    made = [
        IdeaFactory(workspace=member.workspace, title=title)
        for title in (TITLE, TITLE + ", please", "Free returns within sixty days")
    ]
    recompute_all_entries(member.workspace.pk)
    return made


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_a_new_idea_is_a_vote_for_one_that_asks_the_same(
    member, ideas, tab_of, axe, keep, fits, at, dark
):
    tab = tab_of(member, at=at, dark=dark)
    tab.goto(reverse("workspaces:record_new", args=[member.workspace.slug, "ideas"]))
    tab.get_by_label("Title").press_sequentially("the zip of my trail jacket does jam")
    vote = tab.get_by_role("button", name=f"Vote for “{TITLE}” instead")
    expect(vote).to_be_visible()
    expect(tab.locator(".alike")).to_contain_text("both say")
    fits(tab)
    axe(tab)
    keep(tab, f"idea-typed-{at}-{dark}")
    vote.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Your vote is in.")).to_be_visible()
    assert FeedbackLink.objects.get().idea == ideas[0]


@pytest.mark.parametrize(("at", "dark"), [("desk", True), ("phone", False)])
def test_ideas_that_may_be_the_same_are_decided_by_keyboard(
    member, ideas, tab_of, axe, keep, fits, at, dark
):
    pairs_of(member.actor, ideas[0].pk)
    tab = tab_of(member, at=at, dark=dark)
    tab.goto(reverse("feedback:duplicates", args=[member.workspace.slug]))
    expect(tab.locator(".pair")).to_have_count(1)
    fits(tab)
    axe(tab)
    keep(tab, f"duplicates-{at}-{dark}")
    tab.get_by_role("button", name="are not the same").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Nothing to review.")).to_be_visible()
    assert IdeaPair.objects.get().state == "different"


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_the_inbox_folds_what_says_the_same_and_fills_readings_in(
    member, tab_of, axe, keep, fits, at, dark
):
    channel = ChannelFactory(workspace=member.workspace)
    notes = [
        NoteFactory(
            workspace=member.workspace,
            channel=channel,
            text=f"The zip broke after {n} weeks and I want a refund. Lovely colour, though!",
        )
        for n in range(3)
    ]
    tab = tab_of(member, at=at, dark=dark)
    url = reverse("feedback:inbox", args=[member.workspace.slug])
    tab.goto(f"{url}?note={notes[-1].pk}")
    expect(tab.get_by_text("are being read")).to_be_visible()
    recompute_readings(member.workspace.pk, [f"note:{one.pk}" for one in notes])
    expect(tab.locator(".reading-words")).to_contain_text("broke")
    expect(tab.get_by_text("3 notes say the same")).to_be_visible()
    tab.reload()
    expect(tab.locator(".inbox-text .is-bad").first).to_have_text("broke")
    fits(tab)
    axe(tab)
    keep(tab, f"inbox-read-{at}-{dark}")
    tab.get_by_role("button", name="All done").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("3 notes are done.")).to_be_visible()


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_notes_stand_on_a_board_by_sentiment(member, tab_of, axe, keep, fits, at, dark):
    here = {"workspace": member.workspace, "channel": ChannelFactory(workspace=member.workspace)}
    for text in ("The zip broke, it is terrible.", "I love it.", "Es ist nach einer Woche kaputt"):
        note = NoteFactory(**here, text=text)
        recompute_readings(member.workspace.pk, [f"note:{note.pk}"])
    tab = tab_of(member, at=at, dark=dark)
    tab.goto(reverse("feedback:list", args=[member.workspace.slug]))
    ways = tab.get_by_role("navigation", name="How notes are shown")
    for way in ("By sentiment", "Board"):
        ways.get_by_role("link", name=way).click()
        mood = tab.get_by_role("region", name="Negative 1")
        expect(mood.get_by_role("listitem")).to_contain_text("terrible")
        fits(tab)
        axe(tab)
        keep(tab, f"notes-{way.replace(' ', '-').lower()}-{at}", whole=True)
    mood.get_by_role("link", name="The zip broke").click()
    expect(tab.get_by_text("decided by")).to_be_visible()
    axe(tab)
    keep(tab, f"note-reading-{at}", whole=True)
