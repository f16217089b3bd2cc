"""Every screen and export of compliance says what rules are, whose, and when they were read."""

import json
import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from products.compliance.models import Obligation
from products.compliance.services import review_pack
from products.compliance.services_waivers import ask_waiver
from roadmaps.launches import services as launches
from tests.compliance.conftest import DAY, DECLARATION
from tests.factories.launches import LaunchFactory

pytestmark = pytest.mark.django_db
OWNER = "Ada Lovelace"
SCREENS = (
    "overview",
    "product",
    "launch",
    "obligations",
    "evidence",
    "document",
    "hand in",
    "waive",
    "packs",
    "pack",
    "impact",
)
EXPORTS = ("csv", "xlsx", "json", "api", "pack", "index", "page")


@pytest.fixture
def places(member, puzzle, toys, germany, certify, work):
    """Where each screen is."""
    review_pack(member.actor, "eu-toys", OWNER)
    work()
    row = certify()
    here = {"workspace": member.workspace, "planned_on": DAY}
    launch = LaunchFactory(**here)
    launches.set_links(member.actor, launch.pk, "products", [puzzle.pk])
    launches.set_links(member.actor, launch.pk, "markets", [germany.pk])
    slug = member.workspace.slug
    about = f"?market={germany.pk}&rule={DECLARATION}"

    def at(name, *args):
        return reverse(name, args=[slug, *args])

    return {
        "overview": at("products:compliance"),
        "product": at("products:product", puzzle.pk, "compliance"),
        "launch": at("roadmaps:launch", launch.pk, "compliance"),
        "obligations": at("workspaces:records", "obligations"),
        "evidence": at("workspaces:records", "evidence"),
        "document": at("products:evidence", row.pk),
        "hand in": at("products:evidence_new", puzzle.pk) + about,
        "waive": at("products:waiver_new", puzzle.pk) + about,
        "packs": at("products:rule_packs"),
        "pack": at("products:rule_pack", "eu-toys"),
        "impact": at("products:rule_pack_impact", "eu-toys", "1"),
        "csv": at("workspaces:list_export", "obligations", "csv"),
        "xlsx": at("workspaces:list_export", "obligations", "xlsx"),
        "json": at("products:rule_pack_file", "eu-toys"),
        "api": f"/api/v1/workspaces/{slug}/obligations/",
        "take": at("products:evidence_pack", puzzle.pk),
    }


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_says_it_with_owner_and_review(screen, places, member, client_of):
    text = client_of(member).get(places[screen]).content.decode()

    assert "Rule template, not legal advice" in text
    assert OWNER in text
    assert "28 Nov" in text or "2026-11-28" in text


def exported(which, places, client):
    """What an export holds, as text."""
    if which in ("pack", "index", "page"):
        answer = client.post(places["take"])
        archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
        if which == "pack":
            return json.dumps(json.loads(archive.read("index.json"))["rule_packs"])
        return archive.read(f"index.{'json' if which == 'index' else 'html'}").decode()
    answer = client.get(places[which])
    content = answer.getvalue() if answer.streaming else answer.content
    if which == "xlsx":
        rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
        return "\n".join(str(row) for row in rows)
    return content.decode()


@pytest.mark.parametrize("which", EXPORTS)
def test_an_export_says_it_with_owner_and_review(which, places, member, client_of):
    text = exported(which, places, client_of(member))

    if which != "pack":
        assert "ot legal advice" in text
    assert OWNER in text
    assert "2026-11-28" in text


def test_each_line_of_an_export_says_it_by_itself(places, member, client_of):
    lines = exported("csv", places, client_of(member)).splitlines()[1:]
    assert len(lines) == Obligation.objects.count()
    assert all("Rule template, not legal advice" in one and OWNER in one for one in lines)


def test_a_waiver_on_the_product_stands_beside_it(places, member, puzzle, germany, client_of):
    ask_waiver(
        member.actor, puzzle.pk, germany.pk, DECLARATION, reason="Old stock", until=date(2027, 1, 1)
    )
    text = client_of(member).get(places["product"]).content.decode()
    assert "Old stock" in text
    assert "Rule template, not legal advice" in text
