"""What words of a shop's customers weigh, where the general lexicon knows nothing or else.

On its scale: −4 to 4, by how a buyer would rate a product of which that is all they say. Phrases
are patterns over the text in lower case; each counts as one word, so that “not true to size” is
its opposite.
"""

import re
from dataclasses import dataclass

WORDS = {
    "broke": -2.0,
    "broken": -2.0,
    "breaks": -1.8,
    "cheaply": -1.8,
    "comfortable": 2.2,
    "comfy": 2.2,
    "cracked": -1.8,
    "damaged": -2.0,
    "defect": -2.0,
    "defective": -2.4,
    "disintegrated": -2.2,
    "durable": 2.0,
    "faded": -1.5,
    "faulty": -2.3,
    "flattering": 2.2,
    "flimsy": -2.0,
    "frumpy": -1.8,
    "itchy": -1.7,
    "leaked": -1.8,
    "leaks": -1.8,
    "lightweight": 0.8,
    "matronly": -1.6,
    "misleading": -2.0,
    "overpriced": -1.9,
    "pilled": -1.5,
    "pilling": -1.5,
    "poorly": -2.0,
    "refund": -1.4,
    "refunded": -1.0,
    "replacement": -0.8,
    "return": -0.6,
    "returned": -1.2,
    "returning": -1.5,
    "ripped": -1.9,
    "scam": -3.0,
    "scratched": -1.5,
    "scratchy": -1.6,
    "see-through": -1.2,
    "shapeless": -1.8,
    "shrank": -1.7,
    "shrunk": -1.7,
    "stained": -1.4,
    "sturdy": 2.0,
    "tore": -1.8,
    "torn": -1.8,
    "unflattering": -2.1,
    "unravelled": -1.8,
    "unusable": -2.4,
    "unwearable": -2.5,
    "versatile": 1.8,
    "well-made": 2.2,
}

_SPAN = r"(?:\w+|\d+)\s+(?:days|weeks|months)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that count as one. Where none of the `needs` stands, `pattern` need not be tried."""

    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    weight: float


PHRASES = tuple(
    Phrase(tuple(needs.split()), re.compile(pattern), weight)
    for needs, pattern, weight in (
        # a likeness, no liking
        (
            "like",
            r"\b(?:fits?|looks?|looked|feels?|felt|seems?|smells?|just|more|nothing)\s+like\b",
            0.0,
        ),
        (
            "days weeks months",
            rf"\b(?:took|taken|takes|waited|waiting)\s+(?:\w+\s+){{0,2}}?{_SPAN}",
            -1.7,
        ),
        (
            "arrive receive",
            r"\b(?:never|not|hasn't|didn't|has not|did not)\s+(?:yet\s+)?(?:arrived?|received?)\b",
            -2.4,
        ),
        ("apart", r"\b(?:fell|falls|falling|came|coming)\s+apart\b", -2.4),
        ("stopped", r"\bstopped\s+working\b", -2.4),
        ("back", r"\b(?:sent|sending|send)\s+(?:it|them|this|these)\s+back\b", -1.8),
        ("back", r"\b(?:going|went|goes)\s+back\b", -1.4),
        ("back", r"\bmoney\s+back\b", -1.2),
        ("waste", r"\bwaste\s+of\s+(?:money|time)\b", -3.0),
        ("wrong", r"\bwrong\s+(?:item|size|colou?r|product)\b", -1.7),
        (
            "run ran",
            r"\b(?:runs|ran|run)\s+(?:very\s+|really\s+|so\s+|a\s+bit\s+)?(?:small|large|big)\b",
            -0.7,
        ),
        (
            "too",
            r"\btoo\s+(?:small|big|tight|short|long|large|thin|loose|wide|narrow|heavy)\b",
            -1.0,
        ),
        ("quality", r"\b(?:poor|bad|low|cheap)\s+quality\b", -2.2),
        ("quality", r"\b(?:great|good|high|excellent|top)\s+quality\b", 2.2),
        ("cheap", r"\b(?:looks?|feels?)\s+cheap\b", -2.0),
        ("true", r"\btrue\s+to\s+size\b", 1.6),
        (
            "described pictured expected advertised",
            r"\bas\s+(?:described|pictured|expected|advertised)\b",
            1.4,
        ),
        ("fit", r"\b(?:fits?|fitted)\s+(?:perfectly|great|well|beautifully)\b", 2.0),
        ("fast quick prompt", r"\b(?:fast|quick|prompt)\s+(?:delivery|shipping)\b", 1.8),
        ("late slow", r"\b(?:late|slow)\s+(?:delivery|shipping)\b", -1.8),
        ("recommend", r"\bhighly\s+recommend(?:ed)?\b", 2.6),
        ("must", r"\bmust[\s-]have\b", 2.2),
        ("wanted", r"\b(?:really|so)\s+wanted\s+to\s+(?:love|like)\b", -1.8),
        ("wanted", r"\bwanted\s+to\s+(?:love|like)\b", -1.6),
    )
)
