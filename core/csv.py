"""Spreadsheet cells: what we write can never run as a formula, and reads back unchanged."""

import re

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")
GUARD = "'"


def neutralise(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet might take it for a formula.

    Plain numbers stay numbers. A text that already starts with guards before such a sign gets
    one more, so that `plain` is its exact inverse.
    """
    bare = text.lstrip(GUARD)
    guarded = bare.startswith(_DANGEROUS) and not _NUMBER.match(bare)
    return GUARD + text if guarded or (text != bare and _NUMBER.match(bare)) else text


def plain(text: str) -> str:
    """What `neutralise` was given."""
    if not text.startswith(GUARD):
        return text
    bare = text.lstrip(GUARD)
    if bare.startswith(_DANGEROUS) or _NUMBER.match(bare):
        return text[1:]
    return text
