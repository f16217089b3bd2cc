"""How a text is meant, from −1 to 1, and the words that decided it.

VADER (Hutto & Gilbert 2014) with words and phrases of shops: what each word weighs after negation,
amplifiers and “but”, added up and squeezed by s ÷ √(s² + 15). English alone: of other languages
nothing is said.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from feedback.enrichment.lexicon import PHRASES, WORDS

ENGLISH = "en"
LONGEST = 10_000  # characters that are judged: more would say little more
ALPHA = 15  # VADER's own
POSITIVE, NEGATIVE = 0.05, -0.05  # VADER's usual limits
MOST_KEPT = 30


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word or phrase, where it stands in the text, and what it weighed."""

    start: int
    stop: int
    weight: float


@dataclass(frozen=True, slots=True)
class Feeling:
    """The sentiment of a text. `words` are those that weighed anything, the heaviest first."""

    value: float
    words: tuple[Weighed, ...]


def judge(text: str) -> Feeling:
    """The sentiment of an English text; 0 where no word says anything."""
    text = text[:LONGEST]
    found = _phrases(text)
    taken = [(one.start, one.stop) for one in found]
    for one in _words(text):
        if not any(start < one.stop and one.start < stop for start, stop in taken):
            found.append(one)
    total = sum(one.weight for one in found)
    value = total / math.sqrt(total * total + ALPHA)
    found.sort(key=lambda one: (-abs(one.weight), one.start))
    return Feeling(round(value, 3), tuple(found[:MOST_KEPT]))


def _phrases(text: str) -> list[Weighed]:
    """Phrases; praise is turned round where one of the three words before denies it."""
    found: list[Weighed] = []
    for pattern, weight in _patterns():
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.stop for one in found):
                continue
            before = text[max(0, match.start() - 60) : match.start()].lower().split()[-3:]
            denied = weight > 0 and _vader().negated(before)
            factor = _vader().N_SCALAR if denied else 1.0
            found.append(Weighed(match.start(), match.end(), round(weight * factor, 2)))
    return found


def _words(text: str) -> list[Weighed]:
    """VADER's own steps, word by word, with their places."""
    vader, judge_ = _vader(), _analyzer()
    whole = vader.SentiText(text)
    weights: list[float] = []
    for at, word in enumerate(whole.words_and_emoticons):
        if word.lower() in vader.BOOSTER_DICT or word.lower() == "kind":
            weights.append(0)
        else:
            weights = judge_.sentiment_valence(0, whole, word, at, weights)
    weights = judge_._but_check(whole.words_and_emoticons, weights)
    places = _places(text, whole.words_and_emoticons)
    return [
        Weighed(*place, round(float(weight), 2))
        for place, weight in zip(places, weights, strict=False)
        if weight
    ]


def _places(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where VADER's words, stripped of their signs, stand in the text."""
    found, at = [], 0
    for word in words:
        start = text.find(word, at)
        if start < 0:  # it put signs aside that stand between; the place before is near enough
            start = at
        at = start + len(word)
        found.append((start, at))
    return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], float]]:
    found = [(one.replace(" ", r"\s"), weight) for one, weight in PHRASES.items()]
    return [(re.compile(rf"\b{one}\b", re.IGNORECASE), weight) for one, weight in found]


def _vader() -> Any:
    from vaderSentiment import vaderSentiment

    return vaderSentiment


@cache
def _analyzer() -> Any:
    analyzer = _vader().SentimentIntensityAnalyzer()
    analyzer.lexicon.update(WORDS)
    return analyzer
