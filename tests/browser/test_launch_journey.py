"""A launch from its template to the day it is out: a red gate locks Go, and its reason leads to
where it is put right. Three people, mouse and keys; the figures are worked out apart."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.clock import today
from products.catalog.models import Market
from products.catalog.services_lists import create_entry
from products.compliance.models import EvidenceDoc
from products.compliance.services import activate_pack, import_pack
from roadmaps.launches.models import Launch
from roadmaps.launches.states import CRITERIA
from tests.browser.keyboard import Keyboard
from tests.factories.catalog import ProductFactory, VariantFactory
from workspaces.approvals.models import Approval
from workspaces.audit.relay import relay_next
from workspaces.staleness.recompute import recompute_next

pytestmark = pytest.mark.django_db(transaction=True)
DUTY, LINE = "Show that its dyes are harmless", "Zip survives 5,000 cycles"
PACK = {
    "key": "house",
    "version": 1,
    "title": "House rules",
    "jurisdiction": "EU",
    "owner": "Ada",
    "reviewed_on": "2026-11-01",
    "rules": [
        {
            "key": "dyes",
            "when": {"fact": "market", "is": "EU"},
            "obligation": DUTY,
            "evidence": ["certificate"],
            "gate": True,
            "from": "2020-01-01",
            "source": {"act": "House", "article": "1", "url": "https://example.com/rule"},
        }
    ],
}


def worked():
    """What workers would have done by now."""
    while relay_next():
        pass
    while recompute_next():
        pass


def figures(page):
    """The score of the ring and what the table says it is made of."""
    rows = {}
    for row in page.locator(".ready-areas tbody tr").all():
        name = row.get_by_role("rowheader").inner_text().strip()
        weight, points = (float(each) for each in row.locator("td.num").all_inner_texts())
        percent = float(row.locator(".progress-note").inner_text().removesuffix("%").strip())
        rows[name] = (weight, points, percent)
    taken = page.get_by_role("row", name="Taken by red gates").locator(".num")
    cap = abs(float(taken.inner_text().replace("−", "-"))) if taken.count() else 0.0
    ring = page.get_by_role("img", name=re.compile(r"Readiness \d+ of 100"))
    score = float(re.sub(r"\D", "", ring.get_attribute("aria-label").removesuffix("of 100")))
    return rows, cap, score


def adds_up(page):
    rows, cap, score = figures(page)
    total = sum(weight for weight, _, _ in rows.values())
    for weight, points, percent in rows.values():
        assert points == pytest.approx(100 * weight * percent / 100 / total, abs=0.6)
    assert score == pytest.approx(sum(points for _, points, _ in rows.values()) - cap, abs=1)
    return rows


def move(page, word, *, by_key=False):
    page.get_by_text("Move to", exact=True).click()
    button = page.get_by_role("button", name=word, exact=True)
    if by_key:
        button.press("Enter")
    else:
        button.click()


def state(page, word):
    expect(page.locator(".page-head-title .tag").first).to_have_text(word)


def judge(page, verdict):
    page.get_by_text(f"Judge: {LINE}").click()
    page.get_by_label("Verdict").select_option(verdict)
    page.get_by_label("What was found").first.fill("5,212 in the laboratory")
    page.get_by_role("button", name="Save").click()


@pytest.fixture
def jacket(workspace, member, settings, tmp_path):
    """A jacket with a price, and Germany as an import of orders made it: a name alone."""
    settings.MEDIA_ROOT = tmp_path
    product = ProductFactory(workspace=workspace, name="Trail Jacket")
    VariantFactory(workspace=workspace, product=product)
    create_entry(member.actor, Market, name="Germany")
    import_pack(member.actor, json.dumps(PACK).encode())
    activate_pack(member.actor, "house", 1)
    worked()
    return product


def plan(page, workspace):
    """From the template, by keys; then what it brings where."""
    page.goto(reverse("roadmaps:launch_new", args=[workspace.slug]))
    keys = Keyboard(page)
    keys.write("Title", "Trail Jacket 2.0")
    day = timezone.now().date() + timedelta(days=70)
    page.get_by_label("Planned for").fill(day.isoformat())
    page.get_by_label("Template").select_option(label="Variant or relaunch · Tier 3")
    keys.push("button", "Plan it")
    page.wait_for_url("**/plan/")
    for what, name in (("products", "Trail Jacket"), ("markets", "Germany")):
        page.get_by_label(f"Add to {what}").select_option(label=name)
        region = page.get_by_role("region", name=what.capitalize())
        region.get_by_role("button", name="Add").click()
        expect(region.get_by_text(name, exact=True).first).to_be_visible()
    return Launch.objects.get(workspace=workspace)


def specify(page, there):
    page.goto(f"{there}specification/")
    page.get_by_role("textbox", name="Line").fill(LINE)
    page.get_by_label("No Go without it").check()
    page.get_by_role("region", name="Add a line").get_by_role("button", name="Add").click()
    judge(page, "confirmed")
    expect(page.get_by_role("cell", name="Confirmed")).to_be_visible()
    page.get_by_role("button", name="Sign").first.click()
    expect(page.get_by_text("Signed", exact=True)).to_be_visible()


def agree_on_the_tier(page, second, there):
    page.goto(f"{there}approvals/")
    for one in CRITERIA:
        group = page.get_by_role("group", name=one.label)
        group.get_by_role("radio", name="1", exact=True).check()
    page.get_by_role("button", name="Score it").click()
    expect(page.get_by_text("confirmed by 1 of 2")).to_be_visible()
    second.goto(f"{there}approvals/")
    second.get_by_role("button", name="Confirm tier 3").click()
    expect(second.get_by_text("confirmed by 2 of 2")).to_be_visible()


def show_evidence(page, reviewer, slug):
    """From the blocker to the product, the document handed in, and accepted by another."""
    blockers = page.get_by_role("region", name="Blockers")
    blockers.get_by_role("link", name=re.compile(f"Resolve.*{DUTY}")).click()
    page.wait_for_url("**/compliance/**")
    page.get_by_role("link", name=re.compile(f"Add evidence for {DUTY}")).click()
    page.get_by_label("Title").fill("Dye certificate")
    page.get_by_label("Issuer").fill("Testing Ltd")
    day = timezone.now().date()
    page.get_by_label("Issued on").fill(day.isoformat())
    page.get_by_label("Valid from").fill(day.isoformat())
    page.get_by_label("Valid to").fill((day + timedelta(days=400)).isoformat())
    paper = {"name": "dyes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    page.get_by_label("File", exact=True).set_input_files(paper)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("1 waiting for review.")).to_be_visible()
    reviewer.goto(f"/w/{slug}/evidence/{EvidenceDoc.objects.get().pk}/")
    reviewer.get_by_role("button", name="Accept", exact=True).press("Enter")
    expect(reviewer.locator(".page-head-title .tag")).to_have_text("Valid")


def ask_for_go(page, there, *people):
    page.goto(f"{there}approvals/")
    page.get_by_role("link", name="Ask for approval: Go").click()
    page.get_by_label("What is to be approved").fill("Launch the jacket?")
    for one in people:
        page.get_by_role("checkbox", name=re.compile(re.escape(str(one.user)))).check()
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**/approvals/**")


def test_from_the_template_to_the_day_it_is_out(
    member, owner, admin_member, workspace, jacket, tab_of, axe, keep
):
    page, second, third = tab_of(member), tab_of(owner), tab_of(admin_member)
    launch = plan(page, workspace)
    there = reverse("roadmaps:launch", args=[workspace.slug, launch.pk])
    specify(page, there)
    agree_on_the_tier(page, second, there)
    worked()
    page.goto(there)
    before = adds_up(page)
    assert before["Compliance"][2] == 0
    assert before["Specification"][2] == 100
    keep(page, "journey-launch-red")

    show_evidence(page, second, workspace.slug)
    worked()
    page.goto(there)
    after = adds_up(page)
    assert after["Compliance"][2] == 100
    assert after["Compliance"][1] > before["Compliance"][1]
    expect(page.get_by_text("Nothing keeps it from going")).to_be_visible()

    for word in ("Build", "Verify", "Go / no-go"):
        move(page, word, by_key=word == "Verify")
        state(page, word)
    move(page, "Scheduled")
    expect(page.get_by_text("This needs an approval first: Go")).to_be_visible()
    ask_for_go(page, there, owner, admin_member)
    for tab in (second, third):
        tab.goto(f"/w/{workspace.slug}/records/approvals/{Approval.objects.get().pk}/")
        tab.get_by_role("button", name="Approve", exact=True).press("Enter")
        expect(tab.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    second.goto(f"{there}specification/")
    judge(second, "failed")
    worked()
    page.goto(there)
    move(page, "Scheduled")
    expect(page.get_by_text(re.compile(f"Go is locked: {LINE}"))).to_be_visible()
    state(page, "Go / no-go")
    adds_up(page)
    axe(page)
    keep(page, "journey-launch-locked")
    blockers = page.get_by_role("region", name="Blockers")
    blockers.get_by_role("link", name=re.compile(f"Resolve.*{LINE}")).press("Enter")
    page.wait_for_url("**/specification/")
    judge(page, "confirmed")
    expect(page.get_by_role("cell", name="Confirmed")).to_be_visible()
    worked()

    page.goto(there)
    move(page, "Scheduled", by_key=True)
    state(page, "Scheduled")
    move(page, "Launched")
    state(page, "Launched")
    launch.refresh_from_db()
    assert launch.launched_on == today(workspace.timezone)
    worked()
    page.goto(there)
    adds_up(page)
    axe(page)
    keep(page, "journey-launch-out")
