"""A document as a file: Markdown, Word or PDF, each with the same words and figures as the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from django.utils.text import slugify

from core.errors import NotFound
from workspaces.documents.blocks import Block, is_block
from workspaces.documents.markdown import tokens_of


@dataclass(frozen=True, slots=True)
class Written:
    """What is exported. `number` 0 is the draft; `signed` are lines such as “Ada Lang, 2 Dec”.

    `at` is when it was published, or when the figures of a draft were worked out.
    """

    title: str
    body: str
    blocks: Sequence[Block]
    number: int = 0
    at: datetime | None = None
    by: str = ""
    sha256: str = ""
    signed: Sequence[str] = ()

    @property
    def stamp(self) -> str:
        """The line below the title."""
        moment = f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if self.at else ""
        if not self.number:
            return f"Draft · figures as of {moment}" if moment and self.blocks else "Draft"
        return " · ".join(filter(None, (f"Version {self.number}", moment, self.by)))

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        base = slugify(self.title)[:80] or "document"
        return f"{base}-v{self.number}" if self.number else f"{base}-draft"


def as_markdown(written: Written) -> bytes:
    """Title and stamp, the text with its tables, and who signed."""
    head = f"# {written.title}\n\n_{written.stamp}_\n\n"
    tail = "".join(f"\n- Signed: {line}" for line in written.signed)
    return f"{head}{text_of(written).rstrip()}\n{tail}".encode()


def text_of(written: Written) -> str:
    """The text with each block as the table it stands for."""
    lines = written.body.splitlines(keepends=True)
    blocks = iter(written.blocks)
    out: list[str] = []
    at = 0
    for token in tokens_of(written.body):
        if token.type == "fence" and is_block(token.info) and token.map:
            block = next(blocks, None)
            out += [*lines[at : token.map[0]], _table(block) if block else ""]
            at = token.map[1]
    return "".join([*out, *lines[at:]])


def _table(block: Block) -> str:
    if block.problem:
        return f"_{block.problem}_\n"

    def row(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"

    rule = ["---:" if numeric else "---" for numeric in block.numeric] or ["---"]
    note = f"\n_{block.note}_\n" if block.note else ""
    title = f"**{block.title}**\n\n" if block.title else ""
    return title + row(block.headers) + row(rule) + "".join(map(row, block.rows)) + note


def _as_docx(written: Written) -> bytes:
    from workspaces.documents.word import write

    buffer = BytesIO()
    write(written, buffer)
    return buffer.getvalue()


def _as_pdf(written: Written) -> bytes:
    from workspaces.documents.pdf import write

    buffer = BytesIO()
    write(written, buffer)
    return buffer.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WRITERS: dict[str, tuple[str, Callable[[Written], bytes]]] = {
    "md": ("text/markdown; charset=utf-8", as_markdown),
    "docx": (DOCX, _as_docx),
    "pdf": ("application/pdf", _as_pdf),
}


def export(written: Written, extension: str) -> tuple[str, str, bytes]:
    """(name, content type, bytes). Raises NotFound for a kind of file we do not write."""
    if extension not in WRITERS:
        raise NotFound("A document can be taken away as md, docx or pdf.")
    content_type, write = WRITERS[extension]
    return f"{written.stem}.{extension}", content_type, write(written)
