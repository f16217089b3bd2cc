"""Segments, announcements and a portal in a real browser: wide and on a phone, light and dark."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from feedback.announcements.models import Announcement
from feedback.announcements.tasks import send_announcements
from feedback.ideas.models import FeedbackLink, Idea
from feedback.ideas.recompute import recompute_all_stakes
from feedback.inbox.models import Note
from feedback.portal.services import create_portal
from feedback.segments.models import Segment
from feedback.segments.recompute import recompute_all_figures
from tests.factories.ideas import FeedbackLinkFactory, IdeaFactory
from tests.factories.ledger import CustomerFactory, OrderFactory, OrderLineFactory
from workspaces.guests.services import Gate
from workspaces.search.recompute import recompute_all_entries

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]


@pytest.fixture
def shop(member):
    """Two customers with orders ask for an idea; another idea is public as well."""
    inside = {"workspace": member.workspace}
    idea = IdeaFactory(
        **inside,
        title="A zip that does not jam",
        description="It jams after a **week**.",
        public=True,
        state="planned",
    )
    IdeaFactory(**inside, title="A hood that comes off", public=True, state="under_review")
    for name, country in (("Ada", "DE"), ("Bo", "FR")):
        email = f"{name.lower()}@shopper.example"
        customer = CustomerFactory(**inside, name=name, country=country, email=email)
        OrderLineFactory(**inside, order=OrderFactory(**inside, customer=customer))
        FeedbackLinkFactory(**inside, idea=idea, customer=customer)
    recompute_all_figures(member.workspace.pk)
    recompute_all_stakes(member.workspace.pk)
    recompute_all_entries(member.workspace.pk)
    return idea


def test_a_segment_is_asked_previewed_and_kept(member, tab_of, shop, axe, fits, keep):
    tab = tab_of(member)
    tab.goto(reverse("feedback:segment_new", args=[member.workspace.slug]))
    tab.get_by_label("Name").fill("Germany")
    tab.locator("#w-0-field").select_option("country")
    with tab.expect_response(re.compile("/condition/")):  # the row is fetched for its comparison
        tab.get_by_label("Comparison of Country").select_option("is")
    expect(tab.get_by_label("Comparison of Country")).to_have_value("is")
    tab.wait_for_function("() => !document.querySelector('.htmx-request')")
    tab.get_by_label("Value of Country").fill("DE")
    tab.get_by_label("Value of Country").blur()
    expect(tab.get_by_label("Preview")).to_contain_text("1 customer now")
    axe(tab)
    keep(tab, "segment-form", whole=True)
    tab.get_by_role("button", name="Keep").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Germany")
    expect(tab.get_by_role("link", name="A zip that does not jam")).to_be_visible()
    axe(tab)
    keep(tab, "segment", whole=True)
    tab.get_by_role("link", name="A zip that does not jam").click()
    expect(tab.get_by_role("cell", name="Ada")).to_be_visible()
    expect(tab.get_by_role("cell", name="Bo")).to_have_count(0)
    axe(tab)
    assert Segment.objects.visible_to(member.actor).get().name == "Germany"
    phone = tab_of(member, at="phone", dark=True)
    segment = Segment.objects.visible_to(member.actor).get()
    phone.goto(reverse("feedback:segment", args=[member.workspace.slug, segment.pk]))
    fits(phone)
    axe(phone)
    keep(phone, "segment-phone-dark", whole=True)


def test_those_who_asked_are_told_once(member, tab_of, shop, axe, fits, keep):
    tab = tab_of(member)
    tab.goto(reverse("workspaces:record", args=[member.workspace.slug, "ideas", shop.pk]))
    tab.get_by_role("button", name="Tell who asked").click()
    tab.get_by_label("Text for everybody").fill("It is **planned**.")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("cell", name=re.compile("ada@shopper.example"))).to_be_visible()
    axe(tab)
    keep(tab, "announcement-draft", whole=True)
    tab.get_by_role("button", name="Publish and send 2 letters").click()
    expect(tab.get_by_role("cell", name="Waiting").first).to_be_visible()
    send_announcements.run()
    tab.reload()
    expect(tab.get_by_role("cell", name="Sent").first).to_be_visible()
    axe(tab)
    assert len(mail.outbox) == 2
    row = Announcement.objects.visible_to(member.actor).get()
    phone = tab_of(member, at="phone", dark=True)
    phone.goto(reverse("feedback:announcement", args=[member.workspace.slug, row.pk]))
    fits(phone)
    axe(phone)
    keep(phone, "announcement-phone-dark", whole=True)


def test_a_visitor_votes_and_posts_without_scripts(member, tab_of, shop, axe, fits, keep):
    _, secret = create_portal(member.actor, Gate("All"), title="Ideas", intro="Tell us.")
    bytes_of = []
    tab = tab_of(at="phone", js=False)
    tab.on("response", lambda answer: bytes_of.append(len(answer.body())))
    tab.goto(f"/g/{secret}/ideas/")
    fits(tab)
    keep(tab, "portal-phone", whole=True)
    assert sum(bytes_of) < 200_000
    tab.get_by_role("link", name="A zip that does not jam").click()
    tab.get_by_role("button", name="Vote").click()
    expect(tab.get_by_text("You voted for this.")).to_be_visible()
    expect(tab.get_by_text("3 votes")).to_be_visible()
    keep(tab, "portal-idea-phone", whole=True)
    tab.get_by_role("link", name="Post an idea").click()
    tab.get_by_label("What would help you?").fill("The zip gets stuck")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    expect(tab.get_by_role("link", name="A zip that does not jam")).to_be_visible()
    tab.get_by_role("button", name="No, send mine").click()
    expect(tab.get_by_role("status")).to_contain_text("Thank you")
    assert FeedbackLink.objects.in_workspace(member.workspace.pk).filter(customer=None).count() == 1
    assert Note.objects.in_workspace(member.workspace.pk).get().title == "The zip gets stuck"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_portal_is_for_everybody(member, tab_of, shop, axe, fits, keep, theme):
    # The reader's system says the other of the two: the portal's own choice holds.
    _, secret = create_portal(member.actor, Gate("All"), title="Ideas", theme=theme, language="de")
    for at in ("desk", "phone"):
        tab = tab_of(at=at, dark=theme == "light")
        for path in ("ideas/", f"ideas/{shop.pk}/", "post/", "news/"):
            tab.goto(f"/g/{secret}/{path}")
            fits(tab)
            axe(tab)
        tab.goto(f"/g/{secret}/ideas/")
        keep(tab, f"portal-{theme}-{at}", whole=True)


def test_a_member_makes_a_portal_and_moderates(member, tab_of, shop, axe, fits, keep):
    tab = tab_of(member)
    tab.goto(reverse("feedback:portal_new", args=[member.workspace.slug]))
    axe(tab)
    tab.get_by_label("Title").fill("Ideas of our customers")
    tab.get_by_role("button", name="Make the portal").click()
    address = tab.get_by_label("Link").input_value()
    keep(tab, "portal-made", whole=True)
    visitor = tab_of()
    visitor.goto(address.replace("/ideas/", "/post/"))
    visitor.get_by_label("What would help you?").fill("Pockets")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("status")).to_be_visible()
    tab.goto(reverse("workspaces:records", args=[member.workspace.slug, "portals"]))
    tab.get_by_role("link", name="Ideas of our customers").click()
    axe(tab)
    keep(tab, "portal-manage", whole=True)
    tab.get_by_role("button", name="Make public Pockets").click()
    expect(tab.get_by_text("Nothing waits.")).to_be_visible()
    tab.get_by_role("link", name="As a visitor").click()
    expect(tab.get_by_role("link", name="Pockets")).to_be_visible()
    axe(tab)
    assert Idea.objects.visible_to(member.actor).get(title="Pockets").public
    tab.go_back()
    tab.get_by_role("link", name="Change", exact=True).click()
    axe(tab)
    tab.go_back()
    tab.get_by_role("button", name="Close it").click()
    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.get_by_text("Pockets")).to_have_count(0)
    phone = tab_of(member, at="phone", dark=True)
    phone.goto(tab.url)
    fits(phone)
    axe(phone)
    keep(phone, "portal-manage-phone-dark", whole=True)


def test_a_new_portal_asks_only_what_its_gate_needs(member, tab_of, axe, fits, keep):
    """By style alone: the fields come and go without a script as well."""
    tab = tab_of(member)
    tab.goto(reverse("feedback:portal_new", args=[member.workspace.slug]))
    fields = {name: tab.locator(f"#id_{name}") for name in ("password", "people", "origins")}
    for way, shown in (("open", "origins"), ("password", "password"), ("email", "people")):
        tab.locator("#id_way").select_option(way)
        for name, field in fields.items():
            expect(field).to_be_visible(visible=name == shown)
    axe(tab)
    fits(tab)
    keep(tab, "portal-new", whole=True)


def test_within_another_site_a_vote_is_given_in_a_tab_of_its_own(
    member, shop, chromium, live_server
):
    """The browser itself says that the page is framed; the cookie of the vote needs a tab."""
    own = live_server.url
    gate = Gate("Shop", origins=[own])
    _, secret = create_portal(member.actor, gate, title="Ideas", anonymous=True)
    tab = chromium.new_page(base_url=own)
    tab.goto("/healthz")
    tab.evaluate(
        """(url) => {
          const frame = document.createElement("iframe");
          frame.src = url; frame.name = "ideas"; document.body.append(frame);
        }""",
        f"/g/{secret}/ideas/{shop.pk}/",
    )
    framed = tab.frame_locator("[name=ideas]")
    expect(framed.get_by_role("button")).to_have_count(0)
    with tab.expect_popup() as opened:
        framed.get_by_role("link", name="Vote (in a new tab)").click()
    alone = opened.value
    alone.get_by_role("button", name="Vote").click()
    expect(alone.get_by_text("You voted for this.")).to_be_visible()
    alone.close()
    tab.close()
