"""Where a letter's own words end and what it answers begins."""

import re

HEADS = (
    r"^On .{5,200}wrote:[ \t]*$",
    r"^(?:Am|Den|Le|El|Il|Op|Em) .{5,200}(?:schrieb|skrev|écrit|escribió|scritto|schreef|escreveu)"
    r".{0,80}:[ \t]*$",
    r"^-{2,20} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Forwarded message)",
    r"^_{20,200}[ \t]*\n(?:From|Von|De): ",
    r"^(?:From|Von): .{1,300}\n(?:Sent|Date|Gesendet|Datum): ",
)
HEAD = re.compile("|".join(f"(?:{head})" for head in HEADS), re.M)


def history_at(text: str) -> int | None:
    """Where what is quoted begins; None when nothing is, or nothing stands before it."""
    found = HEAD.search(text)
    place = found.start() if found else _last_quoted(text)
    return place if place and text[:place].strip() else None


def _last_quoted(text: str) -> int:
    """Where the quoted lines at the end begin; 0 for none."""
    place = end = len(text.rstrip())
    while place > 0:
        start = text.rfind("\n", 0, max(0, place - 1)) + 1
        if not text[start:place].startswith(">"):
            break
        place = start
    return place if place < end else 0
