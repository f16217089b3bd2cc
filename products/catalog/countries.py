"""The country a market's name says, where it can mean but one: imports bring names alone."""

from functools import lru_cache

from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
OTHERWISE = {
    "uk": {"GB"},
    "great britain": {"GB"},
    "usa": {"US"},
    "european union": {"EU"},
    "congo": {"CD", "CG"},  # some languages call but one of them so
}
NOWHERE = {"EZ", "QO", "UN", "XA", "XB", "ZZ"}  # of the list, but no country


def country_named(name: str) -> str:
    """The code of ISO 3166 that a name or a code stands for; empty where it is none, or several."""
    wanted = " ".join(name.split())
    found = _known().get(wanted, frozenset()) or _known().get(wanted.casefold(), frozenset())
    return next(iter(found)) if len(found) == 1 else ""


@lru_cache(maxsize=1)
def _known() -> dict[str, frozenset[str]]:
    """What countries are called in small letters, and their codes in large ones."""
    found: dict[str, set[str]] = {name: set(codes) for name, codes in OTHERWISE.items()}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code not in NOWHERE:
                found.setdefault(name.casefold(), set()).add(code)
                found[code] = {code}
    return {name: frozenset(codes) for name, codes in found.items()}
