"""A document as a PDF: paged, with title, version, page number and fingerprint on each page."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import IO, Any

from django.contrib.staticfiles import finders
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    CondPageBreak,
    HRFlowable,
    Paragraph,
    Preformatted,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from workspaces.documents.blocks import Block
from workspaces.documents.exporting import Written
from workspaces.documents.flow import Piece, Run, pieces, safe_link

INK, QUIET, LINE = (
    colors.HexColor("#1f2430"),
    colors.HexColor("#5b6270"),
    colors.HexColor("#d9dce3"),
)
FACES = {
    "Text": "DejaVuSans.ttf",
    "Text-Bold": "DejaVuSans-Bold.ttf",
    "Text-Italic": "DejaVuSans-Oblique.ttf",
    "Text-BoldItalic": "DejaVuSans-BoldOblique.ttf",
    "Text-Mono": "DejaVuSansMono.ttf",
}
# What has to fit below a heading and a table's title; the table itself goes on over pages.
BELOW_HEADING, BELOW_TITLE = 45 * mm, 25 * mm
LETTER, PADDING = 5.6, 13.0  # points a letter takes in a cell, and what is around it
LONGEST_WORD, WIDEST = 14, 60  # letters
LONGEST_CELL, MOST_COLUMNS = 800, 12


@lru_cache(maxsize=1)
def _fonts() -> dict[str, str]:
    """The faces that hold every alphabet of Europe; without them the PDF's own, which do not."""
    found = {name: finders.find(f"vendor/dejavu-fonts-ttf/{file}") for name, file in FACES.items()}
    if not all(found.values()):
        names = ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique")
        return dict(zip(FACES, (*names, "Courier"), strict=True))
    for name, path in found.items():
        pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily("Text", "Text", "Text-Bold", "Text-Italic", "Text-BoldItalic")
    return {name: name for name in FACES}


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    usual = {"fontName": _fonts()["Text"], "textColor": INK, "spaceAfter": size * 0.6}
    return ParagraphStyle(name, fontSize=size, leading=size * 1.45, **(usual | more))


def write(written: Written, out: IO[bytes]) -> None:
    """Write `written` as .pdf: the same words give the same bytes."""
    page = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=written.title,
        author=written.by,
        subject=written.stamp,
        invariant=1,
    )
    bold = _fonts()["Text-Bold"]
    story: list[Any] = [
        Paragraph(escape(written.title), _style("title", 20, fontName=bold, spaceAfter=4)),
        Paragraph(escape(written.stamp), _style("stamp", 9, textColor=QUIET, spaceAfter=14)),
    ]
    for piece in pieces(written.body, written.blocks):
        story += _piece(piece, page.width)
    if written.signed:
        story.append(Paragraph("Signed", _style("signed", 11, fontName=bold, spaceBefore=12)))
        story += [Paragraph(escape(line), _style("line", 9)) for line in written.signed]

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(_fonts()["Text"], 7)
        canvas.setFillColor(QUIET)
        left = f"{written.title[:70]} · {written.stamp}"
        canvas.drawString(20 * mm, 12 * mm, left)
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, f"Page {canvas.getPageNumber()}")
        if written.sha256:
            canvas.drawString(20 * mm, 8 * mm, f"SHA-256 {written.sha256}")
        canvas.restoreState()

    page.build(story, onFirstPage=foot, onLaterPages=foot)


