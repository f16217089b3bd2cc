"""An evidence pack holds what its index says, and says loudly what is no longer so."""

import hashlib
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from core.errors import Denied, NotFound, Refused
from products.compliance.models import EvidenceDoc
from products.compliance.services_pack import FILE, take_pack
from roadmaps.launches import services as launches
from tests.factories.catalog import ProductFactory
from tests.factories.launches import LaunchFactory
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.documents import services as documents

from .conftest import DAY, DECLARATION

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
PRODUCT, LAUNCH = "products.product", "roadmaps.launch"


def taken(client: Client, row) -> bytes:
    """The pack as a browser saves it."""
    name = (
        "roadmaps:launch_evidence" if row._meta.model_name == "launch" else "products:evidence_pack"
    )
    answer = client.post(reverse(name, args=[row.workspace.slug, row.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def opened(content: bytes) -> tuple[zipfile.ZipFile, dict]:
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    return archive, json.loads(archive.read("index.json"))


@pytest.fixture
def launch(workspace, member, puzzle, germany):
    launch = LaunchFactory(
        workspace=workspace, title="Puzzle launch", planned_on=DAY + timedelta(days=40)
    )
    launches.set_links(member.actor, launch.pk, "products", [puzzle.pk])
    launches.set_links(member.actor, launch.pk, "markets", [germany.pk])
    return launch


@pytest.mark.parametrize("which", ["product", "launch"])
def test_every_hash_and_word_of_a_pack_holds(
    which, toys, puzzle, launch, member, other_member, certify, client_of
):
    first = certify(scope="All sizes", title="Declaration ../of <conformity>")
    certify(begins=DAY - 2 * YEAR, ends=DAY - YEAR - timedelta(days=1))
    row = puzzle if which == "product" else launch
    archive, index = opened(taken(client_of(member), row))

    assert len(index["evidence"]) == 2
    for one in index["evidence"]:
        assert hashlib.sha256(archive.read(one["path"])).hexdigest() == one["sha256"]
        assert one["intact"]
        assert one["reviewer"] == str(other_member.user)
        assert one["issuer"] == "Puzzle Ltd"
    names = archive.namelist()
    assert len(set(names)) == len(names) == 6
    assert not any(".." in PurePosixPath(name).parts or name.startswith("/") for name in names)
    declared = next(one for one in index["obligations"] if one["rule"] == DECLARATION)
    assert declared["evidence"] == [1, 2]
    assert declared["status"] == "Covered"
    assert declared["source"].startswith("Directive 2009/48/EC")
    assert declared["source_url"].startswith("https://eur-lex.europa.eu/")
    assert index["problems"] == []
    assert {one["key"] for one in index["rule_packs"]} == {"eu-toys"}
    file = archive.read("compliance-file.pdf")
    assert hashlib.sha256(file).hexdigest() == index["compliance_file"]["sha256"]
    text = " ".join(" ".join(one.extract_text().split()) for one in PdfReader(BytesIO(file)).pages)
    assert "Rule template, not legal advice" in text
    assert index["rule_packs"][0]["owner"] in text
    assert index["rule_packs"][0]["reviewed_on"] in text
    assert first.sha256[:8] in text.replace(" ", "")
    page = archive.read("index.html").decode()
    assert "Rule template, not legal advice" in page
    assert "Declaration ../of &lt;conformity&gt;" in page
    assert first.sha256 in page


def test_the_same_state_gives_the_same_bytes_and_another_does_not(
    toys, puzzle, member, certify, client_of, time_machine
):
    certify()
    client = client_of(member)
    first = taken(client, puzzle)
    time_machine.move_to("2026-11-28T19:30:00+00:00", tick=False)
    assert taken(client, puzzle) == first
    certify(begins=DAY + YEAR + timedelta(days=1), ends=DAY + 2 * YEAR, title="Another")
    assert taken(client, puzzle) != first


def test_a_file_that_changed_or_is_lost_is_named_first(toys, puzzle, member, certify, client_of):
    before = DAY - YEAR - timedelta(days=1)
    changed = certify(begins=DAY - 2 * YEAR, ends=before, title="Altered")
    lost = certify(begins=DAY + YEAR + timedelta(days=1), ends=DAY + 2 * YEAR, title="Lost")
    fine = certify(title="Fine")
    Path(default_storage.path(changed.file)).write_bytes(b"%PDF-1.7\nsomething else")
    Path(default_storage.path(lost.file)).unlink()
    archive, index = opened(taken(client_of(member), puzzle))

    by_title = {one["title"]: one for one in index["evidence"]}
    assert [by_title[one]["intact"] for one in ("Altered", "Lost", "Fine")] == [False, False, True]
    assert by_title["Altered"]["sha256"] != by_title["Altered"]["sha256_found"]
    assert by_title["Lost"]["path"] == ""
    assert len(index["problems"]) == 2
    assert "Altered: Changed" in index["problems"][0]
    page = archive.read("index.html").decode()
    assert page.index("Files that are not what was reviewed") < page.index("Rules this rests on")
    assert hashlib.sha256(archive.read(by_title["Fine"]["path"])).hexdigest() == fine.sha256


def test_a_published_compliance_file_goes_along_as_it_was_signed(
    toys, puzzle, member, certify, client_of
):
    certify()
    made = documents.create_document(
        member.actor, {"title": "Our file"}, template=FILE, about=(PRODUCT, puzzle.pk)
    )
    documents.publish(member.actor, made.pk, made.version, signs=True)
    archive, index = opened(taken(client_of(member), puzzle))

    assert index["compliance_file"]["title"] == "Our file"
    assert index["compliance_file"]["stamp"].startswith("Version 1 ")
    text = PdfReader(BytesIO(archive.read("compliance-file.pdf"))).pages[-1].extract_text()
    assert str(member.user) in text


def test_who_may_take_it_and_that_it_is_written_down(
    toys, puzzle, launch, member, viewer, outsider, certify, client_of
):
    certify()
    for row, kind in ((puzzle, PRODUCT), (launch, LAUNCH)):
        with pytest.raises(NotFound):
            take_pack(outsider.actor, (kind, row.pk))
        name = "launch_evidence" if kind == LAUNCH else "evidence_pack"
        space = "roadmaps" if kind == LAUNCH else "products"
        url = reverse(f"{space}:{name}", args=[outsider.workspace.slug, row.pk])
        assert client_of(outsider).post(url).status_code == 404
        assert client_of(member).get(url).status_code in (404, 405)
    for lacking in (Perm.CATALOG_VIEW, Perm.DATA_EXPORT, Perm.DOCUMENTS_VIEW):
        less = replace(viewer.actor, scopes=frozenset(set(Perm) - {lacking}))
        with pytest.raises((Denied, NotFound)):
            take_pack(less, (PRODUCT, puzzle.pk))
    assert not ActivityEvent.objects.filter(verb="evidence_pack.taken").exists()

    taken(client_of(viewer), puzzle)
    event = ActivityEvent.objects.get(verb="evidence_pack.taken")
    assert (event.actor, event.object_id) == (viewer.user, puzzle.pk)
    assert event.changes == {"files": [None, 1]}
    assert not ActivityEvent.objects.filter(workspace=outsider.workspace).exists()


def test_evidence_that_waits_or_was_revoked_is_not_in_it(toys, puzzle, member, certify, client_of):
    certify(accepted=False, title="Waiting")
    archive, index = opened(taken(client_of(member), puzzle))
    assert index["evidence"] == []
    declared = next(one for one in index["obligations"] if one["rule"] == DECLARATION)
    assert "waiting for review" in declared["reason"]
    assert EvidenceDoc.objects.count() == 1
    assert "No evidence yet." in archive.read("index.html").decode()


def test_a_product_without_rules_gives_an_empty_pack(workspace, member, client_of):
    bare = ProductFactory(workspace=workspace, name="Żółty & <b>")
    archive, index = opened(taken(client_of(member), bare))
    assert index["obligations"] == index["evidence"] == index["rule_packs"] == []
    assert "No rule pack is active." in archive.read("index.html").decode()
    with pytest.raises(Refused):
        take_pack(member.actor, ("workspaces.document", _document(member)))


def _document(member) -> int:
    return documents.create_document(member.actor, {"title": "Alone"}).pk


def test_twelve_megabytes_are_sent_in_pieces(toys, puzzle, member, certify, client_of):
    row = certify()
    big = b"%PDF-1.7\n" + bytes(range(256)) * 48_000
    Path(default_storage.path(row.file)).write_bytes(big)
    url = reverse("products:evidence_pack", args=[puzzle.workspace.slug, puzzle.pk])
    answer = client_of(member).post(url)
    sizes = [len(part) for part in answer.streaming_content]
    assert len(sizes) > 100
    assert max(sizes) < 1_000_000
