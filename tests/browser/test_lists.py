"""A list as people work in it: by keyboard, in cells, on a board, with views of their own."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from products.catalog.models import Product
from tests.factories.catalog import BrandFactory, ProductFactory


@pytest.fixture
def url(workspace):
    return reverse("products:list", args=[workspace.slug])


def test_a_view_is_built_kept_and_opened_again(workspace, member, tab_of, url, axe, fits):
    ProductFactory(workspace=workspace, name="Trail Jacket", state="live")
    ProductFactory(workspace=workspace, name="Gift Card", state="ready")
    tab = tab_of(member)
    tab.goto(f"{url}?filters=1")

    tab.get_by_label("Field").first.select_option(label="Name")
    tab.get_by_label("Value of Name").fill("jacket")
    axe(tab)
    tab.get_by_role("button", name="Apply").last.click()

    expect(tab.get_by_role("link", name="Trail Jacket")).to_be_visible()
    expect(tab.get_by_role("link", name="Gift Card")).to_have_count(0)
    tab.get_by_role("button", name="Save as view").click()
    tab.get_by_role("textbox", name="Name", exact=True).fill("Jackets")
    tab.get_by_role("button", name="Save view").click()
    expect(tab.get_by_role("link", name="Jackets")).to_have_attribute("aria-current", "page")
    expect(tab).to_have_url(re.compile(r"view=\d+$"))
    expect(tab.get_by_role("link", name="Gift Card")).to_have_count(0)
    fits(tab)


def test_cells_are_edited_filled_and_taken_back_by_keys(workspace, member, tab_of, url, axe):
    BrandFactory(workspace=workspace, name="Fjell")
    ProductFactory.create_batch(3, workspace=workspace)
    tab = tab_of(member)
    tab.goto(f"{url}?columns=name,brand")
    rows = tab.locator("tbody tr")

    rows.nth(0).locator("td").nth(2).click()
    tab.keyboard.type("Fjell")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("1 saved.")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("Fjell")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Shift+ArrowDown")
    tab.keyboard.press("Shift+ArrowDown")
    tab.keyboard.press("Control+d")
    expect(rows.nth(2)).to_contain_text("Fjell")
    expect(tab.get_by_text("2 saved.")).to_be_visible()
    assert Product.objects.exclude(brand=None).count() == 3

    rows.nth(1).locator("td").nth(2).click()
    tab.keyboard.type("Nobody")
    tab.keyboard.press("Enter")
    expect(rows.nth(1)).to_contain_text("There is no “Nobody”")
    axe(tab)
    tab.keyboard.press("Control+z")
    expect(rows.nth(2)).not_to_contain_text("Fjell")
    assert Product.objects.exclude(brand=None).count() == 1


def test_a_board_by_keyboard_alone(workspace, member, tab_of, url, axe):
    product = ProductFactory(workspace=workspace, name="Trail Jacket", state="ready")
    ProductFactory(workspace=workspace, name="Trail Hat", state="proposed")
    tab = tab_of(member)
    tab.goto(f"{url}?layout=board")
    card = tab.locator(".board-card", has_text="Trail Jacket")
    axe(tab)
    for column in ("Proposed", "Ready"):
        head = tab.get_by_role("region", name=column).locator(".board-head")
        expect(head).to_have_text(f"{column} 1")

    card.focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    tab.get_by_label("Reason", exact=True).fill("The committee said go")
    tab.keyboard.press("Enter")

    expect(tab.get_by_role("status").filter(has_text="is in Live")).to_be_visible()
    expect(tab.get_by_role("region", name="Live").locator(".board-head")).to_have_text("Live 1")
    product.refresh_from_db()
    assert product.state == "live"
