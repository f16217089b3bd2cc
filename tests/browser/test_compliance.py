"""From a rule pack to a covered obligation: by keyboard and pointer, as two members do it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from products.compliance.models import EvidenceDoc, Obligation
from products.compliance.recompute import TOPIC
from products.compliance.services import activate_pack
from tests.factories.catalog import CategoryFactory, MarketFactory, ProductFactory
from workspaces.access.roles import Role
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    while recompute_next([TOPIC]):
        pass


def test_a_toy_is_answered_for_shown_and_reviewed(
    member, member_as, tab_of, axe, fits, keep, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    workspace, slug = member.workspace, member.workspace.slug
    for name, country in (("Germany", "DE"), ("USA", "US"), ("United Kingdom", "GB")):
        MarketFactory(workspace=workspace, name=name, country=country)
    toys = CategoryFactory(workspace=workspace, name="Toys")
    puzzle = ProductFactory(workspace=workspace, name="Wooden puzzle", category=toys)
    for key in ("eu-product-safety", "us-children", "uk-products", "eu-chemicals"):
        activate_pack(member.actor, key, 1)
    tab = tab_of(member)

    tab.goto(f"/w/{slug}/compliance/packs/")
    axe(tab)
    keep(tab, "compliance-packs")
    tab.get_by_role("link", name="Activate… EU toy safety").click()
    expect(tab.get_by_role("heading", name="What version 1 changes")).to_be_visible()
    axe(tab)
    keep(tab, "compliance-impact")
    tab.get_by_role("button", name="Activate version 1").press("Enter")
    expect(tab.get_by_text("Active, v1")).to_be_visible()
    axe(tab)
    keep(tab, "compliance-pack")

    tab.goto(f"/w/{slug}/products/{puzzle.pk}/compliance/")
    axe(tab)
    keep(tab, "compliance-tab-questions", whole=True)
    first = tab.locator("form.ask").first
    first.get_by_label("The answer is for").select_option(label="for all of Toys")
    question = first.locator(".ask-question").inner_text()
    first.get_by_role("button", name="Yes").press("Enter")
    expect(tab.locator(".answers")).to_contain_text(question)
    while tab.locator("form.ask").count():
        ask = tab.locator("form.ask").first
        words = ask.locator(".ask-question").inner_text()
        yes = re.search("consumers|toy|children of 12", words)
        with tab.expect_navigation():
            ask.get_by_role("button", name="Yes" if yes else "No").click()
    tab.get_by_role("link", name="Germany").click()
    axe(tab)
    keep(tab, "compliance-tab", whole=True)
    work()

    tab.get_by_role("link", name="Add evidence for EC declaration of conformity").click()
    axe(tab)
    tab.get_by_label("Issuer").fill("Puzzle Ltd")
    day = timezone.now().date()
    tab.get_by_label("Issued on").fill(f"{day:%Y-%m-%d}")
    tab.get_by_label("Valid from").fill(f"{day - timedelta(days=1):%Y-%m-%d}")
    tab.get_by_label("Valid to").fill(f"{day + timedelta(days=300):%Y-%m-%d}")
    paper = {"name": "declaration.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    tab.get_by_label("File", exact=True).set_input_files(paper)
    tab.get_by_role("button", name="Hand in").click()
    expect(tab.get_by_text("It cannot be valid before it was issued.")).to_be_visible()
    keep(tab, "compliance-evidence-form", whole=True)
    tab.get_by_label("Valid from").fill(f"{day:%Y-%m-%d}")
    tab.get_by_label("File", exact=True).set_input_files(paper)
    tab.get_by_role("button", name="Hand in").click()
    expect(tab.get_by_text("1 waiting for review.")).to_be_visible()

    other = tab_of(member_as(Role.PRODUCT))
    other.goto(f"/w/{slug}/evidence/{EvidenceDoc.objects.get().pk}/")
    axe(other)
    keep(other, "compliance-evidence")
    other.get_by_role("button", name="Accept", exact=True).press("Enter")
    expect(other.locator(".page-head-title .tag")).to_have_text("Valid")

    work()
    assert Obligation.objects.get(rule="eu-toys/declaration").status == "covered"
    tab.goto(f"/w/{slug}/compliance/")
    axe(tab)
    keep(tab, "compliance-overview", whole=True)
    for dark in (False, True):
        narrow = tab_of(member, at="phone", dark=dark)
        look = "phone-dark" if dark else "phone"
        narrow.goto(f"/w/{slug}/products/{puzzle.pk}/compliance/")
        axe(narrow)
        keep(narrow, f"compliance-tab-{look}", whole=True)
        narrow.goto(f"/w/{slug}/compliance/")
        axe(narrow)
        keep(narrow, f"compliance-overview-{look}", whole=True)
    tab.goto(f"/w/{slug}/records/obligations/")
    axe(tab)
    keep(tab, "compliance-list")

    for name in ("obligations", "evidence"):
        tab.goto(f"/w/{slug}/records/{name}/")
        tab.get_by_text("Rule template, not legal advice").first.click()
        expect(
            tab.get_by_text(re.compile("PM Workspace templates · reviewed")).first
        ).to_be_visible()
        axe(tab)
        fits(tab)
        keep(tab, f"compliance-list-of-{name}")
