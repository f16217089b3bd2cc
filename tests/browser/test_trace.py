"""The trace beside a record: it comes a moment later, leads both ways, and takes links by hand."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.catalog import ProductFactory, SupplierFactory, VariantFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("at", "dark"), [("desk", False), ("phone", True)], ids=["desk-light", "phone-dark"]
)
def test_a_record_is_linked_and_unlinked_beside_it(at, dark, member, tab_of, axe, keep, fits):
    product = ProductFactory(workspace=member.workspace, name="Trail Jacket")
    VariantFactory(workspace=member.workspace, product=product, sku="TJ-1")
    SupplierFactory(workspace=member.workspace, name="Alpine Ltd")
    tab = tab_of(member, at=at, dark=dark)
    tab.goto(reverse("products:product", args=[member.workspace.slug, product.pk]))
    trace = tab.get_by_role("region", name="Trace")
    expect(trace.get_by_role("link", name="TJ-1")).to_be_visible()

    trace.get_by_role("link", name="Link a record").press("Enter")
    tab.get_by_label("Trail Jacket").select_option("comes_from")
    tab.get_by_label("Which record").press_sequentially("alp")
    found = tab.get_by_role("button", name=re.compile("Alpine Ltd"))
    expect(found).to_be_visible()
    keep(tab, f"link-{at}")
    found.press("Enter")

    linked = trace.get_by_role("link", name="Alpine Ltd")
    expect(linked).to_be_visible()
    fits(tab)
    axe(tab)
    keep(tab, f"trace-{at}", whole=True)
    trace.get_by_role("button", name="Unlink Alpine Ltd").press("Enter")
    expect(trace.get_by_role("link", name="TJ-1")).to_be_visible()
    expect(linked).to_have_count(0)
