"""Excel workbooks, read row by row; bombs and macros are refused before anything is unpacked."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from workspaces.imports.reading import Line, Source, Unreadable, counted, fitted, named, trimmed

MAX_MEMBERS = 2_000
MAX_UNPACKED = 4 * 1024**3
MAX_RATIO = 100
SMALL = 1 << 20  # below this a high ratio is harmless: a sheet of equal cells packs well
MAX_SHARED_TEXT = 64 << 20  # held in memory while the sheet is read
MAX_ROW = 32 << 20
MOST_ROWS = 1_048_576  # of Excel's format
LONGEST_TAG = 40
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_MARKUP = re.compile(rb"<!(?!DOCTYPE)")  # a document type is refused by the parser itself
BREAKAGE = (  # what openpyxl lets through when the parts of a workbook do not fit together
    InvalidFileException,
    DefusedXmlException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
)
BROKEN = "This is not a workbook we can open. Save it again as .xlsx, or as CSV."


def guard(path: Path) -> None:
    """Refuse what would unpack into far more than it is. Reads the directory alone."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unreadable(BROKEN) from None
    if len(members) > MAX_MEMBERS:
        raise Unreadable("This workbook has too many parts. Save the one sheet as CSV.")
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names:
        raise Unreadable("This is a ZIP file, not a workbook. Unpack it and upload what is inside.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("This workbook has macros. Save it as .xlsx without macros, or as CSV.")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable("This workbook unpacks to more than 4 GB. Save the sheet as CSV.")
    for member in members:
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable("This workbook is packed like a bomb. Save the sheet as CSV.")
        if member.file_size > MAX_SHARED_TEXT and not _is_sheet(member.filename):
            raise Unreadable("This workbook has too much text for Excel's format. Save it as CSV.")


def _is_sheet(name: str) -> bool:
    """Only sheets are streamed; every other part is held in memory, whatever it is called."""
    return name.startswith("xl/worksheets/") and not name.endswith("sharedStrings.xml")


def _check_parts(path: Path) -> None:
    """The texts must be where their size was looked at, and sheets must come to their rows."""
    with zipfile.ZipFile(path) as archive:
        with archive.open("[Content_Types].xml") as file:
            types = fromstring(file.read(SMALL))
        for part in types:
            name = str(part.get("PartName", "")).lstrip("/")
            if "sharedStrings" in str(part.get("ContentType")) and _is_sheet(name):
                raise Unreadable(BROKEN)
        for member in archive.infolist():
            if _is_sheet(member.filename) and member.file_size > MAX_ROW:
                with archive.open(member) as file:
                    _Watched(file).read_to_first_row()


def open_xlsx(path: Path, sheet: str) -> Source:
    """Look at a workbook: its first sheet with a header, or the one named. Raises Unreadable."""
    guard(path)
    try:
        _check_parts(path)
    except BREAKAGE:
        raise Unreadable(BROKEN) from None
    sheets = _sheets(path)
    chosen = sheet if sheet in sheets else ""
    for name in [chosen] if chosen else sheets:
        header = next((row for row in _rows(path, name) if any(row)), None)
        if header:
            break
    else:
        raise Unreadable("The workbook has no rows.")
    headers = named(trimmed(header))
    taken = [0]

    def lines() -> Iterator[Line]:
        return counted(_lines(path, name, len(headers)))

    return Source("xlsx", headers, lines, sheet=name, sheets=sheets, position=lambda: taken[0])


@contextmanager
def _book(path: Path) -> Iterator[Workbook]:
    """The workbook, opened for streaming. Whatever is broken in it is one refusal."""
    try:
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            try:
                yield book
            finally:
                book.close()
    except BREAKAGE:
        raise Unreadable(BROKEN) from None


def _sheets(path: Path) -> list[str]:
    with _book(path) as book:
        return [sheet.title for sheet in book.worksheets]


class _Watched:
    """A sheet on its way to the parser, which keeps a row in memory until it ends."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._since_row, self._seam = file, 0, b""
        self.has_rows = False

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        looked_at = self._seam + data
        self._seam = looked_at[-LONGEST_TAG:]
        if _MARKUP.search(looked_at):
            raise ValueError("a comment or section in a sheet")
        last = looked_at.rfind(b"row")
        if last >= 0 and _ROW.search(looked_at):
            self._since_row, self.has_rows = len(looked_at) - last, True
        else:
            self._since_row += len(data)
        if self._since_row > MAX_ROW:
            raise ValueError("a row without end")
        return data

    def read_to_first_row(self) -> None:
        """Raises ValueError when there is none within MAX_ROW."""
        while self.read(SMALL) and not self.has_rows:
            pass

    def close(self) -> None:
        self._file.close()


def _rows(path: Path, sheet: str) -> Iterator[list[str]]:
    with _book(path) as book:
        page = book[sheet]
        source = page._get_source
        page._get_source = lambda: closing(_Watched(source()))
        page.reset_dimensions()  # what a file says of its size is not believed
        for number, cells in enumerate(page.iter_rows(values_only=True)):
            if number == MOST_ROWS:
                raise Unreadable(f"The sheet claims more than {MOST_ROWS:,} rows. Save it as CSV.")
            yield [_text(cell) for cell in cells]


def _lines(path: Path, sheet: str, width: int) -> Iterator[Line]:
    number, below_header = 0, False
    for cells in _rows(path, sheet):
        if not below_header:
            below_header = any(cells)
            continue
        number += 1
        kept = trimmed(cells)
        if kept:
            yield fitted(number, kept + [""] * (width - len(kept)), width)


def _text(value: Any) -> str:
    """A cell as a text file would have it: dates in ISO, whole numbers without “.0”."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
