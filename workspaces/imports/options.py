"""Reading options a person may choose; anything else is refused in words."""

import codecs
from collections.abc import Mapping

from core.errors import Refused

CHOICES = {
    "date_order": ("dmy", "mdy", "ymd"),
    "decimal": (".", ","),
    "delimiter": (",", ";", "\t", "|"),
    "create_products": ("yes", "no"),
}
LONGEST_SHEET = 31  # Excel's own limit


def checked_options(options: Mapping[str, str]) -> dict[str, str]:
    """The options that say something. Raises Refused naming what is possible."""
    found = {key: text for key, text in options.items() if text}
    for key, text in found.items():
        if key == "encoding":
            _check_encoding(text)
        elif key == "sheet":
            found[key] = text[:LONGEST_SHEET]
        elif key not in CHOICES:
            raise Refused(f"“{key}” is no reading option. Known are: {', '.join(_known())}.")
        elif text not in CHOICES[key]:
            possible = " or ".join(repr(choice) for choice in CHOICES[key])
            raise Refused(f"“{text}” cannot be the {key}. Use {possible}.")
    return found


def _known() -> list[str]:
    return sorted([*CHOICES, "encoding", "sheet"])


def _check_encoding(name: str) -> None:
    """A text encoding that Python streams; “base64” and its like are none."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True):
        raise Refused(f"“{name}” is not an encoding we know. Use utf-8, cp1252 or utf-16.")
