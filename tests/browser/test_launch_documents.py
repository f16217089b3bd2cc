"""Documents of a launch in the browser: begun, published and signed by keyboard, and taken away."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from products.compliance.services import activate_pack, answer
from products.compliance.services_evidence import Paper, review_evidence, upload_evidence
from roadmaps.launches import services as launches
from tests.factories.catalog import MarketFactory, ProductFactory, VariantFactory
from tests.factories.launches import LaunchFactory
from workspaces.access.roles import Role
from workspaces.documents.models import Document
from workspaces.staleness.recompute import recompute_next


def worked():
    while recompute_next(["obligations", "readiness"]):
        pass


@pytest.fixture
def launch(member, member_as, workspace, settings, tmp_path):
    """A puzzle for Germany, with one paper of the several it needs."""
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now().date()
    product = ProductFactory(workspace=workspace, name="Wooden puzzle")
    VariantFactory(workspace=workspace, product=product, sku="PUZZLE-1")
    market = MarketFactory(workspace=workspace, name="Germany", country="DE")
    activate_pack(member.actor, "eu-toys", 1)
    answer(member.actor, product.pk, "toy", "yes")
    answer(member.actor, product.pk, "under_3", "no")
    worked()
    paper = Paper(
        title="Declaration of conformity",
        type="declaration",
        issuer="Puzzle Ltd",
        issued_on=now,
        valid_from=now,
        valid_to=now + timedelta(days=400),
    )
    held = io.BytesIO(b"%PDF-1.7\nwords")
    row = upload_evidence(
        member.actor, product.pk, ["eu-toys/declaration"], paper, "paper.pdf", held
    )
    reviewer = member_as(Role.PRODUCT)
    review_evidence(reviewer.actor, row.pk, accepted=True, seen_version=row.version)
    launch = LaunchFactory(
        workspace=workspace, title="Puzzle for Germany", planned_on=now + timedelta(days=60)
    )
    launches.set_links(member.actor, launch.pk, "products", [product.pk])
    launches.set_links(member.actor, launch.pk, "markets", [market.pk])
    worked()
    return launch


def place(launch, *tab):
    return reverse("roadmaps:launch", args=[launch.workspace.slug, launch.pk, *tab])


def press(page, name, role="button"):
    """What a keyboard does: go there and press Enter."""
    page.get_by_role(role, name=name).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_begun_published_signed_and_changed(launch, member, tab_of, axe, fits, keep, at, dark):
    page = tab_of(member, at=at, dark=dark)
    page.goto(place(launch, "documents"))
    expect(page.get_by_text("Asked for")).to_have_count(4)
    axe(page)
    fits(page)
    keep(page, f"launch-documents-{at}", whole=True)
    press(page, "Begin Launch brief")
    page.wait_for_url("**/write/")
    preview = page.locator("#preview")
    expect(preview.get_by_role("cell", name="PUZZLE-1", exact=True)).to_be_visible()
    expect(preview.get_by_role("cell", name="It has no specification yet")).to_be_visible()
    axe(page)
    press(page, "Save")
    page.wait_for_url("**draft=1")
    axe(page)
    fits(page)
    keep(page, f"launch-brief-{at}", whole=True)
    press(page, "Publish")
    page.get_by_label("I sign this version").press("Space")
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()
    expect(page.get_by_text("1 of 1 signed")).to_be_visible()
    expect(page.get_by_text("moved on since")).to_have_count(0)

    launch.refresh_from_db()
    launches.change_launch(
        member.actor, launch.pk, seen_version=launch.version, title="Puzzle for the Alps"
    )
    page.reload()
    expect(page.get_by_text("Figures have moved on since version 1")).to_be_visible()
    axe(page)
    fits(page)
    keep(page, f"launch-brief-changed-{at}", whole=True)
    press(page, "See what changed", "link")
    expect(page.get_by_text("Alps").first).to_be_visible()
    axe(page)
    fits(page)
    page.goto(place(launch, "documents"))
    expect(page.get_by_text("Version 1, signed")).to_be_visible()
    keep(page, f"launch-documents-signed-{at}", whole=True)
    assert Document.objects.get().template == "Launch brief"


@pytest.mark.parametrize(("at", "dark"), [("desk", False), ("phone", True)])
def test_the_compliance_file_and_its_pack_are_taken_away(
    launch, member, live_server, tab_of, axe, fits, keep, tmp_path, at, dark
):
    host = f"{live_server.url}/"
    page = tab_of(member, at=at, dark=dark)
    page.goto(place(launch, "documents"))
    press(page, "Begin Compliance file")
    page.wait_for_url("**/write/")
    press(page, "Save")
    page.wait_for_url("**draft=1")
    expect(page.get_by_text("Rule template, not legal advice").first).to_be_visible()
    axe(page)
    fits(page)
    keep(page, f"compliance-file-{at}", whole=True)
    page.goto(place(launch, "compliance"))
    axe(page)
    fits(page)
    keep(page, f"launch-evidence-{at}")
    with page.expect_download() as coming:
        press(page, "Evidence pack")
    path = tmp_path / "pack.zip"
    coming.value.save_as(path)
    assert coming.value.suggested_filename == "evidence-puzzle-for-germany.zip"
    with zipfile.ZipFile(path) as archive:
        assert "evidence/001-declaration-of-conformity.pdf" in archive.namelist()
        archive.extractall(tmp_path / "pack")
    index = tab_of(member, at=at, dark=dark)
    index.route("**/pack/*", lambda one: one.fulfill(path=tmp_path / one.request.url[len(host) :]))
    index.goto(f"{host}pack/index.html")
    axe(index)
    fits(index)
    keep(index, f"evidence-pack-{at}", whole=True)

    product = launch.brings.get().product
    page.goto(reverse("products:product", args=[launch.workspace.slug, product.pk, "compliance"]))
    axe(page)
    with page.expect_download() as coming:
        press(page, "Evidence pack")
    assert coming.value.suggested_filename == "evidence-wooden-puzzle.zip"


def test_viewers_read_and_an_empty_launch_says_what_is_asked(workspace, viewer, tab_of, axe, fits):
    bare = LaunchFactory(workspace=workspace, title="Bare")
    page = tab_of(viewer)
    page.goto(place(bare, "documents"))
    expect(page.get_by_text("Asked for").first).to_be_visible()
    expect(page.get_by_role("button", name="Begin")).to_have_count(0)
    axe(page)
    fits(page)
