"""The pages of an import, as a person walks through them without JavaScript."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from products.models import Supplier
from tests.imports.conftest import finish
from workspaces.imports.models import ImportRun, ImportState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(member):
    """The address of an import page."""
    return lambda name, *args: reverse(f"workspaces:{name}", args=[member.workspace.slug, *args])


def test_from_an_empty_list_to_the_result_and_back(member, client_of, url, kind):
    client = client_of(member)
    assert "Nothing has been imported yet" in client.get(url("imports")).content.decode()
    assert "What each column means" in client.get(url("import_start")).content.decode()

    file = SimpleUploadedFile("s.csv", b"Firma;amount\nAcme;1,50\nBolt;many\n")
    answer = client.post(url("import_start"), {"kind": "suppliers", "upload": file})
    run = ImportRun.objects.get()
    assert answer.url == url("import_columns", run.pk)
    shown = client.get(answer.url).content.decode()
    assert "1,50" in shown
    assert "Firma" in shown

    refused = client.post(answer.url, {"field_amount": "amount"})
    assert refused.status_code == 422
    assert "Choose the column that holds: Name" in refused.content.decode()

    answer = client.post(answer.url, {"field_name": "Firma", "field_amount": "amount"})
    assert answer.url == url("import", run.pk)
    run.refresh_from_db()
    assert "Waiting for a worker" in client.get(answer.url).content.decode()
    finish(run)
    shown = client.get(url("import", run.pk)).content.decode()
    assert "“many” is not a number." in shown

    client.post(url("import_cell", run.pk), {"row_no": 2, "field": "amount", "text": "2"})
    client.post(url("import_run", run.pk), {"on_existing": "update"})
    run.refresh_from_db()
    finish(run)
    shown = client.get(url("import", run.pk)).content.decode()
    assert "2 suppliers created" in shown
    created = client.get(url("import", run.pk) + "?model=products.supplier").content.decode()
    assert "Acme" in created
    assert "2 suppliers created" in client.get(url("imports")).content.decode()

    client.post(url("import_undo", run.pk))
    run.refresh_from_db()
    assert finish(run).state == ImportState.UNDONE
    assert (
        "It was taken back: 2 suppliers removed"
        in client.get(url("import", run.pk)).content.decode()
    )
    assert not Supplier.objects.exists()


def test_what_a_shop_starts_with_stands_first_and_the_rest_under_headings(
    member, client_of, url, kind
):
    page = client_of(member).get(url("import_start")).content.decode()
    select = page[page.index("<select") : page.index("</select>")]
    first, *others = select.split("<optgroup")[1:]

    assert first.startswith(' label="What a shop starts with"')
    starts = ("products", "orders", "costs", "customers", "feedback")
    assert re.findall('option value="([^"]+)"', first) == list(starts)
    headings = [re.match(' label="([^"]+)"', other)[1] for other in others]
    assert headings[0] == "More of the shop"
    assert set(headings[1:]) == {"Work", "Listen", "Build"}
    assert "<pm-select><select" in page  # as long as it is, it can be searched


def test_htmx_gets_the_changing_part_alone(member, client_of, url, checked):
    run = checked("name,amount\nAcme,many\n")
    answer = client_of(member).get(url("import", run.pk), headers={"HX-Request": "true"})

    assert answer.content.decode().strip().startswith('<div id="state"')


def test_problems_download_and_nothing_in_them_runs_as_a_formula(member, client_of, url, checked):
    run = checked('name,amount\n=cmd|x,"=1+1"\n')
    answer = client_of(member).get(url("import_problems", run.pk))

    text = b"".join(answer.streaming_content).decode()
    assert "2,Amount,'=1+1," in text


def test_an_unreadable_file_is_refused_in_words_and_leaves_nothing(
    member, client_of, url, kind, media
):
    file = SimpleUploadedFile("s.xlsx", b"PK\x03\x04 not really a workbook")
    answer = client_of(member).post(url("import_start"), {"kind": "suppliers", "upload": file})

    assert answer.status_code == 422
    assert "This is not a workbook we can open" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_the_example_file_of_a_kind_imports_without_a_problem(member, client_of, url, checked):
    example = client_of(member).get(url("import_example", "suppliers")).content

    assert checked(example).counts["errors"] == 0


def test_a_stranger_finds_no_import(outsider, client_of, url, checked):
    run = checked("name\nAcme\n")
    for name in ("import", "import_columns", "import_problems"):
        assert client_of(outsider).get(url(name, run.pk)).status_code == 404
    assert client_of(outsider).post(url("import_run", run.pk)).status_code == 404
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED


def test_discarding_by_button(member, client_of, url, checked):
    run = checked("name\nAcme\n")

    answer = client_of(member).post(url("import_discard", run.pk))

    assert answer.url == url("imports")
    assert not ImportRun.objects.exists()


def test_one_is_told_as_one(member, client_of, url, checked):
    run = checked("name\nAcme\n")
    client_of(member).post(url("import_run", run.pk), {"on_existing": "update"})
    run.refresh_from_db()
    finish(run)
    assert "1 supplier created" in client_of(member).get(url("import", run.pk)).content.decode()


def test_rows_left_out_are_listed_with_the_reason_and_downloaded(member, client_of, url, checked):
    run = checked('name,amount\nAcme,1\n=Bolt,"many"\n')
    client = client_of(member)
    client.post(url("import_run", run.pk), {"on_existing": "update", "keep_good": "on"})
    run.refresh_from_db()
    finish(run)

    shown = client.get(url("import", run.pk)).content.decode()
    assert 'href="' + url("import", run.pk) + '?model=left-out">1</a>' in shown
    listed = client.get(url("import", run.pk), {"model": "left-out"}).content.decode()
    assert "“many” is not a number." in listed
    assert "1 row left out" in client.get(url("imports")).content.decode()
    file = client.get(url("import_problems", run.pk))
    assert "3,Amount,many," in b"".join(file.streaming_content).decode()
