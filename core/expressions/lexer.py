"""Words, numbers and signs of a formula, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.expressions.refusal import START, ExpressionError, Place

LONGEST = 2_000
LONGEST_NUMBER = 30
TOKEN = re.compile(
    r"""
    (?P<space>[^\S\n]+)
  | (?P<line>\n)
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
  | (?P<sign><=|>=|<>|!=|==|[-+*/^()<>=,%×÷−·≤≥≠])
    """,
    re.VERBOSE,
)
SAME = {"×": "*", "·": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>"}
SAME |= {"==": "="}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, word, text, sign or end."""

    kind: str
    text: str
    place: Place


def tokens(text: str) -> list[Token]:
    """The parts of a formula, with an end. Raises ExpressionError."""
    if len(text) > LONGEST:
        fault = f"The formula has {len(text)} characters."
        raise ExpressionError(START, fault, f"{LONGEST} are the most: make it shorter.")
    found = [token for token in _read(text) if token.kind not in ("space", "line")]
    if not found:
        raise ExpressionError(START, "The formula is empty.", "Write something to work out.")
    return [*found, Token("end", "", _end(text))]


def _read(text: str) -> Iterator[Token]:
    position, line, began = 0, 1, 0
    while position < len(text):
        place = Place(line, position - began + 1)
        match = TOKEN.match(text, position)
        if match is None:
            raise _unknown(text[position], place)
        kind, word = str(match.lastgroup), match[0]
        if kind == "number" and len(word) > LONGEST_NUMBER:
            raise ExpressionError(place, "This number is too long.", "Use at most 30 digits.")
        yield Token(kind, SAME.get(word, word), place)
        position = match.end()
        if newlines := word.count("\n"):
            line += newlines
            began = match.start() + word.rindex("\n") + 1


def _unknown(letter: str, place: Place) -> ExpressionError:
    if letter in "\"'":
        return ExpressionError(place, "This text does not end.", f"Close it with {letter}.")
    if letter == ".":
        return ExpressionError(place, "A number cannot begin with a point.", "Write 0.5.")
    shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
    return ExpressionError(place, f"“{shown}” means nothing here.", "Take it out.")


def _end(text: str) -> Place:
    last = text.rstrip("\n")
    return Place(last.count("\n") + 1, len(last) - last.rfind("\n"))
