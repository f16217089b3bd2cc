"""An evidence pack: one ZIP with the files that show the law is met, compliance file and index.

It is written while it is sent, so that its size costs no memory. The same state gives the same
bytes: files in a fixed order, without a moment of its making. Each file is hashed on its way; one
that is no longer what was handed in, or is lost, is named first in the index.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.text import slugify

from products.compliance.dossier import Dossier, Paper
from products.compliance.wording import NOT_ADVICE

CHUNK = 64 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name
READABLE = 0o644 << 16
UNIX = 3
ENDING = re.compile(r"\.[a-z0-9]{1,8}")
LONGEST_STEM = 60
PAGE, LOOK = "compliance/evidence_pack.html", Path(__file__).parent / "evidence_pack.css"
COMPLIANCE_FILE = "compliance-file.pdf"


@dataclass(frozen=True, slots=True)
class CompliancePdf:
    """The compliance file as it goes along. `stamp` says which version it is."""

    content: bytes
    title: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A document of evidence as it lies in the pack. `problem` is empty while all is well."""

    number: int
    path: str
    paper: Paper
    found: str
    problem: str


class _Outlet:
    """A file that hands on what is written to it. It cannot be sought in."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def packed(found: Dossier, pdf: CompliancePdf) -> Iterator[bytes]:
    """The ZIP, piece by piece."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:  # type: ignore[call-overload]
        done: list[Packed] = []
        for number, paper in enumerate(found.papers, 1):
            yield from _evidence(archive, outlet, number, paper, done)
        index = index_of(found, done, pdf)
        text = json.dumps(index, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr(_entry(COMPLIANCE_FILE), pdf.content)
        archive.writestr(_entry("index.json"), f"{text}\n".encode())
        page = render_to_string(PAGE, {"found": found, "packed": done, "index": index})
        archive.writestr(_entry("index.html"), page.encode())
        archive.writestr(_entry("index.css"), LOOK.read_bytes())
        yield outlet.take()
    yield outlet.take()


def _entry(path: str, size: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.external_attr, entry.create_system = READABLE, UNIX
    entry.compress_type, entry.file_size = zipfile.ZIP_DEFLATED, size
    return entry


def _evidence(
    archive: zipfile.ZipFile, outlet: _Outlet, number: int, paper: Paper, done: list[Packed]
) -> Iterator[bytes]:
    """One file, hashed while it is copied."""
    path, digest = path_of(number, paper), sha256()
    try:
        source = default_storage.open(paper.file)
    except FileNotFoundError:
        done.append(Packed(number, "", paper, "", "Lost: the file is no longer there."))
        return
    with source, archive.open(_entry(path, paper.size), "w") as target:
        for part in source.chunks(CHUNK):
            digest.update(part)
            target.write(part)
            yield outlet.take()
    found = digest.hexdigest()
    words = "Changed: this is not the file that was handed in and reviewed."
    done.append(Packed(number, path, paper, found, "" if found == paper.sha256 else words))


def path_of(number: int, paper: Paper) -> str:
    """A name of its own that every system can unpack: number, title, and the file's ending."""
    ending = Path(paper.name).suffix.lower()
    stem = slugify(paper.title)[:LONGEST_STEM].strip("-") or "document"
    return f"evidence/{number:03d}-{stem}{ending if ENDING.fullmatch(ending) else ''}"


def index_of(found: Dossier, done: list[Packed], pdf: CompliancePdf) -> dict[str, Any]:
    """The pack in words and numbers, for machines."""
    numbers = {one.paper.pk: one.number for one in done}
    return {
        "about": found.scope.title,
        "products": list(found.scope.products.values()),
        "markets": list(found.scope.markets.values()),
        "as_of": found.scope.day,
        "note": f"{NOT_ADVICE}. Check it against the law before you rely on it.",
        "being_worked_out": found.waits,
        "problems": [
            f"{one.number}. {one.paper.title}: {one.problem}" for one in done if one.problem
        ],
        "compliance_file": {
            "path": COMPLIANCE_FILE,
            "title": pdf.title,
            "stamp": pdf.stamp,
            "sha256": sha256(pdf.content).hexdigest(),
        },
        "rule_packs": [asdict(one) for one in found.packs],
        "obligations": [
            {name: value for name, value in asdict(one).items() if name != "papers"}
            | {"evidence": [numbers[pk] for pk in one.papers]}
            for one in found.duties
        ],
        "evidence": [_line(one) for one in done],
    }


def _line(one: Packed) -> dict[str, Any]:
    """A document without the name it has in our storage."""
    told = {name: value for name, value in asdict(one.paper).items() if name not in ("pk", "file")}
    return {
        "number": one.number,
        "path": one.path,
        **told,
        "sha256_found": one.found,
        "intact": not one.problem,
        "problem": one.problem,
    }
