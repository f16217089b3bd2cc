"""Text tables: delimiter recognised, quoted newlines kept, ragged rows reported."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from workspaces.imports.encodings import SAMPLE, Detector
from workspaces.imports.reading import (
    MAX_CELL,
    Line,
    Source,
    Tracked,
    Unreadable,
    counted,
    fitted,
    named,
    trimmed,
)

DELIMITERS = ",;\t|"
CHUNK = 1 << 20
csv.field_size_limit(MAX_CELL)


def encoding_of(path: Path) -> str:
    """The encoding of a whole file."""
    detector = Detector()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            detector.feed(chunk)
    detector.feed(b"", final=True)
    return detector.result()


def open_csv(path: Path, options: Mapping[str, str]) -> Source:
    """Look at a text table. Raises Unreadable."""
    encoding = options.get("encoding") or encoding_of(path)
    sample = _sample(path, encoding)
    delimiter = options.get("delimiter") or sniff(sample)
    consumed = [Tracked(path)]
    consumed[0].close()

    def lines() -> Iterator[Line]:
        consumed[0] = Tracked(path)
        return counted(_lines(consumed[0], encoding, delimiter, len(headers)))

    headers = _headers(sample, delimiter)
    return Source("csv", headers, lines, encoding, delimiter, position=lambda: consumed[0].taken)


def _sample(path: Path, encoding: str) -> str:
    try:
        with path.open("r", encoding=encoding, errors="replace", newline="") as file:
            return file.read(SAMPLE)
    except LookupError:
        raise Unreadable(f"“{encoding}” is not an encoding we know. Save as UTF-8.") from None


def sniff(sample: str) -> str:
    """The delimiter that splits the first rows into most columns, evenly; else a comma."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        if not widths or widths[0] < 2:
            continue
        even = sum(width == widths[0] for width in widths) / len(widths)
        if (score := widths[0] * even) > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    """How many cells each of the first rows has; the last, perhaps cut, row is left out."""
    widths = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                widths.append(len(trimmed(row)) or 1)
            if len(widths) == 50:
                return widths
    except csv.Error:
        pass
    return widths[:-1] if len(widths) > 1 and len(sample) >= SAMPLE else widths


def _headers(sample: str, delimiter: str) -> list[str]:
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip("\ufeff ") for cell in row):
                return named(trimmed(row))
    except csv.Error as error:
        raise Unreadable(f"The header row cannot be read: {error}.") from None
    raise Unreadable("The file has no rows.")


def _lines(file: Tracked, encoding: str, delimiter: str, width: int) -> Iterator[Line]:
    """Rows below the header; blank ones are passed over."""
    buffered = io.BufferedReader(file, CHUNK)
    with io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number, below_header = 0, False
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield _broken(number, width, reader.line_num, error)
                continue
            if len(row) == width and below_header:
                number += 1
                if row[0] or any(cell.strip() for cell in row):
                    yield Line(number, row)
                continue
            if not any(cell.strip("\ufeff ") for cell in row):
                number += below_header
            elif not below_header:
                below_header = True
            else:
                number += 1
                yield fitted(number, row, width)


def _broken(number: int, width: int, line: int, error: csv.Error) -> Line:
    """A row whose quoting is wrong, or whose cell never ends."""
    if "larger than field limit" in str(error) or "unexpected end" in str(error):
        message = f"A quoted text before line {line} of the file never ends."
    else:
        message = f"The quotes near line {line} of the file do not match."
    return Line(number, [""] * width, message, 'Write a quote inside a quoted text twice: "".')
