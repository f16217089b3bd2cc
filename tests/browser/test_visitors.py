"""A visitor of a portal becomes somebody, votes and comments; the team reads it as from outside."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from feedback.ideas.models import FeedbackLink
from feedback.ideas.records import IDEA
from feedback.inbox.models import Note
from feedback.portal.services import create_portal
from tests.factories.ideas import IdeaFactory
from tests.factories.ledger import CustomerFactory
from workspaces.discussion.tab import place_of
from workspaces.guests.models import GuestCode
from workspaces.guests.services import Gate, change_link
from workspaces.guests.tasks import send_code

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]


@pytest.mark.parametrize(("at", "theme"), [("desk", "light"), ("phone", "dark")])
def test_a_visitor_proves_an_address_votes_and_comments(
    member, tab_of, axe, fits, keep, settings, at, theme
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    workspace = member.workspace
    idea = IdeaFactory(workspace=workspace, title="A better zip", public=True, state="planned")
    ann = CustomerFactory(workspace=workspace, email="ann@shopper.example")
    _, secret = create_portal(member.actor, Gate("All"), title="Ideas", takes_comments=True)
    page = tab_of(at=at, dark=theme == "dark")
    page.goto(f"/g/{secret}/ideas/{idea.pk}/")
    axe(page)
    page.get_by_role("link", name="Let it count as yours").click()
    page.get_by_label("E-mail address").fill(ann.email)
    axe(page)
    page.get_by_role("button", name="Send me a code").click()
    send_code.run(GuestCode.objects.get().pk)
    page.get_by_label("Code").fill(re.search(r"\b\d{6}\b", mail.outbox[-1].body).group())
    keep(page, f"portal-prove-{at}-{theme}", whole=True)
    page.get_by_role("button", name="Prove it").click()
    expect(page.get_by_text("You are here as ann@shopper.example")).to_be_visible()
    page.get_by_role("button", name="Vote").click()
    assert FeedbackLink.objects.in_workspace(workspace.pk).get().customer_id == ann.pk
    page.get_by_label("What do you think?").fill("The left one jams too.")
    page.get_by_label("Your name").fill("Ann")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("status")).to_contain_text("We read it first")
    fits(page)
    axe(page)
    keep(page, f"portal-comment-{at}-{theme}", whole=True)

    tab = tab_of(member, at=at, dark=theme == "dark")
    tab.goto(place_of(member.actor, IDEA, idea.pk))
    heard = tab.get_by_role("region", name="From outside")
    expect(heard).to_contain_text("The left one jams too.")
    axe(tab)
    keep(tab, f"heard-{at}-{theme}", whole=True)
    heard.get_by_role("button", name="Show it").click()
    expect(heard).to_contain_text("Shown")
    page.goto(f"/g/{secret}/ideas/{idea.pk}/")
    expect(page.get_by_text("The left one jams too.")).to_be_visible()


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_what_is_sent_after_the_visit_ended_is_kept_and_sent_from_the_gate(
    member, tab_of, axe, fits, keep, at, dark
):
    """The password changes while somebody writes: nothing they typed is lost."""
    asked = Gate("Some", "password", "twelve green apples")
    portal, secret = create_portal(member.actor, asked, title="Ideas")
    tab = tab_of(at=at, dark=dark, js=False)
    tab.goto(f"/g/{secret}/post/")
    tab.get_by_label("Password").fill("twelve green apples")
    tab.keyboard.press("Enter")
    tab.get_by_label("What would help you?").fill("Longer sleeves")
    tab.get_by_label("Tell us more").fill("Two centimetres.\nOr three.")
    changed = Gate("Some", "password", "thirteen red plums")
    change_link(member.actor, portal.link_id, changed, seen_version=portal.link.version)
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("status")).to_contain_text("not sent yet")
    keep(tab, f"gate-late-{at}", whole=True)
    tab.get_by_label("Password").fill("thirteen red plums")
    tab.get_by_role("button", name="Open").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    fits(tab)
    keep(tab, f"gate-late-inside-{at}", whole=True)
    tab.get_by_role("button", name="Send it now").click()
    expect(tab.get_by_role("status")).to_contain_text("Thank you")
    note = Note.objects.in_workspace(member.workspace.pk).get()
    assert (note.title, note.words) == ("Longer sleeves", "Two centimetres.\nOr three.")
