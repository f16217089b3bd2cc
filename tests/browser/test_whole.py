"""A text that is cut off shows whole to whoever reaches it by key or pointer."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.catalog import ProductFactory

LONG = "Kids Puffer with a name that says everything there is to say about it " * 2


@pytest.mark.parametrize("dark", [False, True])
def test_a_name_that_is_cut_off_is_read_by_keyboard_and_put_away(
    workspace, member, tab_of, axe, dark
):
    ProductFactory(workspace=workspace, name=LONG.strip(), state="live")
    tab = tab_of(member, dark=dark)
    tab.goto(reverse("products:list", args=[workspace.slug]))
    tab.locator("pm-whole:defined").wait_for(state="attached")
    whole = tab.locator("pm-whole")
    name = tab.locator("tbody a", has_text="Kids Puffer").first

    name.focus()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    expect(whole).to_be_visible()
    expect(whole).to_contain_text(LONG.strip())
    axe(tab)
    tab.keyboard.press("Escape")
    expect(whole).to_be_hidden()

    name.hover()
    expect(whole).to_be_visible()


def test_the_head_of_a_figure_says_which_days_it_speaks_of(workspace, member, tab_of):
    ProductFactory(workspace=workspace, state="live")
    tab = tab_of(member)
    tab.goto(reverse("products:list", args=[workspace.slug]))
    head = tab.get_by_role("link", name="Return rate, 90 d")
    head.hover()
    expect(tab.locator("pm-whole")).to_contain_text("Of the last 90 days, today included.")
