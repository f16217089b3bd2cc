"""Following in a real browser: watching, the bell, reading by keyboard, and the letters."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from products.catalog import services
from tests.factories.catalog import ProductFactory
from workspaces.audit.relay import relay_next
from workspaces.discussion import services as discussion
from workspaces.following import services as following
from workspaces.following.models import Letter, Notification, Watch
from workspaces.following.tasks import send_letters
from workspaces.webhooks.models import Delivery, WebhookEndpoint

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCT = "products.product"


def rename(member, product, name):
    product.refresh_from_db()
    services.change_product(member.actor, product.pk, seen_version=product.version, name=name)
    while relay_next():
        pass


@pytest.fixture
def at(workspace):
    return lambda name, *args: reverse(f"workspaces:{name}", args=[workspace.slug, *args])


def test_watching_and_reading_by_keyboard_alone(member, contributor, tab_of, axe, at):
    first, second = (ProductFactory(workspace=member.workspace, name=n) for n in ("Tent", "Stove"))
    following.watch(contributor.actor, PRODUCT, second.pk, "all")
    tab = tab_of(contributor)
    tab.goto(reverse("products:product", args=[member.workspace.slug, first.pk]))
    tab.get_by_role("button", name="Watch", exact=True).press("Enter")
    expect(tab.get_by_role("button", name=re.compile("^Watching"))).to_be_visible()
    axe(tab)
    assert Watch.objects.filter(user=contributor.user, object_id=first.pk, level="all").exists()

    rename(member, first, "Big Tent")
    rename(member, second, "Big Stove")
    tab.goto(at("notifications"))
    bell = tab.get_by_role("button", name="Notifications, 2 unread")
    expect(bell).to_be_visible()
    axe(tab)
    tab.keyboard.press("j")
    expect(tab.get_by_role("button", name=re.compile("changed Big Stove"))).to_be_focused()
    tab.keyboard.press("j")
    expect(tab.get_by_role("button", name=re.compile("changed Big Tent"))).to_be_focused()
    tab.keyboard.press("e")
    expect(tab.get_by_role("button", name="Notifications, 1 unread")).to_be_visible()
    expect(tab.get_by_role("button", name=re.compile("changed Big Stove"))).to_be_focused()
    tab.keyboard.press("m")
    expect(tab.get_by_text("You have read everything.")).to_be_visible()
    expect(tab.get_by_text("You will hear no more of Big Stove.")).to_be_visible()
    assert Watch.objects.get(user=contributor.user, object_id=second.pk).level == "none"


@pytest.mark.parametrize(("width", "dark"), [("desk", False), ("phone", True)])
def test_the_bell_opens_the_newest_by_keyboard(
    member, contributor, tab_of, axe, keep, fits, width, dark
):
    for name in ("Tent", "Stove"):
        product = ProductFactory(workspace=member.workspace, name=name)
        following.watch(contributor.actor, PRODUCT, product.pk, "all")
        rename(member, product, f"Big {name}")
    tab = tab_of(contributor, at=width, dark=dark)
    tab.goto(reverse("products:list", args=[member.workspace.slug]))

    tab.get_by_role("button", name="Notifications, 2 unread").press("Enter")
    below = tab.get_by_role("dialog", name="Newest notifications")
    expect(below.get_by_role("button", name=re.compile("changed Big"))).to_have_count(2)
    expect(below.get_by_role("button", name="Mark all as read")).to_be_focused()
    keep(tab, f"bell-{width}")
    fits(tab)
    axe(tab)
    tab.keyboard.press("ArrowDown")
    expect(below.get_by_role("button", name=re.compile("changed Big Stove"))).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Notifications, 1 unread")).to_be_attached()
    expect(below.get_by_role("button", name=re.compile("^Mark as read"))).to_have_count(1)
    expect(below.locator(":focus")).to_have_count(1)
    below.get_by_role("button", name="Mark all as read").press("Enter")
    expect(tab.get_by_role("button", name="Notifications", exact=True)).to_be_attached()
    tab.keyboard.press("Escape")
    expect(below).to_be_hidden()
    tab.get_by_role("button", name="Notifications", exact=True).press("Enter")
    below.get_by_role("button", name=re.compile("changed Big Tent")).press("Enter")
    expect(tab.get_by_role("heading", name="Big Tent")).to_be_visible()


def test_without_scripts_the_bell_is_a_link(contributor, tab_of, at):
    tab = tab_of(contributor, js=False)
    tab.goto(at("notifications"))

    link = tab.get_by_role("banner").get_by_role("link", name="Notifications")

    expect(link).to_have_attribute("href", at("notifications"))


def test_a_comment_that_mentions_comes_by_letter_and_the_rest_by_digest(
    member, contributor, workspace
):
    product = ProductFactory(workspace=workspace, name="Tent")
    following.watch(contributor.actor, PRODUCT, product.pk, "all")
    discussion.add_comment(
        member.actor, PRODUCT, product.pk, f"@[user:{contributor.user.pk}] look at the seams"
    )
    rename(member, product, "Big Tent")
    send_letters.run()
    assert [letter.to for letter in mail.outbox] == [[contributor.user.email]]
    assert "look at the seams" in mail.outbox[0].body

    discussion.add_comment(member.actor, PRODUCT, product.pk, "And the poles.")
    while relay_next():
        pass
    Letter.objects.filter(state="waiting", at_once=False).update(due_at=timezone.now())
    send_letters.run()
    assert len(mail.outbox) == 2
    assert "And the poles." in mail.outbox[1].body


@pytest.mark.parametrize(("at_width", "dark"), [("desk", False), ("phone", True)])
def test_the_pages_read_well(at_width, dark, owner, member, workspace, tab_of, axe, keep, fits, at):
    product = ProductFactory(workspace=workspace, name="Trail Jacket with a rather long name")
    following.watch(owner.actor, PRODUCT, product.pk, "all")
    for name in ("Storm Jacket", "Storm Jacket with a hood and quite a long name after all"):
        rename(member, product, name)
    hook = WebhookEndpoint.objects.create(
        workspace=workspace, url="https://hooks.example.com/pm", created_by=owner.user, failures=2
    )
    sent = Delivery.objects.create(
        workspace=workspace,
        endpoint=hook,
        verb="product.changed",
        label="Storm Jacket",
        state="failed",
        payload='{"event": "product.changed"}',
        error="It answered 500.",
        status=500,
        answer="Internal error",
        duration_ms=120,
        attempts=10,
    )
    assert Notification.objects.filter(user=owner.user).count() == 1
    tab = tab_of(owner, at=at_width, dark=dark)
    for name, args in (
        ("notifications", []),
        ("letters", []),
        ("webhooks", []),
        ("webhook", [hook.pk]),
        ("delivery", [sent.pk]),
    ):
        tab.goto(at(name, *args))
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        keep(tab, f"{name}-{at_width}", whole=True)
        fits(tab)
        axe(tab)
