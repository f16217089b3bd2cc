"""Files as they come: encodings, separators, quotes, bombs; read right or refused in words."""

import io
import json
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from workspaces.imports.encodings import Detector
from workspaces.imports.reading import Source, Unreadable, open_source

ROW = ["Ärmel", "1,5", 'a "b"']


@pytest.fixture
def opened(tmp_path):
    """A source of this content."""

    def make(content: bytes, filename: str = "file.csv", **options: str) -> Source:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return open_source(path, filename, options)

    return make


def cells(source: Source) -> list[list[str]]:
    return [line.cells for line in source.lines()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_are_recognised(opened, delimiter, encoding, newline):
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in ROW]
    text = newline.join([delimiter.join(["Näme", "B", "C"]), delimiter.join(quoted), ""])
    source = opened(text.encode(encoding))

    assert source.headers == ["Näme", "B", "C"]
    assert source.delimiter == delimiter
    assert cells(source) == [ROW]


def test_a_break_inside_quotes_is_part_of_the_cell(opened):
    source = opened(b'a,b\n1,"x\ny"\n2,z\n')

    assert cells(source) == [["1", "x\ny"], ["2", "z"]]


def test_ragged_rows_are_reported_one_by_one(opened):
    lines = list(opened(b"a,b,c\n1,2\n1,2,3,4\n1,2,3,\n\n1,2,3\n").lines())

    assert [bool(line.problem) for line in lines] == [True, True, False, False]
    assert [line.number for line in lines] == [1, 2, 3, 5]
    assert "2 cells; the header has 3" in lines[0].problem


def test_a_quote_that_never_ends_is_reported(opened):
    lines = list(opened(b'a,b\n1,2\n3,"x\n4,5\n').lines())

    assert not lines[0].problem
    assert "never ends" in lines[1].problem


def test_headers_are_made_tellable_apart(opened):
    assert opened(b"a,,a,\xef\xbb\xbfb c \n1,2,3,4\n").headers == ["a", "Column 2", "a (2)", "b c"]


