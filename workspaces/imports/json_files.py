"""JSON: an array of objects, objects one a line, or one object that holds such an array."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import ijson

from workspaces.imports.json_depth import WatchedFile
from workspaces.imports.kinds import PRESETS
from workspaces.imports.reading import Line, Source, Unreadable, counted, named

SAMPLE_ROWS = 1_000
DEEPEST = 4
# ValueError: a number of more digits than Python reads, or bytes that are no UTF-8.
BREAKAGE = (ijson.JSONError, ValueError)


def open_json(path: Path) -> Source:
    """Look at a JSON file. Raises Unreadable."""
    prefix, several = _where(path)
    consumed = [WatchedFile(path)]
    consumed[0].close()

    def objects() -> Iterator[dict[str, str]]:
        consumed[0] = WatchedFile(path)
        return _objects(consumed[0], prefix, several)

    keys: dict[str, None] = {}
    for row in islice(objects(), SAMPLE_ROWS):
        keys.update(dict.fromkeys(row))
    if not keys:
        raise Unreadable("The file holds no objects. It should be a list of objects, one a row.")
    headers = list(keys)

    def lines() -> Iterator[Line]:
        return counted(_line(number, row, headers) for number, row in enumerate(objects(), start=1))

    return Source(
        "json", named(headers), lines, encoding="utf-8", position=lambda: consumed[0].taken
    )


def _line(number: int, row: dict[str, str], headers: list[str]) -> Line:
    """Keys that are missing are empty; ones that came up too late are a problem, not a loss."""
    unknown = [key for key in row if key not in headers]
    cells = [row.get(header, "") for header in headers]
    if not unknown:
        return Line(number, cells)
    return Line(
        number,
        cells,
        f"“{unknown[0][:60]}” does not occur in the first {SAMPLE_ROWS} objects.",
        "Give the first object every key, with null where there is nothing.",
    )


def _where(path: Path) -> tuple[str, bool]:
    """Where the rows stand: ijson's prefix, and whether the file is objects one after another.

    Of several lists it is the one that a preset names, else the first.
    """
    named = {preset.rows for preset in PRESETS.values() if preset.rows}
    first = ""
    with closing(WatchedFile(path)) as file:
        try:
            for prefix, event, _ in ijson.parse(file, multiple_values=True):
                if event == "start_array" and (not prefix or prefix in named):
                    return (f"{prefix}.item" if prefix else "item"), False
                first = first or (prefix if event == "start_array" else "")
                if event == "end_map" and not prefix:
                    return (f"{first}.item", False) if first else ("", True)
                is_deep = event not in ("map_key", "start_map") and prefix.count(".") > DEEPEST
                if is_deep and not first:
                    break
        except BREAKAGE as error:
            raise _broken(error) from None
    raise Unreadable("The file should be a list of objects, one a row.")


def _objects(file: WatchedFile, prefix: str, several: bool) -> Iterator[dict[str, str]]:
    try:
        for found in ijson.items(file, prefix, multiple_values=several):
            if not isinstance(found, dict):
                raise Unreadable('The list should hold objects such as {"sku": "A-1"}.')
            yield dict(_flat(found, ""))
    except BREAKAGE as error:
        raise _broken(error) from None
    finally:
        file.close()


def _flat(value: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    """Nested objects as “outer.inner”; lists of plain values joined by commas."""
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, dict):
            yield from _flat(inner, f"{name}.")
        elif isinstance(inner, list):
            yield (
                name,
                ", ".join(_text(each) for each in inner if not isinstance(each, dict | list)),
            )
        else:
            yield name, _text(inner)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _broken(error: Exception) -> Unreadable:
    return Unreadable(
        f"This is not valid JSON: {str(error)[:120]}. Check the file's end and quotes."
    )
