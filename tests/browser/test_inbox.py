"""The morning's triage in a real browser: by keyboard alone, on a phone, and without JavaScript."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.ideas.models import FeedbackLink, Highlight, Idea
from feedback.ideas.recompute import recompute_all_stakes
from feedback.inbox.models import Note
from tests.factories.feedback import NoteFactory
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import NOON, CustomerFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]
SAID = (
    "🧥 Light, lovely colour, but the zip jams after a week.",
    "Please make the sleeves longer.",
    "Is the hood detachable?",
    "Buy cheap watches here",
    "Third exchange, same zip problem.",
)


@pytest.fixture
def notes(member):
    ada = CustomerFactory(workspace=member.workspace, name="Ada Keller")
    return [
        NoteFactory(
            workspace=member.workspace,
            text=text,
            rating=2,
            customer=ada,
            said_at=NOON - timedelta(hours=hour),
        )
        for hour, text in enumerate(SAID)
    ]


def url(member):
    return reverse("feedback:inbox", args=[member.workspace.slug])


def select(tab, words):
    """Select these words of the note, as a mouse would."""
    tab.locator("[data-words]").evaluate(
        """(box, words) => {
            const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf(words);
                if (at >= 0) {
                    getSelection().setBaseAndExtent(node, at, node, at + words.length);
                }
            }
        }""",
        words,
    )


def test_notes_are_triaged_by_keyboard_alone(member, notes, tab_of, axe, keep, fits):
    idea = IdeaFactory(workspace=member.workspace, title="A zip that does not jam")
    tab = tab_of(member)
    tab.goto(url(member))
    text, toasts = tab.locator("[data-words]"), tab.locator("#toasts")
    expect(tab.get_by_role("link", name="Inbox")).to_contain_text("5")
    expect(text).to_contain_text("lovely colour")

    tab.keyboard.press("j")
    expect(text).to_contain_text("sleeves")
    tab.keyboard.press("k")
    expect(text).to_contain_text("lovely colour")

    select(tab, "the zip jams")
    tab.keyboard.press("h")
    expect(tab.locator("mark")).to_have_text("the zip jams")
    mark = Highlight.objects.get()
    assert (mark.quote, mark.note) == ("the zip jams", notes[0])
    keep(tab, "inbox")
    fits(tab)
    axe(tab)

    tab.keyboard.press("3")
    tab.keyboard.press("l")
    field = tab.get_by_role("textbox", name="Idea", exact=True)
    expect(field).to_be_focused()
    field.press_sequentially("zip that")
    expect(tab.get_by_role("radio", name="A zip that does not jam")).to_be_checked()
    tab.keyboard.press("Enter")
    expect(toasts).to_contain_text("linked to “A zip that does not jam”")
    expect(text).to_contain_text("sleeves")
    link = FeedbackLink.objects.get()
    assert (link.idea, link.importance, link.highlight) == (idea, 3, mark)

    select(tab, "sleeves longer")
    tab.keyboard.press("n")
    title = tab.get_by_role("textbox", name="New idea")
    expect(title).to_be_focused()
    expect(title).to_have_value("sleeves longer")
    title.fill("Longer sleeves")
    tab.keyboard.press("Enter")
    expect(text).to_contain_text("hood")
    assert Idea.objects.get(title="Longer sleeves").links.get().highlight.quote == "sleeves longer"

    tab.keyboard.press("z")
    expect(text).to_contain_text("watches")
    tab.keyboard.press("!")
    expect(text).to_contain_text("Third exchange")
    tab.keyboard.press("e")
    expect(tab.get_by_text("Nothing here.")).to_be_visible()
    states = [Note.objects.get(pk=one.pk).state for one in notes]
    assert states == ["linked", "linked", "snoozed", "spam", "no_action"]

    tab.keyboard.press("u")
    expect(text).to_contain_text("Third exchange")
    assert Note.objects.get(pk=notes[4].pk).state == "new"


def test_a_note_is_split_and_given_to_somebody_and_several_are_chosen_by_keys(
    member, notes, tab_of
):
    tab = tab_of(member)
    tab.goto(url(member))
    text = tab.locator("[data-words]")
    select(tab, "lovely colour")
    tab.keyboard.press("s")
    expect(tab.locator("#toasts")).to_contain_text("note of its own")
    part = Note.objects.get(part_of=notes[0])
    assert part.text == "lovely colour"

    tab.goto(f"{url(member)}?note={notes[1].pk}")
    expect(text).to_contain_text("sleeves")
    tab.keyboard.press("a")
    person = tab.get_by_label("Assign to")
    expect(person).to_be_focused()
    person.press_sequentially(str(member.user)[:6])
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.locator("#toasts")).to_contain_text("The note is assigned.")
    assert Note.objects.get(pk=notes[1].pk).assignee == member.user

    tab.goto(f"{url(member)}?note={notes[2].pk}")
    for _ in range(2):
        tab.keyboard.press("x")
        tab.keyboard.press("j")
    expect(tab.locator(".inbox-chosen")).to_have_text("2 chosen")


def test_sixty_notes_take_a_key_or_two_each_and_the_next_is_there_already(member, tab_of):
    """Sixty in ten minutes: what a person waits for and presses, counted."""
    idea = IdeaFactory(workspace=member.workspace, title="A zip that does not jam")
    notes = [
        NoteFactory(
            workspace=member.workspace, text=f"Number {n}.", said_at=NOON - timedelta(hours=n)
        )
        for n in range(60)
    ]
    tab = tab_of(member)
    asked: list[str] = []
    tab.on("request", lambda one: asked.append(one.url))
    tab.goto(url(member))
    text, pressed = tab.locator("[data-words]"), 0
    expect(text).to_have_text("Number 0.")

    def press(*keys):
        nonlocal pressed
        for key in keys:
            tab.keyboard.press(key)
            pressed += 1

    before = len(asked)
    press("j")
    expect(text).to_have_text("Number 1.")
    pane = re.compile(rf"/inbox/{notes[1].pk}/(\?.*)?$")
    assert not list(filter(pane.search, asked[before:])), "it was there before the key"
    assert list(filter(pane.search, asked[:before]))
    press("k")
    for number in range(60):
        expect(text).to_have_text(f"Number {number}.")
        if number % 10 == 0:
            press("l")
            expect(tab.get_by_role("textbox", name="Idea", exact=True)).to_be_focused()
            press(*"zip")
            expect(tab.get_by_role("radio", name=idea.title)).to_be_checked()
            press("Enter")
        else:
            press({3: "!", 7: "z"}.get(number % 10, "e"))
    expect(tab.get_by_text("Nothing here.")).to_be_visible()

    assert pressed <= 120
    states = Counter(Note.objects.visible_to(member.actor).values_list("state", flat=True))
    assert states == {"linked": 6, "spam": 6, "snoozed": 6, "no_action": 42}
    assert idea.links.count() == 6


def test_many_are_chosen_and_done_at_once_and_undone_at_once(member, notes, tab_of):
    tab = tab_of(member)
    tab.goto(url(member))
    for key in ("x", "j", "x", "j", "x"):
        tab.keyboard.press(key)
    expect(tab.get_by_text("3 chosen")).to_be_visible()

    tab.keyboard.press("e")

    expect(tab.locator("#toasts")).to_contain_text("3 notes are done.")
    expect(tab.locator(".inbox-row")).to_have_count(2)
    tab.keyboard.press("u")
    expect(tab.locator(".inbox-row")).to_have_count(5)
    assert set(Note.objects.values_list("state", flat=True)) == {"new"}


def test_keys_are_listed_and_a_note_that_comes_in_is_shown(member, notes, tab_of):
    tab = tab_of(member)
    tab.goto(url(member))
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_contain_text("Highlight the selected words")
    tab.keyboard.press("Escape")
    expect(tab.locator(".inbox-row")).to_have_count(5)
    expect(tab.locator(".nav-count")).to_have_text("5")

    NoteFactory(workspace=member.workspace, text="Just now", said_at=NOON + timedelta(hours=1))
    tab.evaluate("document.querySelector('pm-count').ask()")

    expect(tab.locator(".inbox-row").first).to_contain_text("Just now")
    expect(tab.locator("[data-words]")).to_contain_text("lovely colour")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_one_note_fills_the_screen(dark, member, notes, tab_of, axe, keep, fits):
    tab = tab_of(member, at="phone", dark=dark)
    tab.goto(url(member))
    keep(tab, f"inbox-phone-list-{dark}")
    fits(tab)
    tab.get_by_role("link", name="sleeves longer").click()
    expect(tab.locator("[data-words]")).to_be_visible()
    expect(tab.locator(".inbox-rows")).to_be_hidden()
    keep(tab, f"inbox-phone-note-{dark}")
    fits(tab)
    axe(tab)
    tab.get_by_role("button", name="Done").click()
    expect(tab.locator("[data-words]")).to_contain_text("hood")
    tab.get_by_role("link", name="All notes").last.click()
    expect(tab.locator(".inbox-rows")).to_be_visible()


def test_it_is_read_and_decided_without_javascript(member, notes, tab_of):
    idea = IdeaFactory(workspace=member.workspace, title="Longer sleeves")
    tab = tab_of(member, js=False)
    tab.goto(url(member))
    tab.get_by_role("link", name="sleeves longer").click()
    expect(tab.locator("[data-words]")).to_contain_text("sleeves")
    tab.get_by_role("textbox", name="Idea", exact=True).fill("longer sleeves")
    tab.locator("form.inbox-link").first.get_by_role("button").click()
    expect(tab.locator("#toasts")).to_contain_text("linked to “Longer sleeves”")
    assert FeedbackLink.objects.get().idea == idea
    tab.get_by_role("button", name="Done").last.click()
    assert Note.objects.get(pk=notes[2].pk).state == "no_action"


@pytest.mark.parametrize("at", ["desk", "phone"])
def test_an_idea_says_what_it_is_worth_and_is_merged_and_taken_apart(
    at, member, tab_of, axe, keep, fits
):
    here = {"workspace": member.workspace}
    idea = IdeaFactory(**here, title="A zip that does not jam", description="**Now**")
    twin = IdeaFactory(**here, title="Better zip")
    FeedbackLinkFactory(**here, idea=idea, importance=3)
    recompute_all_stakes(member.workspace.pk)
    tab = tab_of(member, at=at)
    tab.goto(reverse("workspaces:record", args=[member.workspace.slug, "ideas", twin.pk]))

    tab.get_by_role("textbox", name="Merge this one into").fill("a zip that does not jam")
    tab.get_by_role("button", name="Merge").click()

    expect(tab.get_by_role("heading", name="A zip that does not jam")).to_be_visible()
    expect(tab.get_by_role("region", name="Stake")).to_contain_text("Anecdotal")
    tab.get_by_text("How it is worked out").click()
    keep(tab, f"idea-{at}")
    fits(tab)
    axe(tab)
    tab.get_by_role("button", name="Take “Better zip” apart").click()
    expect(tab.locator("#toasts")).to_contain_text("stands for itself again")
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into) == ("submitted", None)
