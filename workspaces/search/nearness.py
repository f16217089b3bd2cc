"""How close a title is to what was typed: pure arithmetic on words.

Trigrams find candidates fast but rate two swapped letters badly; here each word typed must be
within a few slips of a word of the title.
"""

from rapidfuzz.distance import OSA

FREE = 2  # words this short must be right


def closeness(typed: str, title: str) -> float:
    """1 for the same words, less for each slip; 0 when some word has nothing close to it.

    Both in lower case without accents. A slip is a letter too many, missing, wrong or swapped.
    """
    words = title.split()
    rates = [_best(word, words) for word in typed.split()]
    if not rates or not words or min(rates) == 0:
        return 0.0
    return sum(rates) / len(rates)


def _best(word: str, words: list[str]) -> float:
    most = 0 if len(word) <= FREE else 1 if len(word) <= 5 else 2
    slips = min((OSA.distance(word, one, score_cutoff=most) for one in words), default=most + 1)
    return 1 - slips / len(word) if slips <= most else 0.0
