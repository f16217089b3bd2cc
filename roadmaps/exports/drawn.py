"""Sheets as PDF, PNG and SVG."""

from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

from django.contrib.staticfiles import finders

from roadmaps.exports.sheet import WIDE, Sheet, Words, pages, picture
from roadmaps.sharing.plan import Plan

FACES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
PIXELS = 1.5  # a point of a picture
MARK, MARK_SIZE, MARK_STEP = "#c9ccd4", 22, 240


def pdf(plan: Plan, watermark: str = "") -> bytes:
    """A3 landscape, as many pages as it takes."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    sheets = pages(plan, watermark)
    canvas = Canvas(out, pagesize=(WIDE, sheets[0].height), invariant=1)
    canvas.setTitle(plan.title)
    canvas.setAuthor(plan.by)
    canvas.setSubject(f"As of {plan.as_of.isoformat()}")
    for sheet in sheets:
        _on_canvas(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def png(plan: Plan, watermark: str = "") -> bytes:
    """One picture of it; its metadata is empty."""
    from PIL import Image, ImageDraw

    sheet = picture(plan, watermark)
    size = round(WIDE * PIXELS), round(sheet.height * PIXELS)
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for box in sheet.boxes:
        corners = (box.x, box.y, box.x + box.width, box.y + box.height)
        draw.rectangle([one * PIXELS for one in corners], fill=box.fill)
    for line in sheet.strokes:
        ends = (line.x1, line.y1, line.x2, line.y2)
        draw.line([one * PIXELS for one in ends], fill=line.colour)
    for words in [*_marks(sheet), *sheet.words]:
        anchor = "rs" if words.align == "right" else "ls"
        at = words.x * PIXELS, words.y * PIXELS
        font = _picture_font(words.bold, round(words.size * PIXELS))
        draw.text(at, words.text, fill=words.colour, font=font, anchor=anchor)
    out = BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def svg(plan: Plan, watermark: str = "") -> bytes:
    """The same picture as lines and words."""
    sheet = picture(plan, watermark)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {sheet.height:g}" '
        'font-family="DejaVu Sans, sans-serif">',
        f"<title>{escape(plan.title)}</title>",
        f'<rect width="{WIDE:g}" height="{sheet.height:g}" fill="#ffffff"/>',
    ]
    for box in sheet.boxes:
        parts.append(
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
            f'height="{box.height:.1f}" fill="{box.fill}"/>'
        )
    for line in sheet.strokes:
        parts.append(
            f'<line x1="{line.x1:.1f}" y1="{line.y1:.1f}" x2="{line.x2:.1f}" '
            f'y2="{line.y2:.1f}" stroke="{line.colour}"/>'
        )
    parts += [_svg_words(one) for one in [*_marks(sheet), *sheet.words]]
    return "".join([*parts, "</svg>"]).encode()


def _svg_words(one: Words) -> str:
    weight = ' font-weight="bold"' if one.bold else ""
    anchor = ' text-anchor="end"' if one.align == "right" else ""
    return (
        f'<text x="{one.x:.1f}" y="{one.y:.1f}" font-size="{one.size:g}" '
        f'fill="{one.colour}"{weight}{anchor}>{escape(_printable(one.text))}</text>'
    )


def _on_canvas(canvas: Any, sheet: Sheet) -> None:
    for box in sheet.boxes:
        canvas.setFillColor(box.fill)
        bottom = sheet.height - box.y - box.height
        canvas.rect(box.x, bottom, box.width, box.height, stroke=0, fill=1)
    canvas.setLineWidth(0.5)
    for line in sheet.strokes:
        canvas.setStrokeColor(line.colour)
        canvas.line(line.x1, sheet.height - line.y1, line.x2, sheet.height - line.y2)
    for words in [*_marks(sheet), *sheet.words]:
        canvas.setFillColor(words.colour)
        canvas.setFont(_pdf_font(words.bold), words.size)
        write = canvas.drawRightString if words.align == "right" else canvas.drawString
        write(words.x, sheet.height - words.y, _printable(words.text))


def _marks(sheet: Sheet) -> list[Words]:
    """The watermark, all over the sheet and below its words."""
    if not sheet.watermark:
        return []
    found = []
    for row, y in enumerate(range(MARK_STEP // 2, int(sheet.height), MARK_STEP // 2)):
        for x in range(40 + (row % 2) * 200, int(WIDE) - 100, 560):
            found.append(Words(x, y, sheet.watermark[:60], MARK_SIZE, colour=MARK))
    return found


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


@lru_cache(maxsize=2)
def _pdf_font(bold: bool) -> str:
    """A face that holds every alphabet of Europe; without it the PDF's own, which does not."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    path = finders.find(f"vendor/dejavu-fonts-ttf/{FACES[bold]}")
    if not path:
        return "Helvetica-Bold" if bold else "Helvetica"
    name = "Sheet-Bold" if bold else "Sheet"
    pdfmetrics.registerFont(TTFont(name, str(path)))
    return name


@lru_cache(maxsize=32)
def _picture_font(bold: bool, size: int) -> Any:
    from PIL import ImageFont

    path = finders.find(f"vendor/dejavu-fonts-ttf/{FACES[bold]}")
    return ImageFont.truetype(str(path), size) if path else ImageFont.load_default(size)