def _piece(piece: Piece, width: float) -> list[Any]:
    words = _words(piece.runs)
    match piece.kind:
        case "heading":
            size = {1: 16.0, 2: 13.0, 3: 11.0}.get(piece.level, 10.0)
            look = {"fontName": _fonts()["Text-Bold"], "spaceBefore": size}
            return [CondPageBreak(BELOW_HEADING), Paragraph(words, _style("heading", size, **look))]
        case "item":
            indent = 14.0 * piece.level
            look = {"leftIndent": indent, "bulletIndent": indent - 12, "spaceAfter": 3}
            return [Paragraph(words, _style("item", 9.5, **look), bulletText=piece.mark or None)]
        case "quote":
            look = {"leftIndent": 12, "textColor": QUIET, "fontName": _fonts()["Text-Italic"]}
            return [Paragraph(words, _style("quote", 9.5, **look))]
        case "code":
            text = "".join(run.text for run in piece.runs)
            look = {"fontName": _fonts()["Text-Mono"], "backColor": colors.HexColor("#f4f5f7")}
            return [Preformatted(text, _style("code", 8, **look), maxLineLength=100)]
        case "rule":
            return [HRFlowable(width="100%", color=LINE, spaceAfter=8, spaceBefore=8)]
        case "table":
            rows = [[_words(cell) for cell in row] for row in piece.rows]
            return _table(rows, [False] * len(rows[0]) if rows else [], width)
        case "block" if piece.block is not None:
            return _block(piece.block, width)
    return [Paragraph(words, _style("text", 9.5))]


def _words(runs: Sequence[Run]) -> str:
    """Runs in the markup that paragraphs take."""
    return "".join(_markup(run) for run in runs)


def _markup(run: Run) -> str:
    text = escape(run.text).replace("\n", "<br/>")
    for on, tag in ((run.bold, "b"), (run.italic, "i"), (run.struck, "strike")):
        text = f"<{tag}>{text}</{tag}>" if on else text
    if run.code:
        text = f'<font face="{_fonts()["Text-Mono"]}" size="8.5">{text}</font>'
    if run.link and (address := safe_link(run.link)):
        text = f'<a href="{escape(address)}" color="#4338ca">{text}</a>'
    return text


def _block(block: Block, width: float) -> list[Any]:
    bold = _fonts()["Text-Bold"]
    title = Paragraph(escape(block.title), _style("block", 9.5, fontName=bold))
    head = [CondPageBreak(BELOW_TITLE), title]
    if block.problem:
        return [*head, Paragraph(escape(block.problem), _style("note", 9, textColor=QUIET))]
    rows = [[escape(cell) for cell in row] for row in (block.headers, *block.rows)]
    note = [Paragraph(escape(block.note), _style("note", 8, textColor=QUIET))] if block.note else []
    return [*head, *_table(rows, block.numeric, width), *note]


def _table(rows: Sequence[Sequence[str]], numeric: Sequence[bool], width: float) -> list[Any]:
    if not rows or not rows[0]:
        return []
    columns = len(rows[0])
    if columns > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        return _stacked(rows)
    right = {at for at, is_number in enumerate(numeric) if is_number}

    def cell(text: str, at: int, *, head: bool) -> Paragraph:
        look: dict[str, Any] = {"alignment": 2 if at in right else 0, "spaceAfter": 0}
        if head:
            look |= {"fontName": _fonts()["Text-Bold"], "textColor": QUIET}
        return Paragraph(text, _style("cell", 8, **look))

    filled = [
        [
            cell(text, at, head=number == 0)
            for at, text in enumerate((*row, *[""] * columns)[:columns])
        ]
        for number, row in enumerate(rows)
    ]
    widths = _widths(rows, columns, width)
    table = Table(filled, colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return [table, Spacer(1, 8)]


def _widths(rows: Sequence[Sequence[str]], columns: int, width: float) -> list[float]:
    """Each column holds its longest word, within bounds; those that say more share what is left."""
    cells = [[row[at] for row in rows if at < len(row)] for at in range(columns)]
    words = [max((len(w) for cell in each for w in cell.split()), default=0) for each in cells]
    least = [PADDING + LETTER * min(most, LONGEST_WORD) for most in words]
    says = [min(max(map(len, each)), WIDEST) for each in cells]
    left = width - sum(least)
    if left < 0 or not sum(says):
        return [width * one / sum(least) for one in least]
    return [one + left * share / sum(says) for one, share in zip(least, says, strict=True)]


def _stacked(rows: Sequence[Sequence[str]]) -> list[Any]:
    """A table too wide or too deep for a page, as one paragraph a row: head, then what it says."""
    head, *others = rows
    return [
        Paragraph(
            "; ".join(
                f"<b>{name}</b> {cell}" for name, cell in zip(head, row, strict=False) if cell
            ),
            _style("stacked", 8),
        )
        for row in others
    ]
