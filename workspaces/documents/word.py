"""A document as a Word file."""

from collections.abc import Sequence
from typing import IO, Any

from docx import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from workspaces.documents.blocks import Block
from workspaces.documents.exporting import Written
from workspaces.documents.flow import Piece, Run, pieces, safe_link

MOST_LEVELS = 3


def write(written: Written, out: IO[bytes]) -> None:
    """Write `written` as .docx."""
    file = Docx()
    file.core_properties.title = written.title
    file.core_properties.author = written.by
    file.add_heading(_clean(written.title), 0)
    file.add_paragraph(_clean(written.stamp), style="Subtitle")
    for piece in pieces(written.body, written.blocks):
        _piece(file, piece)
    for line in written.signed:
        file.add_paragraph(_clean(f"Signed: {line}"))
    file.save(out)


def _piece(file: Any, piece: Piece) -> None:
    match piece.kind:
        case "heading":
            _runs(file.add_heading(level=min(piece.level, 9)), piece.runs)
        case "item":
            style = "List Number" if piece.mark.endswith(".") else "List Bullet"
            depth = min(piece.level, MOST_LEVELS)
            name = style if depth == 1 else f"{style} {depth}"
            _runs(file.add_paragraph(style=name if piece.mark else "List Continue"), piece.runs)
        case "quote":
            _runs(file.add_paragraph(style="Intense Quote"), piece.runs)
        case "rule":
            file.add_paragraph("—" * 20)
        case "table":
            _table(file, piece.rows)
        case "block" if piece.block is not None:
            _block(file, piece.block)
        case _:
            _runs(file.add_paragraph(), piece.runs)


def _runs(paragraph: Any, runs: Sequence[Run]) -> None:
    for run in runs:
        if run.link and (address := safe_link(run.link)):
            _link(paragraph, run.text, address)
            continue
        made = paragraph.add_run(_clean(run.text))
        made.bold, made.italic = run.bold or None, run.italic or None
        made.font.strike = run.struck or None
        if run.code:
            made.font.name, made.font.size = "Consolas", Pt(9)


def _link(paragraph: Any, text: str, address: str) -> None:
    """A hyperlink; the library has none of its own."""
    key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(_clean(text))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _table(file: Any, rows: Sequence[Sequence[Sequence[Run]]]) -> None:
    if not rows or not rows[0]:
        return
    width = max(len(row) for row in rows)
    table = file.add_table(rows=0, cols=width, style="Light Grid Accent 1")
    for row in rows:
        cells = table.add_row().cells
        for cell, runs in zip(cells, row, strict=False):
            _runs(cell.paragraphs[0], runs)


def _block(file: Any, block: Block) -> None:
    if block.title:
        file.add_paragraph().add_run(_clean(block.title)).bold = True
    if block.problem:
        file.add_paragraph(_clean(block.problem))
        return
    _table(file, [[[Run(head, bold=True)] for head in block.headers]])
    table = file.tables[-1]
    for row in block.rows:
        cells = table.add_row().cells
        for cell, text, numeric in zip(cells, row, block.numeric, strict=False):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(_clean(text))
            if numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if block.note:
        file.add_paragraph(_clean(block.note))


def _clean(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")
