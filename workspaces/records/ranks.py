"""Places in an order that one row can take without the others moving. Pure arithmetic.

A rank is a word over digits and letters, compared byte by byte; between two different ranks there
is always another. A row that moves writes its own rank and no other.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
LONGEST = 200


def between(low: str, high: str) -> str:
    """A rank after `low` and before `high`; an empty one is an open end.

    Raises ValueError unless low < high, or when no rank of reasonable length is left there.
    """
    if high and low >= high:
        raise ValueError(f"{low!r} does not stand before {high!r}")
    found = ""
    for place in range(LONGEST):
        least = DIGITS.index(low[place]) if place < len(low) else 0
        most = DIGITS.index(high[place]) if high and place < len(high) else BASE
        if most - least > 1:
            return found + DIGITS[(least + most) // 2]
        found += DIGITS[least]
        if most > least:
            high = ""  # below it already: from here on there is no upper end
    raise ValueError("there is no room left between these ranks")


def spread(count: int) -> list[str]:
    """So many ranks in order, short and evenly apart."""
    width = 1
    while BASE**width <= count + 1:
        width += 1
    step = BASE**width // (count + 1)
    return [_written(step * place, width) for place in range(1, count + 1)]


def _written(number: int, width: int) -> str:
    word = ""
    for _ in range(width):
        number, digit = divmod(number, BASE)
        word = DIGITS[digit] + word
    return word.rstrip("0")
