"""An import's file as generic rows: mapped or transformed, with a person's corrections in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from django.core.files.storage import default_storage

from core.errors import Refused
from workspaces.imports.kinds import Column, Kind, Preset, Reader, Row
from workspaces.imports.matching import kind_of, preset_of
from workspaces.imports.models import ImportRun
from workspaces.imports.reading import Line, Source, open_source

Cells = Sequence[str]
OnProblem = Callable[[Line], None]


@dataclass(slots=True)
class Generic:
    """How to walk an import's rows. `columns` are the fields a row's cells stand for, in order.

    `mapped` is complete once the rows have been walked. `edited` yields a row's corrected cells.
    `lines` says how many rows of one file a preset has read; 0 where each is passed on.
    """

    kind: Kind
    columns: list[Column]
    mapped: set[str]
    rows: Callable[[OnProblem], Iterator[tuple[int, list[str]]]]
    position: Callable[[], int]
    size: int
    edits: dict[int, dict[str, str]] = field(default_factory=dict)
    lines: Callable[[], int] = lambda: 0


def reading_options(run: ImportRun, preset: Preset | None) -> dict[str, str]:
    """The preset's options with the person's on top; empty ones say nothing."""
    own = {key: str(value) for key, value in run.options.items() if value not in ("", None)}
    return {**(preset.options if preset else {}), **own}


def stored(name: str) -> Path:
    """Where an uploaded file lies."""
    path = Path(default_storage.path(name))
    if not path.exists():
        raise Refused("The uploaded file has been tidied away. Upload it again.")
    return path


def source_of(run: ImportRun) -> Source:
    """The import's first file, looked at again with its options."""
    options = reading_options(run, preset_of(run.preset, run.kind))
    options.setdefault("encoding", run.encoding)
    options.setdefault("delimiter", run.delimiter)
    options.setdefault("sheet", run.sheet)
    return open_source(stored(run.file.name or ""), run.filename, options)


def generic_of(run: ImportRun) -> Generic:
    """The rows of an import. Raises Refused (Unreadable) in words."""
    kind, preset = kind_of(run.kind, run.workspace), preset_of(run.preset, run.kind)
    edits = {int(number): dict(cells) for number, cells in run.edits.items()}
    source = source_of(run)
    if preset and preset.combine:
        return _combined(run, kind, preset, source, edits)
    if preset and preset.transform:
        return _transformed(run, kind, preset, source, edits)
    return _mapped(run, kind, preset, source, edits)


def _mapped(
    run: ImportRun,
    kind: Kind,
    preset: Preset | None,
    source: Source,
    edits: dict[int, dict[str, str]],
) -> Generic:
    """Cells picked by position: the fast way."""
    constants = dict(preset.constants) if preset else {}
    constants = {name: text for name, text in constants.items() if name not in run.mapping}
    at = {header: number for number, header in enumerate(source.headers)}
    gone = [header for header in run.mapping.values() if header not in at]
    if gone:
        raise Refused(f"The file has no column “{gone[0]}”. Match the columns again.")
    columns = [column for column in kind.columns if column.name in run.mapping]
    fixed = [column for column in kind.columns if column.name in constants]
    places = [at[run.mapping[column.name]] for column in columns]
    tail = [constants[column.name] for column in fixed]
    pick = itemgetter(*places) if len(places) > 1 else None

    def rows(on_problem: OnProblem) -> Iterator[tuple[int, list[str]]]:
        for line in source.lines():
            if line.problem:
                on_problem(line)
            cells = line.cells
            picked = list(pick(cells)) if pick else [cells[place] for place in places]
            yield line.number, picked + tail

    names = {column.name for column in (*columns, *fixed)}
    return Generic(kind, [*columns, *fixed], names, rows, source.position, run.size, edits)


def _transformed(
    run: ImportRun, kind: Kind, preset: Preset, source: Source, edits: dict[int, dict[str, str]]
) -> Generic:
    """Rows as a preset's transform makes them from whole rows of the file."""
    options = reading_options(run, preset)
    read = 0

    def counted(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        nonlocal read
        for read, (number, row) in enumerate(rows, start=1):  # noqa: B007 - read when all is over
            yield number, row

    def walk(on_problem: OnProblem) -> Iterator[tuple[int, Row]]:
        transform, rows = preset.transform, counted(_dicts(source, on_problem))
        return iter(()) if transform is None else transform(rows, options)

    generic = _from_dicts(run, kind, preset, walk, source.position, edits)
    generic.lines = lambda: read
    return generic


def _combined(
    run: ImportRun, kind: Kind, preset: Preset, source: Source, edits: dict[int, dict[str, str]]
) -> Generic:
    """Rows joined from several files."""
    from workspaces.imports.matching import role_of

    options = reading_options(run, preset)
    sources = {role_of(preset, source.headers) or next(iter(preset.files), ""): source}
    for part in run.parts:
        sources[part["role"]] = open_source(stored(part["name"]), part["filename"], {})

    def walk(on_problem: OnProblem) -> Iterator[tuple[int, Row]]:
        readers: dict[str, Reader] = {
            role: (lambda each=each: _dicts(each, on_problem))  # type: ignore[misc]
            for role, each in sources.items()
        }
        return iter(()) if preset.combine is None else preset.combine(readers, options)

    return _from_dicts(run, kind, preset, walk, source.position, edits)


def _dicts(source: Source, on_problem: OnProblem) -> Iterator[tuple[int, Row]]:
    headers = source.headers
    for line in source.lines():
        if line.problem:
            on_problem(line)
        yield line.number, dict(zip(headers, line.cells, strict=True))


def _from_dicts(
    run: ImportRun,
    kind: Kind,
    preset: Preset,
    walk: Callable[[OnProblem], Iterator[tuple[int, Row]]],
    position: Callable[[], int],
    edits: dict[int, dict[str, str]],
) -> Generic:
    names = [column.name for column in kind.columns]
    constants: Mapping[str, str] = preset.constants
    mapped: set[str] = set(constants)

    def rows(on_problem: OnProblem) -> Iterator[tuple[int, list[str]]]:
        for number, row in walk(on_problem):
            mapped.update(row)
            yield number, [row.get(name, constants.get(name, "")) or "" for name in names]

    return Generic(kind, list(kind.columns), mapped, rows, position, run.size, edits)
