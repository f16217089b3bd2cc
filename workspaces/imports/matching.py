"""Which column of the file is which field: by preset, from memory, by alias, by near name."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.fields import transfer
from workspaces.fields.providing import hidden_from
from workspaces.imports.kinds import PRESETS, Column, Kind, Preset, simple
from workspaces.imports.models import ColumnMapping
from workspaces.imports.registered import known
from workspaces.members.models import Workspace

NEAR = 88  # of 100; below this two names are not taken for the same


@dataclass(slots=True)
class Proposal:
    """A suggestion that a person confirms or mends."""

    preset: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    remembered: bool = False


def kind_of(name: str, workspace: Workspace) -> Kind:
    """The kind of that name, with the workspace's own fields. Raises Refused for none."""
    kinds = known()
    if name not in kinds:
        raise Refused(f"“{name}” cannot be imported. Kinds are: {', '.join(sorted(kinds))}.")
    kind = kinds[name]
    if not kind.record:
        return kind
    own = transfer.columns(workspace, kind.record, kind.columns)
    return replace(kind, columns=(*kind.columns, *own))


def kind_for(actor: Actor, name: str) -> Kind:
    """The same without the fields that this role may not see."""
    kind = kind_of(name, actor.workspace)
    if not kind.record:
        return kind
    hidden = hidden_from(actor, kind.record)
    columns = transfer.allowed(actor, kind.record, kind.columns)
    return replace(kind, columns=tuple(one for one in columns if one.name not in hidden))


def preset_of(name: str, kind: str) -> Preset | None:
    """The preset of that name, None for no name. Raises Refused."""
    if not name:
        return None
    preset = PRESETS.get(name)
    if preset is None or preset.kind != kind:
        known = ", ".join(sorted(each.name for each in presets_of(kind)))
        raise Refused(f"There is no preset “{name}” for {kind}. Known are: {known or 'none'}.")
    return preset


def presets_of(kind: str) -> list[Preset]:
    """The presets of a kind, by label."""
    found = (preset for preset in PRESETS.values() if preset.kind == kind)
    return sorted(found, key=lambda preset: preset.label)


def fingerprint(headers: Sequence[str]) -> str:
    """The same for every file with these columns, in whatever order."""
    return hashlib.sha256("\x1f".join(sorted(map(simple, headers))).encode()).hexdigest()


def recognise(kind: str, headers: Sequence[str]) -> Preset | None:
    """The one-file preset whose recognising cells are all there; of several the one with most."""
    have = {simple(header) for header in headers}
    fitting = [
        preset
        for preset in presets_of(kind)
        if preset.headers
        and not preset.files
        and {simple(header) for header in preset.headers} <= have
    ]
    return max(fitting, key=lambda preset: len(preset.headers), default=None)


def role_of(preset: Preset, headers: Sequence[str]) -> str:
    """Which of a preset's files this is; nothing when it is none of them."""
    have = {simple(header) for header in headers}
    fitting = [
        (len(wanted), role)
        for role, wanted in preset.files.items()
        if {simple(header) for header in wanted} <= have
    ]
    return max(fitting)[1] if fitting else ""


def several_files(kind: str, all_headers: Sequence[Sequence[str]]) -> Preset | None:
    """The preset that knows every one of several files and misses none."""
    for preset in presets_of(kind):
        roles = {role_of(preset, headers) for headers in all_headers}
        needed = set(preset.files) - preset.optional
        if preset.files and "" not in roles and needed <= roles and len(roles) == len(all_headers):
            return preset
    return None


def left_over(
    kind: str, all_headers: Sequence[Sequence[str]]
) -> tuple[Preset, list[int], list[str]] | None:
    """The preset that these files come nearest to, where none knows exactly these.

    With it the places of files that are none of its own, and the roles it still needs.
    """
    nearest: tuple[int, Preset, list[int], list[str]] | None = None
    for preset in presets_of(kind):
        roles = [role_of(preset, headers) for headers in all_headers]
        known = {role for role in roles if role} - preset.optional
        if known and (nearest is None or len(known) > nearest[0]):
            surplus = [place for place, role in enumerate(roles) if not role]
            needed = [r for r in preset.files if r not in preset.optional and r not in roles]
            nearest = (len(known), preset, surplus, needed)
    return nearest[1:] if nearest else None


