"""The Compliance tab of a product, and the overview."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from products.compliance.models import EvidenceDoc, ProductAttribute, Waiver
from products.compliance.services import activate_pack
from products.compliance.states import WaiverState
from tests.compliance.conftest import DAY, DECLARATION
from tests.factories.catalog import MarketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tab(member, puzzle) -> str:
    return reverse("products:product", args=[member.workspace.slug, puzzle.pk, "compliance"])


def test_it_leads_from_nothing_to_what_is_missing(member, puzzle, client_of, tab, work):
    client = client_of(member)
    assert "No rule pack is active" in client.get(tab).content.decode()
    activate_pack(member.actor, "eu-toys", 1)
    assert "Say where you sell first" in client.get(tab).content.decode()
    MarketFactory(workspace=member.workspace, name="Germany", country="DE")
    page = client.get(tab).content.decode()
    assert "Is it a toy?" in page
    assert "Rule template, not legal advice" in page


def test_one_click_answers_and_shows_at_once(member, puzzle, germany, client_of, tab):
    activate_pack(member.actor, "eu-toys", 1)
    client = client_of(member)
    url = reverse("products:compliance_answer", args=[member.workspace.slug, puzzle.pk])
    sent = {"key": "toy", "value": "yes", "place": "category", "market": germany.pk}
    page = client.post(url, sent, follow=True).content.decode()
    assert "Is it meant for children under 3?" in page
    assert "Sold in DE. Is it a toy? Yes." in page
    row = ProductAttribute.objects.get()
    assert (row.category, row.value) == (puzzle.category, True)

    client.post(url, sent | {"value": "no"})
    assert ProductAttribute.objects.current().get().value is False
    assert ProductAttribute.objects.count() == 2
    assert "do not apply" in client.get(tab).content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"key": "absent", "value": "yes"},
        {"key": "toy", "value": "maybe"},
        {"key": "toy", "value": "yes", "place": "moon"},
        {"key": "battery_kind", "value": "huge"},
        {},
    ],
)
def test_answers_that_are_none_are_refused(member, puzzle, toys, client_of, sent):
    url = reverse("products:compliance_answer", args=[member.workspace.slug, puzzle.pk])
    before = ProductAttribute.objects.count()
    assert client_of(member).post(url, sent).status_code == 422
    assert ProductAttribute.objects.count() == before


def test_who_only_reads_sees_and_changes_nothing(viewer, puzzle, toys, client_of, tab):
    client = client_of(viewer)
    page = client.get(tab).content.decode()
    assert "EC declaration of conformity" in page
    assert "Add evidence" not in page
    slug = viewer.workspace.slug
    sent = {"key": "toy", "value": "no"}
    url = reverse("products:compliance_answer", args=[slug, puzzle.pk])
    assert client.post(url, sent).status_code == 403
    assert client.get(reverse("products:evidence_new", args=[slug, puzzle.pk])).status_code == 403


def test_evidence_is_handed_in_and_reviewed_by_pages(
    member, other_member, puzzle, toys, client_of, tab, work
):
    slug = member.workspace.slug
    form = reverse("products:evidence_new", args=[slug, puzzle.pk])
    mine = client_of(member)
    page = mine.get(f"{form}?rule={DECLARATION}").content.decode()
    assert "Declaration of conformity of Wooden puzzle" in page
    sent = {
        "type": "declaration",
        "title": "Declaration",
        "issuer": "Puzzle Ltd",
        "issued_on": "2026-11-01",
        "valid_from": "2026-10-01",
        "rules": [DECLARATION],
    }
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")
    refused = mine.post(form, sent | {"upload": upload})
    assert refused.status_code == 422
    assert "It cannot be valid before it was issued." in refused.content.decode()
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")
    mine.post(form, sent | {"upload": upload, "valid_from": "2026-11-01"})
    row = EvidenceDoc.objects.get()
    page = reverse("products:evidence", args=[slug, row.pk])
    assert "somebody else has to review" in mine.get(page).content.decode()

    review = reverse("products:evidence_review", args=[slug, row.pk])
    theirs = client_of(other_member)
    assert "Accept" in theirs.get(page).content.decode()
    theirs.post(review, {"verdict": "accept", "seen_version": row.version})
    row.refresh_from_db()
    assert row.state == "valid"
    assert "has no end" in mine.get(tab).content.decode()


def test_a_waiver_by_pages(member, other_member, puzzle, toys, germany, client_of, tab):
    slug = member.workspace.slug
    form = reverse("products:waiver_new", args=[slug, puzzle.pk])
    about = {"market": germany.pk, "rule": DECLARATION}
    mine, theirs = client_of(member), client_of(other_member)
    assert mine.get(form, about).status_code == 200
    assert mine.post(form, about | {"reason": "", "until": "soon"}).status_code == 422
    mine.post(form, about | {"reason": "Old stock", "until": "2026-12-31"})
    row = Waiver.objects.get()
    assert "Approve" not in mine.get(tab).content.decode()
    assert "Approve" in theirs.get(tab).content.decode()
    theirs.post(reverse("products:waiver_decide", args=[slug, row.pk]), {"verdict": "approve"})
    row.refresh_from_db()
    assert row.state == WaiverState.APPROVED
    assert "Old stock" in mine.get(tab).content.decode()


def test_more_markets_and_rules_cost_no_more_statements(
    member, puzzle, toys, client_of, tab, queries, workspace
):
    client = client_of(member)
    client.get(tab)
    few = queries(lambda: client.get(tab))
    for country in ("FR", "ES", "IT", "US", "GB"):
        MarketFactory(workspace=workspace, country=country)
    for key in ("us-children", "eu-chemicals", "cosmetics"):
        activate_pack(member.actor, key, 1)
    assert queries(lambda: client.get(tab)) == few


def test_the_overview_counts_and_leads_on(certify, toys, member, puzzle, client_of):
    certify(ends=DAY + timedelta(days=100))
    page = client_of(member).get(reverse("products:compliance", args=[member.workspace.slug]))
    text = page.content.decode()
    assert "Wooden puzzle" in text
    assert "Documents that end, by month" in text
    assert "EU toy safety v1" in text


def test_lists_read_and_nobody_sets_an_obligation(certify, toys, member, client_of, owner):
    from products.compliance.models import Obligation

    certify()
    client, slug = client_of(owner), owner.workspace.slug
    listed = client.get(f"/w/{slug}/records/obligations/").content.decode()
    assert "EC declaration of conformity" in listed
    assert "New obligation" not in listed
    assert "Rule template, not legal advice" in listed
    found = client.get(f"/w/{slug}/records/obligations/?q=puzzle+CHEMICAL").content.decode()
    assert "Chemical requirements" in found
    assert "EC declaration of conformity" not in found
    evidence = client.get(f"/w/{slug}/records/evidence/").content.decode()
    assert "Puzzle Ltd" in evidence
    before = list(Obligation.objects.order_by("pk").values())
    row = Obligation.objects.first()
    for path, sent in {
        f"/w/{slug}/records/obligations/new/": {"title": "x"},
        f"/w/{slug}/records/obligations/{row.pk}/edit/": {"status": "covered", "seen_version": "1"},
        f"/w/{slug}/records/obligations/{row.pk}/delete/": {"seen_version": row.version},
    }.items():
        assert client.post(path, sent).status_code in (403, 404, 422), path
    api = f"/api/v1/workspaces/{slug}/obligations/"
    assert client.get(api).status_code == 200
    assert client.post(api, {"title": "x"}, content_type="application/json").status_code == 405
    assert (
        client.patch(
            f"{api}{row.pk}/",
            {"status": "covered"},
            content_type="application/json",
            headers={"If-Match": "*"},
        ).status_code
        == 405
    )
    assert list(Obligation.objects.order_by("pk").values()) == before
