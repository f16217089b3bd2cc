"""A list as a file: streamed, with the columns of the screen, safe to open in a spreadsheet."""

import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from core.clock import today
from core.csv import neutralise, plain
from core.errors import NotFound
from workspaces.records.listing import Listing
from workspaces.records.lists import ListColumn, Shows

CHUNK = 2_000
LONGEST_SHEET = 1_048_575
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(listing: Listing, extension: str) -> HttpResponse:
    """Every row of the list, whatever page is open, in its order."""
    stem = f"{listing.actor.workspace.slug}-{listing.spec.name}"
    name = f"{stem}-{today(listing.actor.workspace.timezone).isoformat()}.{extension}"
    headers, rows = table(listing)
    return file_of(name, extension, headers, rows)


def file_of(
    name: str, extension: str, headers: Sequence[str], rows: Iterator[list[Any]]
) -> HttpResponse:
    """A download of these rows. Raises NotFound for a kind of file we do not write."""
    response: HttpResponseBase
    if extension == "csv":
        response = StreamingHttpResponse(csv_lines(headers, rows), "text/csv; charset=utf-8")
    elif extension == "xlsx":
        response = FileResponse(workbook(headers, rows), content_type=XLSX)
    elif extension == "json":
        response = StreamingHttpResponse(json_lines(headers, rows), "application/json")
    else:
        raise NotFound("A list can be taken away as csv, xlsx or json.")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]


def table(listing: Listing) -> tuple[list[str], Iterator[list[Any]]]:
    """Headers, and the values of each row. An amount stands beside its currency."""
    headers = []
    for column in listing.columns:
        headers.append(column.header)
        if column.currency:
            headers.append(f"{column.header} currency")
    return headers, _values(listing)


def _values(listing: Listing) -> Iterator[list[Any]]:
    rows = listing.sorting.ordered(listing.loaded)
    for row in rows.iterator(chunk_size=CHUNK):
        cells: list[Any] = []
        for column in listing.columns:
            cells.append(plain_value(column, column.value(row)))
            if column.currency:
                cells.append(column.currency(row))
        yield cells


def plain_value(column: ListColumn, value: Any) -> Any:
    """A value as a file holds it: rates as percent, moments to the second."""
    if value is None:
        return ""
    if column.shows == Shows.PERCENT:
        return (Decimal(value) * 100).normalize()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headers: Sequence[str], rows: Iterator[list[Any]]) -> Iterator[str]:
    """UTF-8 lines; the mark at the start tells spreadsheets so."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([neutralise(header) for header in headers])
    for row in rows:
        yield writer.writerow([_text(value) for value in row])


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return neutralise(value) if isinstance(value, str) else str(value)


def json_lines(headers: Sequence[str], rows: Iterator[list[Any]]) -> Iterator[str]:
    """A list of objects, one a row, their keys the headers; what is empty is null."""
    begins = "["
    for row in rows:
        values = dict(zip(headers, map(_json_value, row), strict=True))
        yield f"{begins}\n{json.dumps(values, ensure_ascii=False)}"
        begins = ","
    yield "[]\n" if begins == "[" else "\n]\n"


def _json_value(value: Any) -> Any:
    """Numbers stay exact; a text is guarded only where reading it would take a guard away."""
    if isinstance(value, str):
        return (value if plain(value) == value else neutralise(value)) or None
    if value is None or isinstance(value, bool | int):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def workbook(headers: Sequence[str], rows: Iterator[list[Any]]) -> Any:
    """A spreadsheet written row by row into a file that goes away when it is closed."""
    from openpyxl import Workbook  # 25 MB and a fifth of a second that most processes never need

    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.append([neutralise(header) for header in headers])
    for number, row in enumerate(rows):
        if number == LONGEST_SHEET:
            break
        sheet.append([_sheet_value(value) for value in row])
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    book.save(spool)
    spool.seek(0)
    return spool


def _sheet_value(value: Any) -> Any:
    """Numbers and dates stay what they are; text that a sheet would run is guarded."""
    if isinstance(value, int | float | Decimal | date):
        return value
    text = neutralise(str(value))
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")
