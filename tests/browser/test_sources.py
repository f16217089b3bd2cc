"""Sources in a real browser: set up, shown on a shop's page, and written by hand."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.inbox.models import Note
from feedback.sources import intake
from feedback.sources.models import Source
from feedback.sources.services import create_source
from tests.factories.catalog import VariantFactory
from tests.factories.feedback import NoteFactory
from tests.feedback.sources import samples

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]
LOOKS = [("desk", False), ("desk", True), ("phone", False), ("phone", True)]
QUOTED = "The new one jams too.\n\nOn Tue, 3 Mar 2026 Shop <shop@example.org> wrote:\n> Try this."


@pytest.fixture
def shop():
    """A shop's page on another site, strict about what it runs. `page` is what it holds."""
    page = {"html": "", "policy": ""}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", page["policy"])
            self.end_headers()
            self.wfile.write(page["html"].encode() if self.path == "/" else b"")

        def log_message(self, *args):
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page["url"] = f"http://127.0.0.1:{server.server_address[1]}"
    yield page
    server.shutdown()
    server.server_close()


def test_a_form_is_set_up_put_on_a_shops_page_and_written_in(
    owner, tab_of, shop, axe, fits, keep, live_server
):
    product = VariantFactory(workspace=owner.workspace, sku="SHELL-M").product
    slug = owner.workspace.slug
    tab = tab_of(owner)
    tab.goto(reverse("feedback:inbox", args=[slug]))
    tab.locator("#content").get_by_role("link", name="Sources").click()
    axe(tab)
    tab.get_by_role("link", name="Form", exact=True).click()
    tab.get_by_label("Name").fill("Tell us about it")
    tab.get_by_label("Sites that may show it").fill(shop["url"])
    axe(tab)
    tab.get_by_role("button", name="Add source").click()
    expect(tab.locator("#toasts")).to_contain_text("is on")
    source = Source.objects.get()
    line = tab.locator("code").first.inner_text()
    assert f"/forms/{source.key}.js" in line
    axe(tab)
    fits(tab)

    shop["policy"] = (
        f"default-src 'none'; script-src {live_server.url}; connect-src {live_server.url}; "
        "img-src 'self'"
    )
    line = line.replace('data-sku=""', "")
    shop["html"] = (
        '<!doctype html><html lang="en"><head><title>Shell</title>'
        '<meta name="viewport" content="width=device-width"></head><body><main>'
        '<h1>Storm shell</h1><meta itemprop="sku" content="SHELL-M">'
        f"{line}</main></body></html>"
    )
    visitor = tab_of(at="phone")
    visitor.goto(shop["url"])
    visitor.get_by_label("What should we know?").fill("The zip jams.")
    visitor.get_by_label("E-mail").fill("ada@example.com")
    fits(visitor)
    keep(visitor, "form-embedded-phone")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_role("status")).to_have_text("Thank you. We read everything.")
    assert visitor.context.cookies() == []
    note = Note.objects.get()
    assert (note.text, note.product) == ("The zip jams.", product)


@pytest.mark.parametrize(("at", "dark"), LOOKS)
def test_the_page_of_a_form(owner, tab_of, axe, fits, keep, at, dark):
    source = create_source(owner.actor, "form", name="Tell us about it").source
    tab = tab_of(at=at, dark=dark, js=False)
    tab.goto(reverse("feedback_open:form", args=[source.key]))
    keep(tab, f"form-page-{at}{'-dark' if dark else ''}")
    fits(tab)
    tab.get_by_label("What should we know?").fill(f"Longer sleeves, {at} {dark}")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("heading")).to_have_text("Thank you. We read everything.")
    assert Note.objects.count() == 1
    seen = tab_of(at=at, dark=dark)
    seen.goto(reverse("feedback_open:form", args=[source.key]))
    axe(seen)


@pytest.mark.parametrize(("at", "dark"), LOOKS)
def test_the_pages_of_sources(owner, tab_of, axe, fits, keep, at, dark):
    place = {"host": "imap.example.com", "port": 993, "username": "feedback@shop.example.org"}
    box = create_source(
        owner.actor, "mailbox", name="Feedback mail", password="pw", folder="INBOX", **place
    ).source
    create_source(owner.actor, "hook", name="Helpdesk")
    create_source(owner.actor, "form", name="Tell us about it")
    for raw in (samples.PERSON, samples.OSTICKET, samples.BOUNCE):
        intake.take_letter(box, raw)
    Source.objects.filter(pk=box.pk).update(error="The connection was refused.", failures=2)
    tab = tab_of(owner, at=at, dark=dark)
    slug = owner.workspace.slug
    look = f"{at}{'-dark' if dark else ''}"
    for name, url in (
        ("sources", reverse("feedback:sources", args=[slug])),
        ("source", reverse("feedback:source", args=[slug, box.pk])),
        ("source-new", reverse("feedback:source_new", args=[slug, "mailbox"])),
        ("note-new", reverse("feedback:create", args=[slug])),
    ):
        tab.goto(url)
        keep(tab, f"{name}-{look}", whole=True)
        axe(tab)
        fits(tab)
    tab.goto(reverse("feedback:source", args=[slug, box.pk]))
    tab.get_by_role("button", name="Let in [#204011]").click()
    expect(tab.locator("#toasts")).to_contain_text("in the inbox")
    assert Note.objects.count() == 2


def test_a_note_is_written_down_by_keyboard_from_the_inbox_and_from_anywhere(member, tab_of):
    NoteFactory(workspace=member.workspace)
    tab = tab_of(member)
    slug = member.workspace.slug
    tab.goto(reverse("feedback:inbox", args=[slug]))
    tab.keyboard.press("c")
    tab.wait_for_url("**/feedback/new/")
    tab.keyboard.type("The zip jams.")
    tab.keyboard.press("Tab")
    tab.keyboard.type("ada@example.com")
    tab.keyboard.press("Enter")
    expect(tab.locator("#toasts")).to_contain_text("The note is in")
    assert Note.objects.get(text="The zip jams.").author == "ada@example.com"
    tab.goto(reverse("home:home", args=[slug]))
    tab.keyboard.press("c")
    tab.get_by_role("link", name="Note down feedback").click()
    expect(tab.get_by_label("What was said")).to_be_focused()


def test_what_a_letter_answers_is_folded_and_still_highlighted(member, tab_of, axe, keep):
    NoteFactory(workspace=member.workspace, text=QUOTED)
    tab = tab_of(member)
    tab.goto(reverse("feedback:inbox", args=[member.workspace.slug]))
    quoted = tab.locator("[data-words] details")
    expect(quoted).not_to_have_attribute("open", "")
    axe(tab)
    keep(tab, "inbox-quoted")
    tab.get_by_label("What it answers").click()
    expect(quoted).to_have_attribute("open", "")
    expect(quoted).to_contain_text("> Try this.")
