"""A discussion by keyboard: naming, reacting, resolving, pasting a picture, staying fresh."""

import base64
import io
import re

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from tests.factories.catalog import ProductFactory, SupplierFactory
from tests.factories.feedback import NoteFactory
from tests.factories.ledger import CustomerFactory
from tests.factories.workspaces import MembershipFactory
from workspaces.access.roles import Role
from workspaces.discussion import services
from workspaces.discussion.models import Attachment, Comment, Mention

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCT = "products.product"
PASTE = """(element, picture) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "shot.png", { type: "image/png" }));
  const how = { clipboardData, bubbles: true, cancelable: true };
  element.dispatchEvent(new ClipboardEvent("paste", how));
}"""


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def product(member):
    return ProductFactory(workspace=member.workspace, name="Trail Jacket")


@pytest.fixture
def here(product):
    return reverse("products:product", args=[product.workspace.slug, product.pk, "discussion"])


def test_a_thread_from_its_first_letter_to_resolved_by_keyboard(
    member, product, here, tab_of, axe, keep, fits
):
    ada = MembershipFactory(
        workspace=member.workspace, role=Role.VIEWER, user__name="Ada Byron"
    ).user
    MembershipFactory(workspace=member.workspace, role=Role.VIEWER, user__name="Adam Ray")
    supplier = SupplierFactory(workspace=member.workspace, name="Alpine Ltd")
    tab = tab_of(member)
    tab.goto(here)
    text = tab.get_by_label("Write a comment").first
    text.focus()

    tab.keyboard.type("Hello @ada")
    names = tab.get_by_role("listbox", name="Names").first
    expect(names.get_by_role("option")).to_have_text([re.compile("Ada Byron"), re.compile("Adam")])
    expect(text).to_have_attribute("aria-activedescendant", re.compile("-names-0$"))
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    tab.keyboard.type("and #alp")
    expect(names.get_by_role("option")).to_have_text([re.compile("Alpine Ltd")])
    tab.keyboard.press("Tab")
    tab.keyboard.type("- is it @nobody?")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Control+Enter")

    said = tab.get_by_role("article")
    expect(said).to_contain_text("Hello @Ada Byron and Alpine Ltd - is it @nobody?")
    expect(tab.locator("#tab-count-discussion")).to_have_text("1")
    expect(text).to_have_value("")
    assert set(Mention.objects.values_list("user", "kind", "object_id")) == {
        (ada.pk, "", None),
        (None, "products.supplier", supplier.pk),
    }

    said.get_by_role("button", name="React").press("Enter")
    said.get_by_role("button", name="Agreed", exact=True).press("Enter")
    expect(said.get_by_role("button", name=re.compile("1 Agreed"))).to_have_attribute(
        "aria-pressed", "true"
    )
    tab.locator(".reply summary").press("Enter")
    reply = tab.locator(".reply textarea")
    reply.fill("Yes, from May.")
    reply.press("Control+Enter")
    expect(tab.get_by_role("article")).to_have_count(2)
    tab.get_by_role("button", name="Resolve").press("Enter")
    expect(said.first).to_contain_text("Resolved by")
    expect(tab.get_by_role("button", name="Reopen")).to_be_visible()
    fits(tab)
    axe(tab)
    keep(tab, "discussion-desk", whole=True)


def test_the_list_of_names_reads_well(member, product, here, tab_of, axe, keep):
    MembershipFactory(workspace=member.workspace, role=Role.VIEWER, user__name="Ada Byron")
    tab = tab_of(member)
    tab.goto(here)

    tab.get_by_label("Write a comment").first.press_sequentially("Hello @ada")

    expect(tab.get_by_role("option", name="Ada Byron")).to_be_visible()
    axe(tab)  # writes empty styles into fields, so nothing is sent after it
    keep(tab, "discussion-names")


def test_a_picture_is_pasted_into_a_comment(member, product, here, tab_of, axe):
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "#15803d").save(out, "PNG")
    picture = base64.b64encode(out.getvalue()).decode()
    tab = tab_of(member)
    tab.goto(here)
    text = tab.get_by_label("Write a comment").first

    text.evaluate(PASTE, picture)
    expect(text).to_have_value(re.compile(r"!\[shot\.png\]\(attachment:\d+\)"))
    tab.get_by_role("button", name="Comment", exact=True).click()

    shown = tab.get_by_role("article").get_by_role("img", name="shot.png")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 80
    assert Attachment.objects.get().comment == Comment.objects.get()
    axe(tab)


