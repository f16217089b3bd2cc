"""How something is meant, from −1 to 1, and the words that decided it.

English is judged by VADER's lexicon and rules (negation, degree, “but”) with words of our own
(`lexicon.py`). Other languages are not judged: no figure is better than a wrong one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from feedback.enrichment.lexicon import PHRASES, WORDS

NAME = "vader-3.3.2+shop-2"
LONGEST = 20_000  # characters; what comes after them changes no judgement
MOST_WORDS = 40
JUDGED = "en"
POSITIVE, NEGATIVE = 0.05, -0.05  # VADER's own thresholds
CLAUSE_ENDS = tuple(".,;!?")
# VADER looks for “not” up to three words back; these keep it from looking into another clause.
APART = [("_", -1, -1)] * 3


@dataclass(frozen=True, slots=True)
class Weight:
    """A word of the text, by its place, and how much it counted."""

    start: int
    stop: int
    weight: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """`score` from −1 to 1; the words in the order of the text."""

    score: float
    words: tuple[Weight, ...]


def judge(text: str) -> Judgement:
    """How an English text is meant. A text without a word that weighs anything is neutral: 0."""
    pieces = _pieces(text[:LONGEST])
    if not pieces:
        return Judgement(0.0, ())
    score, weights = _analyser().weigh(" ".join(word for word, _, _ in pieces))
    counted: dict[tuple[int, int], float] = {}
    for (_, start, stop), weight in zip(pieces, weights, strict=True):
        if weight:
            counted[start, stop] = counted.get((start, stop), 0.0) + weight
    strongest = sorted(counted.items(), key=lambda one: (-abs(one[1]), one[0]))[:MOST_WORDS]
    words = [Weight(start, stop, round(weight, 2)) for (start, stop), weight in strongest]
    return Judgement(score, tuple(sorted(words, key=lambda one: one.start)))


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """The words as they are weighed, with their place in the text; a phrase is one word."""
    emojis = _analyser().emojis
    found: list[tuple[str, int, int]] = []
    for start, stop, phrase in _spans(text):
        if phrase:
            found.append((phrase, start, stop))
            found += APART if text[stop : stop + 1] in CLAUSE_ENDS else []
            continue
        plain = 0
        word = text[start:stop]
        for at, letter in enumerate("" if word.isascii() else word):
            if letter in emojis:
                found += _word(text, start + plain, start + at)
                found += [(one, start + at, start + at + 1) for one in emojis[letter].split()]
                plain = at + 1
        found += _word(text, start + plain, stop)
    return found


def _word(text: str, start: int, stop: int) -> list[tuple[str, int, int]]:
    word = text[start:stop].replace("’", "'")
    bare = word.strip('.,;:!?()[]{}"“”„…')
    if not bare:
        return [(word, start, stop)] if word else []
    begin = start + word.index(bare)
    apart = APART if word.endswith(CLAUSE_ENDS) else []
    return [(word, begin, begin + len(bare)), *apart]


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Where words and phrases stand: (start, stop, the phrase's name or nothing)."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    lower = lower.replace("’", "'")
    phrases: list[tuple[int, int, str]] = []
    for number, phrase in enumerate(PHRASES):
        if any(word in lower for word in phrase.needs):
            found = phrase.pattern.finditer(lower)
            phrases += [(*one.span(), _named(number)) for one in found]
    kept: list[tuple[int, int, str]] = []
    for one in sorted(phrases, key=lambda one: (one[0], -one[1])):
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    spans, at = [], 0
    for one in [*kept, (len(text), len(text), "")]:
        spans += _between(text, at, one[0])
        if one[2]:
            spans.append(one)
        at = one[1]
    return spans


def _between(text: str, start: int, stop: int) -> list[tuple[int, int, str]]:
    spans, at = [], start
    for word in text[start:stop].split():
        at = text.index(word, at)
        spans.append((at, at + len(word), ""))
        at += len(word)
    return spans


def _named(number: int) -> str:
    return f"shop_phrase_{number}"


@cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    class Analyser(SentimentIntensityAnalyzer):
        """VADER that says what each word weighed."""

        def __init__(self) -> None:
            super().__init__()
            self.lexicon.update(WORDS)
            self.lexicon.update({_named(n): one.weight for n, one in enumerate(PHRASES)})

        def weigh(self, text: str) -> tuple[float, list[float]]:
            self.weights: list[float] = []
            return float(self.polarity_scores(text)["compound"]), self.weights

        def score_valence(self, sentiments: list[float], text: str) -> Any:
            self.weights = list(sentiments)
            return super().score_valence(sentiments, text)

        def _but_check(self, words: Sequence[str], sentiments: list[float]) -> list[float]:
            """As VADER describes it; its own way looks weights up by value, in squared time."""
            lower = [word.lower() for word in words]
            if "but" not in lower:
                return sentiments
            turn = lower.index("but")
            return [
                weight * (0.5 if at < turn else 1.5 if at > turn else 1)
                for at, weight in enumerate(sentiments)
            ]

    return Analyser()