def test_a_little_damage_leaves_utf8_utf8():
    detector = Detector()
    detector.feed("schöne Grüße aus Köln ".encode() * 20 + b"\xff", final=True)

    assert detector.result() == "utf-8"


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail_otherwise(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    for name in ("a.csv", "a.json", "a.xlsx"):
        try:
            for line in open_source(path, name, {}).lines():
                assert isinstance(line.cells, list)
        except Unreadable as refusal:
            words = str(refusal)
            assert words.endswith((".", "?"))


def test_json_in_its_three_shapes(opened):
    rows = [{"a": 1, "b": {"c": "x"}}, {"a": None, "d": [1, 2]}]
    expected = [["1", "x", ""], ["", "", "1, 2"]]
    for text in (
        json.dumps(rows),
        "\n".join(map(json.dumps, rows)),
        json.dumps({"info": {"n": 1}, "rows": rows}),
    ):
        source = opened(text.encode(), "a.json")
        assert source.headers == ["a", "b.c", "d"]
        assert cells(source) == expected


@pytest.mark.parametrize("text", ["[1, 2]", '{"a": ', "[]", '"text"', '[{"a": 1}, {"b": '])
def test_json_that_is_no_table_is_refused(opened, text):
    with pytest.raises(Unreadable):
        cells(opened(text.encode(), "a.json"))


def test_a_workbook_is_read_as_text(opened):
    import datetime

    book = Workbook()
    sheet = book.active
    sheet.append([])
    sheet.append(["a", "b", "c", "d"])
    sheet.append([1.0, 2.5, datetime.datetime(2024, 3, 31, 14, 30), True])
    sheet.append([None, None, None, None])
    sheet.append(["=1+1", "x", datetime.date(2024, 3, 31)])
    second = book.create_sheet("Other")
    second.append(["e"])
    second.append(["f"])
    out = io.BytesIO()
    book.save(out)
    source = opened(out.getvalue(), "a.xlsx")

    assert source.sheets == ["Sheet", "Other"]
    assert cells(source)[0] == ["1", "2.5", "2024-03-31 14:30:00", "true"]
    assert cells(source)[1][1:] == ["x", "2024-03-31", ""]
    assert cells(opened(out.getvalue(), "a.xlsx", sheet="Other")) == [["f"]]


def workbook(**members: bytes) -> bytes:
    """A ZIP file that says it is a workbook, with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: workbook(**{"xl/worksheets/sheet1.xml": b" " * (80 << 20)}), "like a bomb"),
        (lambda: workbook(**{f"part{n}": b"" for n in range(2_001)}), "too many parts"),
        (lambda: workbook(**{"xl/vbaProject.bin": b"x"}), "macros"),
        (lambda: workbook(**{"xl/workbook.xml": b"<broken"}), "cannot|not a workbook"),
        (lambda: workbook().replace(b"[Content_Types]", b"[Kontent_Types]"), "ZIP file"),
        (
            lambda: workbook(**{"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "not a workbook",
        ),
        (lambda: b"PK\x03\x04" + b"\x00" * 100, "not a workbook"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old Excel"),
        (lambda: b"\x1f\x8b" + b"\x00" * 100, "compressed"),
        (lambda: b"%PDF-1.7", "not a table"),
        (lambda: b"\n\n , \n", "no rows"),
        (lambda: b",".join(b"c%d" % n for n in range(600)), "600 columns"),
    ],
)
def test_bombs_and_strangers_are_refused_at_once(opened, content, words):
    made = content()
    before = psutil.Process().memory_info().rss

    with pytest.raises(Unreadable, match=words):
        opened(made, "a.xlsx" if made.startswith(b"PK") else "a.csv")

    assert psutil.Process().memory_info().rss - before < 100 << 20


def _workbook(**parts: str) -> bytes:
    """A workbook with some of its parts rewritten; “/” in names is written “__”."""
    out, made = io.BytesIO(), io.BytesIO()
    book = Workbook()
    book.active.append(["name"])
    book.active.append(["Acme"])
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            text = old.read(member).decode()
            new.writestr(member, parts.get(member.replace("/", "__"), text))
    return made.getvalue()


SHEET = "xl__worksheets__sheet1.xml"
START = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
# Packs less than 100:1, so that only its shape gives it away.
STUFF = "".join(f"{number:x}" for number in range(6_000_000))


@pytest.mark.parametrize(
    "sheet",
    [
        f'{START}<row r="1"><c t="str"><v>a{STUFF}</v></c></row></sheetData></worksheet>',
        START.replace("<sheetData>", f"<a>{STUFF}</a><sheetData>") + "</sheetData></worksheet>",
        f'{START}<row r="9999999999"><c t="str"><v>a</v></c></row></sheetData></worksheet>',
        f'{START}<row r="1"><c t="str"><v>a<!--<row >--></v></c></row></sheetData></worksheet>',
    ],
    ids=["endless cell", "endless start", "row of a billion", "hidden in a comment"],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(opened, sheet):
    content = _workbook(**{SHEET: sheet})
    before = psutil.Process().memory_info().rss

    with pytest.raises(Unreadable):
        cells(opened(content, "a.xlsx"))

    assert psutil.Process().memory_info().rss - before < 150 << 20


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": ' + '{"a": ' * 50_000 + "1" + "}" * 50_000 + "}]",
        '[{"]": ' + '{"]": ' * 50_000 + "1" + "}" * 50_000 + "}]",
        "[" * 50_000,
        '[{"a": "' + "[" * 100 + '"}, {"a": ' + "[" * 100 + "]" * 100 + "}]",
    ],
    ids=["objects", "brackets in keys", "lists", "lists after text"],
)
def test_json_nested_without_end_is_refused_at_once(opened, text):
    started = time.monotonic()
    with pytest.raises(Unreadable, match="nested deeper"):
        cells(opened(text.encode(), "a.json"))
    assert time.monotonic() - started < 5


def test_json_numbers_that_would_kill_the_parser_are_refused(opened):
    with pytest.raises(Unreadable, match="digits"):
        opened(b'[{"a": ' + b"9" * 5_000 + b"}]", "a.json")


def test_brackets_and_marks_in_texts_are_texts(opened):
    rows = [{"a": "[{" * 70_000 + '\\"', "b": "ok"}, {"a": "\\", "b": "]"}]
    source = opened(b"\xef\xbb\xbf" + json.dumps(rows).encode(), "a.json")
    assert cells(source) == [[row["a"], row["b"]] for row in rows]


@pytest.mark.data
def test_the_csv_spectrum_is_read_as_it_should(public_data):
    folder = public_data / "dirty" / "csv_spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text())
        expected = expected if isinstance(expected, list) else [expected]
        source = open_source(path, path.name, {})
        found = [dict(zip(source.headers, line.cells, strict=True)) for line in source.lines()]
        assert [_same(row) for row in found] == [_same(row) for row in expected], path.name


def _same(row: dict[str, str]) -> dict[str, str]:
    """Without line ends, and without the telephone numbers that the data set made up anew."""
    kept = {key: value for key, value in row.items() if "Phone" not in key}
    return {key: value.replace("\r\n", "\n") for key, value in kept.items()}


@pytest.mark.data
def test_every_dirty_file_is_read_or_refused_in_words(public_data):
    read, refused = 0, []
    for path in sorted(path for path in (public_data / "dirty").rglob("*.*") if path.is_file()):
        try:
            source = open_source(Path(path), path.name, {})
            assert all(len(line.cells) == len(source.headers) for line in source.lines())
            read += 1
        except Unreadable:
            refused.append(path.name)

    assert read > 40
    assert set(refused) <= {"dummy.xls", "empty.csv", "blns.json"}
