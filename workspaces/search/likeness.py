"""How likely two texts ask for, or complain of, the same thing. Numbers in, a probability out.

A logistic regression over the likeness of meaning and words, or of words and letters. Its
coefficients are fitted by `python -m tests.bench.likeness` on labelled pairs of reports
(github.com/apex-bridge/bugspotter-embedding-benchmark, MIT), whole and by their titles alone: on
two thirds of the subjects, and measured on pairs of the others. Half of those pairs are
duplicates; the intercept is corrected to one in ten, as among the nearest of an inbox.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

LONGEST = 2_000  # characters that are compared, as many as the model of meaning reads
SAME = 0.8  # from here on two texts are taken to say the same, unless a person says otherwise
SURE, LIKELY, MAYBE = 0.9, 0.7, 0.5
WEAK = 0.2  # from here on up to MAYBE it is worth a look, and called weak
BANDS = ((SURE, "90–100 %"), (LIKELY, "70–89 %"), (MAYBE, "50–69 %"))
MOST_SHARED = 6
SUREST = 0.99  # what was measured: nobody is told that they must be the same
ENOUGH = 4  # content words of both texts, below which words alone prove the less the fewer
DOUBT = 4  # words that may yet be said: one of three shared words is less than ten of thirty
WORD = re.compile(r"[^\W_]+")
_STOP = """
a about after all also am an and any are as at be been but by can could did do does for from get got
had has have he her his how i if in into is it its just like me my no not of on one or our out she
so some than that the their them then there they this to too up us very was we were what when which
who will with would you your
der die das ein eine und ist nicht mit für auf zu im den von es ich sie wir
le la les un une des et est pas pour dans que qui sur de du
el los las una y con es por para en lo se
"""
STOP = frozenset(_STOP.split())


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the features, in the order of `features`, and what is added."""

    weights: tuple[float, ...]
    intercept: float

    def probability(self, values: Sequence[float]) -> float:
        total = self.intercept + sum(
            weight * value for weight, value in zip(self.weights, values, strict=True)
        )
        return 1 / (1 + exp(-max(-60.0, min(60.0, total))))


# What `python -m tests.bench.likeness` prints: of meaning and words; of words and letters.
BY_MEANING = Model((15.252, 0.506), -7.699)
BY_WORDS = Model((30.915, 3.271), -4.592)


@dataclass(frozen=True, slots=True)
class Text:
    """A text taken apart once, to be compared with many."""

    words: dict[str, str]  # each word without its ending, and as it stands
    trigrams: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Text":
        folded = fold(text[:LONGEST])
        found = [word for word in WORD.findall(folded) if word not in STOP and len(word) > 1]
        grams = {f" {w} "[at : at + 3] for w in found for at in range(len(w))}
        return cls({stem(word): word for word in reversed(found)}, frozenset(grams))


def fold(text: str) -> str:
    """In lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def stem(word: str) -> str:
    """A word without its commonest English endings: enough that “zips” is “zip”."""
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def features(one: Text, other: Text) -> tuple[float, float]:
    """How alike in words and in letters, from 0 to 1: less where it rests on few of them."""
    both, every = set(one.words) & set(other.words), set(one.words) | set(other.words)
    grams = len(one.trigrams) + len(other.trigrams)
    words = len(both) / (len(every) + DOUBT)
    letters = 2 * len(one.trigrams & other.trigrams) / (grams + 10 * DOUBT)
    return words, letters


def probability(one: Text, other: Text, cosine: float | None) -> float:
    """How likely they say the same; by words alone where the meaning is not known."""
    if cosine is None:
        fewest = min(len(one.words), len(other.words))
        likely = BY_WORDS.probability(features(one, other)) * min(1.0, fewest / ENOUGH)
    else:
        likely = BY_MEANING.probability((cosine, features(one, other)[0]))
    return min(likely, SUREST)


def shared(one: Text, other: Text) -> list[str]:
    """Words that both use, the longest first, for people to see why."""
    both = [word for key, word in one.words.items() if key in other.words]
    return sorted(both, key=lambda word: (-len(word), word))[:MOST_SHARED]


def band(likely: float) -> str:
    """The band of a probability in words; nothing below the lowest."""
    return next((label for least, label in BANDS if likely >= least), "")