def test_what_others_say_appears_and_what_is_being_written_stays(
    member, viewer, product, here, tab_of
):
    first = services.add_comment(viewer.actor, PRODUCT, product.pk, "The zip jams.")
    other = services.add_comment(viewer.actor, PRODUCT, product.pk, "The hood is fine.")
    tab = tab_of(member)
    tab.goto(here)
    writing = tab.locator(f"#thread-{first.pk}")
    writing.locator("summary").click()
    writing.locator("textarea").fill("Half a thought")

    services.add_comment(viewer.actor, PRODUCT, product.pk, "Since when?", parent=other.pk)
    services.add_comment(viewer.actor, PRODUCT, product.pk, "Also here", parent=first.pk)
    services.add_comment(viewer.actor, PRODUCT, product.pk, "A new thread")
    tab.evaluate("document.querySelector('pm-discussion').look()")

    expect(tab.get_by_role("article").first).to_contain_text("A new thread")
    expect(tab.locator(f"#thread-{other.pk}")).to_contain_text("Since when?")
    expect(writing.locator("textarea")).to_have_value("Half a thought")
    tab.get_by_role("button", name="Resolve").first.click()
    expect(tab.get_by_role("article").first).to_contain_text("Resolved by")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_a_discussion_reads_well(at, dark, member, viewer, product, here, tab_of, axe, keep, fits):
    opener = services.add_comment(
        viewer.actor,
        PRODUCT,
        product.pk,
        "# Zip\n\n> it jams\n\n- a\n- b\n\n`code`\n\n|a|b|\n|-|-|\n|1|2|",
    )
    services.add_comment(member.actor, PRODUCT, product.pk, "Yes", parent=opener.pk)
    services.edit_comment(viewer.actor, opener.pk, "The zip jams.", seen_version=1)
    tab = tab_of(member, at=at, dark=dark)

    tab.goto(here)

    fits(tab)
    axe(tab)
    keep(tab, f"discussion-{at}-{'dark' if dark else 'light'}", whole=True)


def test_without_javascript_one_comments_replies_and_attaches(member, product, here, tab_of):
    tab = tab_of(member, js=False)
    tab.goto(here)

    tab.get_by_label("Write a comment").first.fill("The zip jams.")
    tab.locator("#box input[type=file]").set_input_files(
        {"name": "sketch.txt", "mimeType": "text/plain", "buffer": b"a sketch"}
    )
    tab.get_by_role("button", name="Comment", exact=True).click()

    expect(tab.get_by_role("article")).to_contain_text("The zip jams.")
    expect(tab.get_by_role("article").get_by_role("link", name="sketch.txt")).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [("desk", False), ("phone", True)])
def test_a_public_reply_is_unmistakable_and_confirmed(
    owner, workspace, tab_of, axe, keep, fits, width, dark
):
    ada = CustomerFactory(workspace=workspace, email="ada@shopper.example")
    note = NoteFactory(workspace=workspace, title="The zip jams", customer=ada)
    tab = tab_of(owner, at=width, dark=dark)
    tab.goto(reverse("workspaces:discussion", args=[workspace.slug, "feedback.note", note.pk]))

    tab.get_by_role("radio", name="Public reply").check()
    expect(tab.get_by_text("Anyone with ada@shopper.example sees this")).to_be_visible()
    tab.get_by_label("Write a comment").fill("We are sorry, a new zip is on its way.")
    keep(tab, f"public-reply-{width}")
    axe(tab)
    tab.get_by_role("button", name="Reply publicly…").press("Enter")
    confirm = tab.get_by_role("alertdialog", name="Reply publicly?")
    expect(confirm).to_be_visible()
    expect(confirm.get_by_role("checkbox")).to_be_focused()
    keep(tab, f"public-reply-confirm-{width}")
    fits(tab)
    axe(tab)
    tab.keyboard.press("Space")
    tab.get_by_role("button", name="Send now").press("Enter")

    thread = tab.get_by_role("list", name="Threads").get_by_role("article")
    expect(thread).to_contain_text("Waiting to be sent")
    expect(thread).to_contain_text("Public reply")
    keep(tab, f"public-reply-said-{width}")
    axe(tab)
