"""What people type, as it can be kept: PostgreSQL keeps no NUL, and a name is one line.

Cleaned where it comes from a page, whose reader meant no such sign; an API or a file is told.
"""


def without_nul(text: str, most: int | None = None) -> str:
    """The text without NUL, at most so many letters of it."""
    return text.replace("\x00", "")[:most]


def trimmed(text: str, most: int | None = None) -> str:
    """The text without NUL and without blanks around it, at most so many letters of it."""
    return without_nul(text).strip()[:most]


def some_lines(text: str, most: int | None = None) -> str:
    """A text of lines, which browsers send with a carriage return each, trimmed."""
    return trimmed(text.replace("\r\n", "\n"), most)


def one_line(text: str, most: int | None = None) -> str:
    """A name: the words of the text with one blank between them, at most so many letters."""
    return " ".join(without_nul(text).split())[:most]


def is_keepable(text: str) -> bool:
    """Whether PostgreSQL can keep it: no NUL, and no half of a pair of surrogates."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