def propose(kind: Kind, headers: Sequence[str], workspace_id: int, preset: str = "") -> Proposal:
    """What this workspace said last time, else a preset's mapping, else names that match."""
    chosen = preset_of(preset, kind.name)
    if chosen is None:
        kept = (
            ColumnMapping.objects.in_workspace(workspace_id)
            .filter(kind=kind.name, fingerprint=fingerprint(headers))
            .first()
        )
        options = dict(kept.options) if kept else {}
        said = preset_of(options.pop("preset", ""), kind.name)
        # What a file meant among others says nothing of it alone.
        if kept is not None and not (said and said.files):
            return Proposal(said.name if said else "", dict(kept.mapping), options, True)
        chosen = recognise(kind.name, headers)
    if chosen is not None:
        return Proposal(chosen.name, _completed(kind, chosen, headers))
    return Proposal(mapping=by_name(kind, headers))


def _completed(kind: Kind, preset: Preset, headers: Sequence[str]) -> dict[str, str]:
    """The preset's mapping, and by name what the preset does not speak of."""
    known = preset_mapping(preset, headers)
    if preset.transform or preset.combine:
        return known
    left = [header for header in headers if header not in known.values()]
    named = by_name(kind, left)
    said = {*known, *preset.constants}
    return known | {field: header for field, header in named.items() if field not in said}


def preset_mapping(preset: Preset, headers: Sequence[str]) -> dict[str, str]:
    """The preset's mapping as far as the file has its columns, in the file's spelling."""
    if preset.transform or preset.combine:
        return {}
    spelled = {simple(header): header for header in reversed(headers)}
    found = {field: spelled.get(simple(header)) for field, header in preset.mapping.items()}
    return {field: header for field, header in found.items() if header}


def by_name(kind: Kind, headers: Sequence[str]) -> dict[str, str]:
    """Equal labels first, then equal names and aliases; then near ones, best first."""
    free = {simple(header): header for header in reversed(headers)}
    mapping = _equal(kind, free, lambda column: (column.label,))
    mapping |= _equal(kind, free, lambda column: (column.name, *column.aliases), mapping)
    near = []
    for column in kind.columns:
        if column.name not in mapping and free:
            names = [simple(name) for name in (column.name, column.label, *column.aliases)]
            for name in names:
                best = process.extractOne(name, list(free), scorer=fuzz.token_sort_ratio)
                if best and best[1] >= NEAR:
                    near.append((best[1], column.name, best[0]))
    for _, name, header in sorted(near, reverse=True):
        if name not in mapping and header in free:
            mapping[name] = free.pop(header)
    return mapping


def _equal(
    kind: Kind,
    free: dict[str, str],
    spellings: Callable[[Column], Sequence[str]],
    done: Collection[str] = (),
) -> dict[str, str]:
    """The columns whose header is spelled so; they are free no more."""
    mapping = {}
    for column in kind.columns:
        names = (simple(name) for name in spellings(column))
        found = next((name for name in names if name in free), None)
        if found is not None and column.name not in done:
            mapping[column.name] = free.pop(found)
    return mapping


def check_mapping(
    kind: Kind, preset: Preset | None, mapping: Mapping[str, str], headers: Sequence[str]
) -> None:
    """Raises Refused when a field or column is unknown, or a needed field has no column."""
    if preset and (preset.transform or preset.combine):
        return
    known = {column.name for column in kind.columns}
    for field_name, header in mapping.items():
        if field_name not in known:
            raise Refused(f"{kind.label} have no field “{field_name}”.")
        if header not in headers:
            raise Refused(f"The file has no column “{header}”.")
    constants = preset.constants if preset else {}
    missing = [
        column.label
        for column in kind.columns
        if column.required and column.name not in mapping and column.name not in constants
    ]
    if missing:
        raise Refused(f"Choose the column that holds: {', '.join(missing)}.")


def remember(
    workspace_id: int,
    kind: str,
    headers: Sequence[str],
    mapping: Mapping[str, str],
    options: Mapping[str, str],
) -> None:
    """Read files with these columns the same way next time."""
    ColumnMapping.objects.update_or_create(
        workspace_id=workspace_id,
        kind=kind,
        fingerprint=fingerprint(headers),
        defaults={"mapping": dict(mapping), "options": dict(options)},
    )
