"""A launch in the browser: planned from a template, judged, confirmed by two, and let go."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from pm_workspace.demo.launching import add_launches
from roadmaps.launches.models import Launch
from roadmaps.launches.states import CRITERIA
from tests.factories.catalog import ProductFactory, VariantFactory
from workspaces.access.roles import Role
from workspaces.staleness.recompute import recompute_next


def worked():
    while recompute_next(["readiness"]):
        pass


def score_tier(page, points):
    for one in CRITERIA:
        group = page.get_by_role("group", name=one.label)
        group.get_by_role("radio", name=str(points), exact=True).check()
    page.get_by_role("button", name="Score it").click()


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_planned_judged_confirmed_and_let_go(
    member, owner, admin_member, workspace, tab_of, axe, fits, keep, at, dark
):
    product = ProductFactory(workspace=workspace, name="Trail Jacket")
    VariantFactory(workspace=workspace, product=product)
    page = tab_of(member, at=at, dark=dark)
    page.goto(reverse("roadmaps:launches", args=[workspace.slug]))
    page.goto(reverse("roadmaps:launch_new", args=[workspace.slug]))
    page.get_by_role("textbox", name="Title").fill("Trail Jacket 2.0 — EU launch")
    day = timezone.now().date() + timedelta(days=70)
    page.get_by_label("Planned for").fill(day.isoformat())
    page.get_by_label("Template").select_option(label="Variant or relaunch · Tier 3")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url("**/plan/")
    launch = Launch.objects.get(workspace=workspace)
    page.get_by_label("Add to products").select_option(label="Trail Jacket")
    page.get_by_role("region", name="Products").get_by_role("button", name="Add").click()
    expect(page.get_by_role("link", name="Trail Jacket", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("Start.*launch brief")).click()
    page.get_by_role("button", name=re.compile("Done.*launch brief")).click()
    expect(page.get_by_role("button", name=re.compile("Reopen.*launch brief"))).to_be_visible()
    axe(page)
    fits(page)
    keep(page, f"launch-plan-{at}")

    page.get_by_role("link", name="Specification").first.click()
    page.get_by_role("textbox", name="Line").fill("Zip survives 5,000 cycles")
    page.get_by_label("No Go without it").check()
    page.get_by_role("region", name="Add a line").get_by_role("button", name="Add").click()
    page.get_by_text("Judge: Zip survives").click()
    page.get_by_label("Verdict").select_option("confirmed")
    page.get_by_label("What was found").first.fill("5,212 in the laboratory")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="Confirmed")).to_be_visible()
    axe(page)
    fits(page)
    keep(page, f"launch-specification-{at}")

    page.get_by_role("link", name="Approvals").last.click()
    score_tier(page, 1)
    expect(page.get_by_text("confirmed by 1 of 2")).to_be_visible()
    axe(page)
    fits(page)
    keep(page, f"launch-approvals-{at}")
    second = tab_of(owner, at=at, dark=dark)
    second.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk, "approvals"]))
    second.get_by_role("button", name="Confirm tier 3").click()
    expect(second.get_by_text("confirmed by 2 of 2")).to_be_visible()

    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk]))
    worked()
    expect(page.get_by_role("heading", name="Why")).to_be_visible(timeout=15_000)
    blocker = page.get_by_role("region", name="Blockers")
    expect(blocker.get_by_text("Test has not signed", exact=True)).to_be_visible()
    keep(page, f"launch-readiness-{at}")
    axe(page)
    fits(page)
    blocker.get_by_role("link", name=re.compile("Resolve.*Test has not signed")).click()
    page.get_by_role("button", name="Sign").first.click()
    expect(page.get_by_text("Signed", exact=True)).to_be_visible()
    worked()
    page.goto(reverse("roadmaps:launch", args=[workspace.slug, launch.pk]))
    expect(page.get_by_text("Nothing keeps it from going")).to_be_visible()
    page.get_by_text("Set an area by hand").click()
    page.get_by_label("Area", exact=True).select_option("customers")
    page.get_by_label("Done, in %").fill("80")
    page.get_by_label("Why", exact=True).fill("Beta testers are content.")
    page.get_by_role("button", name="Set", exact=True).click()
    worked()
    expect(page.get_by_text("Set by hand by")).to_be_visible(timeout=15_000)
    axe(page)
    fits(page)
    keep(page, f"launch-ready-{at}")


def test_the_list_the_board_and_what_counts(member_as, workspace, tab_of, axe, fits, keep):
    people = {role: member_as(role) for role in Role}
    page = tab_of(people[Role.PRODUCT])
    page.goto(reverse("roadmaps:launches", args=[workspace.slug]))
    axe(page)
    keep(page, "launches-none")
    products = {}
    for handle in ("trail-jacket", "merino-tee", "kids-puffer"):
        products[handle] = ProductFactory(workspace=workspace, handle=handle, name=handle)
        VariantFactory(workspace=workspace, product=products[handle])
    add_launches({role: one.actor for role, one in people.items()}, products)
    worked()
    page.reload()
    expect(page.get_by_role("link", name="Trail Jacket 2.0 — EU launch")).to_be_visible()
    axe(page)
    keep(page, "launches-list")
    page.get_by_role("link", name="Board").first.click()
    expect(page.get_by_text("Trail Jacket 2.0 — EU launch").first).to_be_visible()
    axe(page)
    keep(page, "launches-board")
    page.get_by_text("Trail Jacket 2.0 — EU launch").first.click()
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    keep(page, "launch-sample")
    axe(page)
    owner = tab_of(people[Role.OWNER])
    owner.goto(reverse("roadmaps:launch_weights", args=[workspace.slug]))
    owner.get_by_label("Marketing").fill("40")
    owner.get_by_role("button", name="Save as a new version").click()
    expect(owner.get_by_text("Tier 1, version 2")).to_be_visible()
    expect(owner.get_by_label("Marketing")).to_have_value("40")
    axe(owner)
    fits(owner)
    keep(owner, "launch-weights")
