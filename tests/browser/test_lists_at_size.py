"""Lists of very many records: they go on as one scrolls, and stay a table one can work in."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from products.catalog.models import Product
from tests.factories.catalog import ProductFactory
from workspaces.jobs.models import Job
from workspaces.jobs.running import RunningJob

MANY = 760


@pytest.fixture
def url(workspace):
    return reverse("products:list", args=[workspace.slug])


@pytest.fixture
def shop(workspace):
    rows = [
        Product(workspace=workspace, name=f"Product {n:04d}", handle=f"p-{n}", state="live")
        for n in range(MANY)
    ]
    Product.objects.bulk_create(rows)
    return workspace


def box(tab):
    return tab.locator(".table-scroll")


def scroll_to(tab, name, by=4_000):
    """Scroll down until a row is there, as somebody who looks for it."""
    row = tab.get_by_role("link", name=name)
    for _ in range(60):
        if row.count():
            break
        box(tab).evaluate("(box, by) => { box.scrollTop += by }", by)
        tab.wait_for_timeout(60)
    row.scroll_into_view_if_needed()
    return row


def run_next_job():
    """What a worker does when the bell rings."""
    job = Job.objects.filter(state="queued").latest("pk")
    RunningJob(Job.objects.claim(job.pk)).run()


def test_rows_come_while_one_scrolls_and_leave_again(shop, member, tab_of, url, axe, fits, keep):
    tab = tab_of(member)
    tab.goto(f"{url}?sort=name&frozen=1")
    expect(tab.locator("tr[data-pk]")).to_have_count(50)

    scroll_to(tab, f"Product {MANY - 1:04d}")

    expect(tab.get_by_role("status").filter(has_text=f"All {MANY} shown")).to_be_visible()
    assert tab.locator("tr[data-pk]").count() < MANY  # those out of sight are taken out
    head = tab.locator("th[data-column=name]")
    assert head.bounding_box()["y"] == pytest.approx(box(tab).bounding_box()["y"], abs=2)
    last = tab.locator("tr[data-pk]").last
    expect(last).to_have_attribute("aria-rowindex", str(MANY + 1))
    expect(tab.locator("table.records")).to_have_attribute("aria-rowcount", str(MANY + 1))
    axe(tab)
    fits(tab)
    keep(tab, "list-scrolled")


def test_the_place_is_kept_for_reloading_and_going_back(shop, member, tab_of, url):
    tab = tab_of(member)
    tab.goto(f"{url}?sort=name")
    row = scroll_to(tab, "Product 0400", by=1_500)
    expect(tab).to_have_url(re.compile("after="))
    tab.wait_for_timeout(300)

    row.click()
    expect(tab.get_by_role("heading", name="Product 0400")).to_be_visible()
    tab.go_back()

    back = tab.get_by_role("link", name="Product 0400")
    expect(back).to_be_in_viewport()
    tab.reload()
    expect(tab.get_by_role("link", name="Product 0400")).to_be_in_viewport()
    for _ in range(12):  # and upward again, to the very first
        box(tab).evaluate("box => { box.scrollTop = 0 }")
        tab.wait_for_timeout(120)
    expect(tab.get_by_role("link", name="Product 0000")).to_be_in_viewport()


def test_rows_far_apart_are_chosen_with_shift_and_sent_together(shop, member, tab_of, url):
    tab = tab_of(member)
    tab.goto(f"{url}?sort=name")
    tab.get_by_label("Choose Product 0003").check()
    scroll_to(tab, f"Product {MANY - 1:04d}")
    tab.get_by_label("Choose Product 0700").click(modifiers=["Shift"])
    expect(tab.locator("#bulk [data-count]")).to_have_text("698")
    assert tab.get_by_label("Choose Product 0300").count() == 0  # out of sight, and yet chosen

    tab.get_by_label("What to change").select_option(label="Set product type")
    tab.get_by_label("New value").fill("Tent")
    tab.get_by_role("button", name="Apply").last.click()

    expect(tab.get_by_role("heading", name="Change 698 products")).to_be_visible()


def test_all_that_match_are_changed_as_a_job_and_taken_back(shop, member, tab_of, url, axe):
    more = [
        Product(workspace=shop, name=f"Further {n:04d}", handle=f"f-{n}", product_type="Old")
        for n in range(1_000 - MANY)
    ]
    Product.objects.bulk_create(more)
    before = dict(Product.objects.values_list("pk", "product_type"))
    tab = tab_of(member)
    tab.goto(f"{url}?sort=name")
    tab.get_by_label("Choose every row of this page").check()
    tab.get_by_label("that match").check()
    held = []
    tab.route("**/bulk/value/**", lambda route: held.append(route))
    tab.get_by_label("What to change").select_option(label="Set product type")
    expect(tab.get_by_label("New value")).to_be_disabled()  # what is typed now would be lost
    held.pop().continue_()
    tab.get_by_label("New value").fill("Tent")
    tab.get_by_role("button", name="Apply").last.click()
    expect(tab.get_by_role("heading", name="Change 1000 products")).to_be_visible()

    run_next_job()
    expect(tab.get_by_text("1000 changed, 0 left as they are")).to_be_visible()
    assert set(Product.objects.values_list("product_type", flat=True)) == {"Tent"}
    axe(tab)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("heading", name="Undo 1000 changes")).to_be_visible()
    run_next_job()

    expect(tab.get_by_text("1000 undone, 0 left as they are")).to_be_visible()
    assert dict(Product.objects.values_list("pk", "product_type")) == before


def test_keys_reach_rows_that_are_not_there_yet(shop, member, tab_of, url):
    tab = tab_of(member)
    tab.goto(f"{url}?sort=name&columns=name,product_type")
    first = tab.locator("tr[data-pk]").first.locator("td").nth(2)
    first.click()
    for _ in range(60):
        tab.keyboard.press("PageDown")
        tab.wait_for_timeout(40)
        if tab.get_by_text(f"Product {MANY - 1:04d}").count():
            break
    tab.keyboard.press("Control+End")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.type("Tent")
    tab.keyboard.press("Enter")

    expect(tab.get_by_text("1 saved.")).to_be_visible()
    assert Product.objects.get(product_type="Tent").name == f"Product {MANY - 2:04d}"
    tab.keyboard.press("Control+Home")
    expect(tab.get_by_role("link", name="Product 0000")).to_be_in_viewport()
    tab.keyboard.press("Control+z")
    expect(tab.get_by_text("Taken back.")).to_be_visible()
    assert not Product.objects.filter(product_type="Tent").exists()


def test_without_scripts_a_link_leads_on(shop, member, tab_of, url):
    tab = tab_of(member, js=False)
    tab.goto(f"{url}?sort=name")
    expect(tab.locator("tr[data-pk]")).to_have_count(50)
    tab.get_by_role("link", name="Next").click()
    expect(tab.get_by_role("link", name="Product 0050")).to_be_visible()


def test_a_group_that_goes_on_is_said_once(shop, member, tab_of, url):
    ProductFactory(workspace=shop, name="Zelt", state="watch")
    tab = tab_of(member)
    tab.goto(f"{url}?sort=name&group=state")
    scroll_to(tab, "Zelt")
    box(tab).evaluate("box => { box.scrollTop = 0 }")
    expect(tab.get_by_role("link", name="Product 0000")).to_be_in_viewport()
    assert tab.locator(".group-row").filter(has_text="Live").count() == 1


def test_a_column_goes_on_while_one_scrolls_and_its_cards_move(shop, member, tab_of, url, axe):
    ProductFactory(workspace=shop, name="Gone", state="discontinued")
    tab = tab_of(member)
    tab.goto(f"{url}?layout=board&sort=name")
    live = tab.locator("section[data-value=live]")
    cards = live.locator("[data-cards]")
    expect(live.locator(".board-card")).to_have_count(25)
    assert tab.get_by_text("Gone").count() == 0
    asked = []
    tab.on("request", lambda one: asked.append(one.url) if "/inbox/waiting/" in one.url else None)
    for _ in range(400):
        cards.evaluate("list => { list.scrollTop = list.scrollHeight }")
        tab.wait_for_timeout(60)
        if live.locator(".board-card").count() == MANY:
            break
    expect(live.locator(".board-card")).to_have_count(MANY)
    expect(live.locator(".board-more")).to_have_count(0)
    assert len(asked) < MANY / 25  # the navigation's number is not asked for once for each card
    axe(tab)

    last = live.locator(".board-card").last
    last.focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    tab.get_by_label("Reason", exact=True).fill("Too many come back")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("status").filter(has_text="is in Watch")).to_be_visible()
    assert Product.objects.get(state="watch").name == f"Product {MANY - 1:04d}"

    tab.get_by_role("button", name="Show 1", exact=True).click()
    expect(tab.get_by_role("link", name="Gone", exact=True)).to_be_visible()


def test_down_leads_on_behind_the_last_card(shop, member, tab_of, url):
    tab = tab_of(member)
    tab.goto(f"{url}?layout=board&sort=name")
    tab.locator("section[data-value=live] .board-card").nth(24).focus()
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(".board-card:focus")).to_contain_text("Product 0025")
