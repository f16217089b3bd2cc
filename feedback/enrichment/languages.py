"""Which language a text is in. Short and mixed texts are in none: unknown, never a guess.

The recogniser is loaded with the first text, in a worker alone: it carries numpy and its model.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

NAME = "py3langid-0.4"
SURE = 0.9  # below it a text's language is unknown
LONGEST = 5_000  # characters; more do not make it surer
# Among all 97 a short text is rarely sure of any. These are the ones shops here are written to in.
LANGUAGES = [
    "ar",
    "bg",
    "ca",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fi",
    "fr",
    "he",
    "hi",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "nb",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sr",
    "sv",
    "th",
    "tr",
    "uk",
    "vi",
    "zh",
]


@dataclass(frozen=True, slots=True)
class Recognised:
    """`code` is empty where nothing is sure; `likeliest` is what it would then be taken for."""

    code: str
    probability: float
    likeliest: str


NOTHING = Recognised("", 0.0, "")


def recognise(text: str) -> Recognised:
    """The language of a text, as two letters."""
    words = text[:LONGEST]
    if not any(letter.isalpha() for letter in words):
        return NOTHING
    found, likely = _recogniser().classify(words)
    probability, code = float(likely), {"nb": "no"}.get(found, found)
    return Recognised(code if probability >= SURE else "", probability, code)


@cache
def _recogniser() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages([one for one in LANGUAGES if one in made.labels])
    return made
