"""A file as a stream of rows, whatever its format; memory stays the same at any size."""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Refused
from core.typed import one_line

MAX_ROWS = int(os.environ.get("IMPORT_MAX_ROWS", 20_000_000))
MAX_COLUMNS = 500
MAX_CELL = 1_000_000
TEXT_FORMATS = (".csv", ".tsv", ".tab", ".txt", "")


class Unreadable(Refused):
    """The file as a whole cannot be read; the message names the remedy."""


@dataclass(slots=True)
class Line:
    """One row: its number below the header, its cells, and what is wrong with it as a row."""

    number: int
    cells: list[str]
    problem: str = ""
    remedy: str = ""


@dataclass(slots=True)
class Source:
    """A file that has been looked at: its header, and how to read its rows from the start.

    `position` tells how many bytes of the file the current reading has consumed.
    """

    format: str
    headers: list[str]
    lines: Callable[[], Iterator[Line]]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    position: Callable[[], int] = lambda: 0


def open_source(path: Path, filename: str, options: Mapping[str, str]) -> Source:
    """Look at a file. Raises Unreadable in words for the person who uploaded it."""
    from workspaces.imports import csv_files, json_files, xlsx_files

    if path.stat().st_size == 0:
        raise Unreadable("The file is empty.")
    with path.open("rb") as file:
        start = file.read(4_096)
    ending = Path(filename).suffix.lower()
    if start.startswith(b"PK\x03\x04"):
        return xlsx_files.open_xlsx(path, options.get("sheet", ""))
    if start.startswith(b"\xd0\xcf\x11\xe0") or ending == ".xls":
        raise Unreadable("This is an old Excel file. Save it as .xlsx or as CSV and upload that.")
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Unreadable("This is not a table. Upload a CSV, XLSX or JSON file.")
    if start.startswith(b"\x1f\x8b"):
        raise Unreadable("This file is compressed. Unpack it and upload what is inside.")
    if ending in (".json", ".jsonl", ".ndjson") or _looks_like_json(start):
        return json_files.open_json(path)
    return csv_files.open_csv(path, options)


def _looks_like_json(start: bytes) -> bool:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] == b"{" or (head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"]"))


def named(headers: list[str]) -> list[str]:
    """Headers made tellable apart: blanks get a number, repeats a count. Raises Unreadable."""
    if len(headers) > MAX_COLUMNS:
        raise Unreadable(f"The file has {len(headers)} columns; {MAX_COLUMNS} is the most.")
    seen: set[str] = set()
    names = []
    for number, header in enumerate(headers, start=1):
        base = one_line(header.replace("\ufeff", ""), 200)
        base = base or f"Column {number}"
        name, count = base, 1
        while name in seen:
            count += 1
            name = f"{base} ({count})"
        seen.add(name)
        names.append(name)
    return names


def trimmed(cells: list[str]) -> list[str]:
    """Without the blank cells at the end, which spreadsheets like to leave."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def fitted(number: int, cells: list[str], width: int) -> Line:
    """A row of exactly `width` cells; one that had fewer or more says so."""
    found = len(cells)
    if found == width:
        return Line(number, cells)
    if found > width and not any(cell.strip() for cell in cells[width:]):
        return Line(number, cells[:width])
    return Line(
        number,
        (cells + [""] * width)[:width],
        f"This row has {found} cells; the header has {width}.",
        "Put a text that holds the separator or a line break into double quotes.",
    )


def counted(lines: Iterator[Line]) -> Iterator[Line]:
    """The same rows; more than we take is refused."""
    for line in lines:
        if line.number > MAX_ROWS:
            raise Unreadable(
                f"The file has more than {MAX_ROWS:,} rows. Split it and import the parts."
            )
        yield line


class Tracked(io.RawIOBase):
    """A file that knows how far it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb")
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        taken = self._file.readinto(buffer)
        self.taken += taken
        return int(taken)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.taken += len(data)
        return data

    def close(self) -> None:
        self._file.close()
        super().close()
