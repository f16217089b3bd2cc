"""Home and the pages of figures in a real browser, wide and narrow, light and dark."""

import pytest
from django.urls import reverse

from tests.finance.shops import selling

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_home_and_figures_read_well(workspace, member, tab_of, axe, fits, keep, at, dark):
    product = selling(workspace)
    tab = tab_of(member, at=at, dark=dark)
    pages = {
        "home": reverse("home:home", args=[workspace.slug]),
        "metric": reverse("finance:metric", args=[workspace.slug, "contribution_rate"]),
        "metrics": reverse("finance:metrics", args=[workspace.slug]),
        "product": reverse("products:product", args=[workspace.slug, product.pk]),
        "product-finance": reverse(
            "products:product", args=[workspace.slug, product.pk, "finance"]
        ),
    }
    for name, address in pages.items():
        tab.goto(address)
        tab.wait_for_load_state("networkidle")
        fits(tab)
        axe(tab)
        keep(tab, f"{name}-{at}-{'dark' if dark else 'light'}", whole=True)


def test_a_tile_leads_to_its_definition_with_the_same_days(workspace, member, tab_of):
    selling(workspace)
    tab = tab_of(member)
    tab.goto(reverse("home:home", args=[workspace.slug]))
    tab.get_by_role("button", name="Last 30 days").click()
    tab.get_by_role("link", name="Last 7 days").click()
    tab.get_by_role("link", name="Net revenue", exact=True).click()
    tab.get_by_text("€601.11 − €0.00 − €50.00").wait_for()
    assert "range=7d" in tab.url
