"""The shell: what every page has around it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pm_workspace.navigation import ACTIONS, ENTRIES, address
from tests.factories.catalog import ProductFactory, VariantFactory
from workspaces.access.roles import GRANTS, Role
from workspaces.search.recompute import recompute_all_entries

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pm_workspace.gallery.site"),
]


@pytest.fixture
def find(member):
    return reverse("home:palette", args=[member.workspace.slug])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("at", ["desk", "phone"])
def test_every_component_reads_well(at, dark, db, tab_of, axe, keep, fits):
    tab = tab_of(at=at, dark=dark)

    tab.goto("/gallery/")
    expect(tab.locator(".chart.is-drawn svg")).to_be_visible()

    keep(tab, f"gallery-{at}-{'dark' if dark else 'light'}", whole=True)
    fits(tab)
    axe(tab)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_search_finds_a_product_by_keyboard_alone(dark, member, find, tab_of, axe, keep):
    jacket = ProductFactory(workspace=member.workspace, name="Trail Jacket")
    VariantFactory(workspace=member.workspace, product=jacket, sku="TJ-1")
    ProductFactory(name="Trail Jacket of somebody else")
    recompute_all_entries(member.workspace.pk)
    tab = tab_of(member, dark=dark)
    tab.goto(find)

    tab.keyboard.press("Control+k")
    box = tab.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    box.press_sequentially("jack")
    options = tab.get_by_role("option")
    expect(options).to_have_text([re.compile("Trail Jacket"), re.compile("All results")])
    expect(options.first).to_have_attribute("aria-selected", "true")
    keep(tab, f"palette-{'dark' if dark else 'light'}")
    axe(tab)
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("listbox")).to_be_hidden()
    box.fill("tj-1")
    expect(options.first).to_contain_text("exact")
    tab.keyboard.press("Enter")

    expect(tab).to_have_url(re.compile(rf"/products/{jacket.pk}/"))


def test_the_keys_move_open_and_help_and_can_be_switched_off(member, find, tab_of, axe):
    tab = tab_of(member)
    tab.goto(find)

    tab.keyboard.press("c")
    expect(tab.locator("#menu-new").get_by_role("link", name="Note down feedback")).to_be_focused()
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    help_dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_dialog).to_be_visible()
    axe(tab)
    tab.get_by_label("Single-key shortcuts are on").uncheck()
    tab.keyboard.press("Escape")
    tab.keyboard.press("c")
    expect(tab.locator("#menu-new")).to_be_hidden()
    tab.keyboard.press("Control+k")
    tab.get_by_role("combobox", name="Search").press_sequentially("?gc")

    expect(help_dialog).to_be_hidden()
    tab.evaluate("localStorage.clear()")
    tab.get_by_role("combobox", name="Search").blur()
    tab.keyboard.press("g")
    tab.keyboard.press("u")
    expect(tab).to_have_url(re.compile("/members/"))


def test_the_theme_is_chosen_and_stays(member, find, tab_of):
    tab = tab_of(member)
    tab.goto(find)
    page = tab.locator("html")
    expect(page).to_have_attribute("data-bs-theme", "light")

    tab.get_by_role("button", name="Your account").click()
    tab.get_by_role("button", name="Dark").click()
    expect(page).to_have_attribute("data-bs-theme", "dark")
    tab.reload()

    expect(page).to_have_attribute("data-bs-theme", "dark")


def test_the_menu_names_who_is_signed_in_and_signs_out(member, find, tab_of, axe):
    tab = tab_of(member)
    tab.goto(find)

    tab.get_by_role("button", name="Your account").click()
    menu = tab.locator("#menu-account")
    expect(menu).to_contain_text(member.user.name)
    expect(menu).to_contain_text("Product manager")
    axe(tab)
    tab.get_by_role("button", name="Sign out").click()
    tab.goto(find)

    expect(tab).to_have_url(re.compile("/accounts/login/"))


def test_the_switcher_lists_only_ones_own_workspaces(member, outsider, find, tab_of):
    tab = tab_of(member)
    tab.goto(find)

    tab.get_by_role("button", name=member.workspace.name).click()
    own = tab.locator("#switch-list").get_by_role("link", name=member.workspace.name)

    expect(own).to_be_visible()
    expect(tab.locator("#switch-list")).not_to_contain_text(outsider.workspace.name)


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_shows_what_the_role_opens_and_nothing_else(role, member_as, client_of):
    someone = member_as(role)
    slug = someone.workspace.slug
    page = client_of(someone).get(reverse("home:palette", args=[slug])).content.decode()

    for place in [*ENTRIES, *ACTIONS]:
        url = address(place.url_name, slug)
        shown = f'href="{url}"' in page
        assert shown == any(
            other.perm in GRANTS[role]
            for other in [*ENTRIES, *ACTIONS]
            if address(other.url_name, slug) == url
        ), place


@pytest.mark.parametrize("place", [*ENTRIES, *ACTIONS], ids=lambda place: place.label)
def test_a_place_asks_for_the_permission_its_page_asks_for(place):
    from django.urls import resolve

    url = address(place.url_name, "any")

    assert url, f"{place.url_name} has no page"
    stamped = resolve(url).func.required_perm
    assert roles_with(place.perm) <= roles_with(stamped)
    assert place in ACTIONS or place.perm == stamped


def roles_with(perm):
    return {role for role in Role if perm in GRANTS[role]}


def test_on_a_phone_the_navigation_opens_over_the_page(member, find, tab_of, axe, keep, fits):
    tab = tab_of(member, at="phone")
    tab.goto(find)
    nav = tab.get_by_role("navigation", name="Main")
    expect(nav).to_be_hidden()
    fits(tab)

    tab.get_by_role("button", name="Navigation").click()

    expect(nav).to_be_visible()
    keep(tab, "navigation-phone")
    axe(tab)
    tab.keyboard.press("Escape")
    expect(nav).to_be_hidden()


def test_a_deletion_is_undone_from_its_toast(member, tab_of, axe):
    jacket = ProductFactory(workspace=member.workspace, name="Trail Jacket")
    tab = tab_of(member)
    tab.goto(reverse("products:product", args=[member.workspace.slug, jacket.pk]))
    tab.get_by_role("button", name="Delete").click()
    toast = tab.get_by_role("status", name="Messages")
    jacket.refresh_from_db()
    assert jacket.deleted_at is not None
    axe(tab)

    toast.get_by_role("button", name="Undo").click()

    expect(toast.get_by_role("button", name="Undo")).to_have_count(0)
    jacket.refresh_from_db()
    assert jacket.deleted_at is None


def test_the_shell_asks_the_database_for_the_session_and_the_door_alone(
    member, client_of, find, queries
):
    client = client_of(member)
    client.get(find)

    assert queries(lambda: client.get(find)) == len(["session", "membership"])


@pytest.mark.parametrize("at", ["desk", "phone"])
def test_refusals_say_what_to_do(at, viewer, tab_of, axe, fits):
    tab = tab_of(viewer, at=at)

    for url in (f"/w/{viewer.workspace.slug}/settings/", "/w/of-nobody/"):
        tab.goto(url)
        expect(tab.get_by_role("link", name="To your workspace")).to_be_visible()
        fits(tab)
        axe(tab)


def test_without_javascript_pages_are_read_and_searched(member, find, tab_of):
    ProductFactory(workspace=member.workspace, name="Rain Shell")
    recompute_all_entries(member.workspace.pk)
    tab = tab_of(member, js=False)
    tab.goto(find)

    tab.get_by_role("searchbox", name="Search", exact=True).fill("rain")
    tab.get_by_role("searchbox", name="Search", exact=True).press("Enter")

    expect(tab.get_by_role("main").get_by_role("link", name="Rain Shell")).to_be_visible()
    expect(tab.get_by_role("navigation", name="Main")).to_be_visible()


def test_the_first_tab_stop_skips_to_the_content(member, find, tab_of):
    tab = tab_of(member)
    tab.goto(find)

    tab.keyboard.press("Tab")

    expect(tab.get_by_role("link", name="Skip to content")).to_be_focused()
