"""The files of a roadmap, read back by libraries that did not write them."""

import csv
import io
import json
from datetime import date

import ics
import openpyxl
import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from roadmaps.exports.sheet import MOST_ROWS, pages, picture
from roadmaps.items.models import Item
from roadmaps.sharing.plan import Entry, Plan
from tests.factories.roadmaps import ItemFactory
from tests.sharing.conftest import ALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(member, workspace, client_of):
    """What a member takes away of what is on the screen."""

    def taken(kind, who=member, **asked):
        url = reverse("roadmaps:roadmap_file", args=[workspace.slug, kind])
        return client_of(who).get(url, {"layout": "timeline", **asked})

    return taken


def of_pdf(answer) -> tuple[PdfReader, str]:
    document = PdfReader(io.BytesIO(answer.getvalue()))
    return document, "\n".join(page.extract_text() for page in document.pages)


def test_the_pdf_has_pages_with_legend_date_and_numbers(workspace, shared, see):
    for number in range(60):
        ItemFactory(
            workspace=workspace,
            title=f"Item number {number}",
            start_on=date(2026, 11, 1),
            end_on=date(2026, 12, 20),
        )
    _, secret = shared(*ALL, watermark=True)
    document, text = of_pdf(see(secret, "roadmap.pdf"))

    assert len(document.pages) > 2
    for page, words in enumerate(one.extract_text() for one in document.pages):
        assert f"Page {page + 1} of {len(document.pages)}" in words
        assert "as of" in words
        assert "committed" in words
        assert "Our plan" in words
        assert "Shared by link" in words
    assert all(f"Item number {number}" in text for number in range(60))
    assert document.metadata.title == "Our plan"
    width, height = document.pages[0].mediabox[2:]
    assert width > height


def test_a_calendar_has_the_days_of_each_item_both_counted(plan, shared, see):
    _, secret = shared("item.dates")
    answer = see(secret, "roadmap.ics")
    found = {one.name: one for one in ics.Calendar(answer.text).events}

    jacket = found["Trail Jacket 2.0"]
    assert answer["Content-Type"].startswith("text/calendar")
    assert jacket.all_day
    assert jacket.begin.date() == date(2026, 11, 5)
    assert jacket.end.date() == date(2027, 1, 18)
    assert len({one.uid for one in found.values()}) == 2


def test_a_calendar_follows_the_days_under_the_same_name(plan, shared, see):
    _, secret = shared("item.dates")
    before = {one.name: one.uid for one in ics.Calendar(see(secret, "roadmap.ics").text).events}
    Item.objects.filter(pk=plan[0].pk).update(end_on=date(2027, 1, 20))
    after = {one.name: one for one in ics.Calendar(see(secret, "roadmap.ics").text).events}

    assert after["Trail Jacket 2.0"].uid == before["Trail Jacket 2.0"]
    assert after["Trail Jacket 2.0"].end.date() == date(2027, 1, 21)


def test_tables_have_what_the_page_shows_in_its_order(plan, take, shared, see):
    rows = list(csv.DictReader(io.StringIO(take("csv").getvalue().decode("utf-8-sig"))))
    assert [row["Item"] for row in rows] == ["Trail Jacket 2.0", "Size advisor"]
    assert rows[0]["Objective"] == "Cut returns to 7 %"
    assert (rows[0]["Starts"], rows[0]["Ends"]) == ("2026-11-05", "2027-01-17")
    assert rows[1]["Waits for"] == "Trail Jacket 2.0"

    book = openpyxl.load_workbook(io.BytesIO(take("xlsx").getvalue()))
    head, first, _ = list(book.active.values)
    assert dict(zip(head, first, strict=True))["Starts"].date() == date(2026, 11, 5)

    _, secret = shared("item.state")
    guests = json.loads(see(secret, "roadmap.json").getvalue())
    assert [sorted(row) for row in guests] == [["Item", "State"]] * 2


def test_what_is_on_the_screen_is_what_is_taken_away(plan, take, shared, see):
    assert len(json.loads(take("json", q="jacket").getvalue())) == 1
    _, secret = shared("item.state")
    assert len(json.loads(see(secret, "roadmap.json", q="jacket").getvalue())) == 1


def test_names_that_a_spreadsheet_would_run_are_neutralised(workspace, take):
    ItemFactory(workspace=workspace, title='=HYPERLINK("http://evil.example")')
    for kind in ("csv", "json"):
        assert "'=HYPERLINK" in take(kind).getvalue().decode() or kind == "json"
    book = openpyxl.load_workbook(io.BytesIO(take("xlsx").getvalue()))
    cells = [cell for row in book.active.rows for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'=HYPERLINK" in str([cell.value for cell in cells])


def test_a_picture_is_a_picture_without_metadata(plan, take):
    image = Image.open(io.BytesIO(take("png").getvalue()))

    assert image.format == "PNG"
    assert image.width > 1_500
    assert not image.info
    assert len(image.convert("RGB").getcolors(100_000)) > 5


def test_a_drawing_says_its_words_and_runs_nothing(workspace, take):
    ItemFactory(workspace=workspace, title="<script>alert(1)</script> & more")
    text = take("svg").getvalue().decode()

    assert "&lt;script&gt;" in text
    assert "<script" not in text


def test_members_take_away_what_they_see_and_as_an_audience_only_that(
    plan, take, audience, viewer, member
):
    board = audience("item.state")

    assert member.user.name in take("csv").getvalue().decode()
    assert member.user.name not in take("csv", audience=board.pk).getvalue().decode()
    assert take("csv", who=viewer).status_code == 200
    assert take("csv", who=viewer, audience=board.pk).status_code == 403


def test_a_kind_of_file_nobody_writes_is_refused_in_words(plan, take):
    assert take("exe").status_code == 404


def test_no_group_head_stands_alone_at_the_foot_of_a_page():
    entries = [Entry(f"k{n}", f"Entry {n}", group=f"Group {n // 3}") for n in range(200)]
    groups = tuple((f"Group {n}", "") for n in range(67))
    plan = Plan("P", "us", date(2026, 1, 1), tuple(entries), groups)
    sheets = pages(plan)
    bold = [
        max((one.y for one in sheet.words if one.bold and one.size == 10), default=0)
        for sheet in sheets
    ]
    rows = [max(one.y for one in sheet.words if one.size == 7.5) for sheet in sheets]

    assert len(sheets) > 5
    assert all(head < row for head, row in zip(bold, rows, strict=True))


def test_a_picture_of_very_many_items_says_how_many_more_there_are():
    entries = tuple(Entry(f"k{n}", f"Entry {n}") for n in range(MOST_ROWS + 25))
    sheet = picture(Plan("P", "us", date(2026, 1, 1), entries))

    assert any(one.text == "and 25 more" for one in sheet.words)


@pytest.mark.parametrize("kind", ["pdf", "png", "svg", "csv", "ics"])
def test_bars_of_three_hundred_years_and_strange_names_are_drawn(workspace, take, kind):
    far = {"workspace": workspace, "end_on": date(9999, 12, 31)}
    ItemFactory(**far, title="‮\u0007 très long 字 🚀 " + "x" * 150)
    ItemFactory(workspace=workspace, title="Early", start_on=date(1, 1, 1))

    assert take(kind).status_code == 200
