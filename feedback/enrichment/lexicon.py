"""Words and phrases of shops that a general lexicon does not weigh, or weighs for another world.

On the scale of VADER's lexicon, from −4 to 4. Written for this product.
"""

WORDS: dict[str, float] = {
    # what is wrong with a thing
    **dict.fromkeys(("broke", "broken", "breaks", "cracked", "snapped", "ripped", "torn"), -2.2),
    **dict.fromkeys(("defective", "faulty", "unusable", "unwearable", "useless", "junk"), -2.7),
    **dict.fromkeys(("flimsy", "shoddy", "cheaply", "tacky", "frumpy", "shapeless"), -1.9),
    **dict.fromkeys(("itchy", "scratchy", "stiff", "boxy", "baggy", "bulky", "smelly"), -1.4),
    **dict.fromkeys(("faded", "shrank", "shrunk", "pilled", "pilling", "stained", "leaks"), -1.7),
    **dict.fromkeys(("crashes", "crashing", "buggy", "laggy", "freezes", "glitchy"), -2.2),
    **dict.fromkeys(("overpriced", "misleading", "counterfeit", "unreliable"), -2.1),
    **dict.fromkeys(("unflattering", "uncomfortable", "see-through"), -1.8),
    # what went wrong with the order
    **dict.fromkeys(("refund", "refunded", "returning", "returned", "exchanged"), -1.3),
    **dict.fromkeys(("delayed", "late", "missing", "undelivered"), -1.5),
    **dict.fromkeys(("unfortunately", "sadly"), -1.4),
    # what is right
    **dict.fromkeys(("sturdy", "durable", "comfy", "cozy", "cosy", "flattering"), 2.0),
    **dict.fromkeys(("soft", "lightweight", "versatile", "stylish", "roomy", "warm"), 1.2),
    **dict.fromkeys(("flawless", "flawlessly", "seamless", "seamlessly"), 2.3),
    **dict.fromkeys(("fast", "quick", "quickly", "intuitive", "responsive"), 1.3),
    **dict.fromkeys(("compliments", "must-have", "bargain"), 1.9),
    # no opinion in a shop
    **dict.fromkeys(("dress", "pretty", "like", "please", "no", "play", "alert", "cut"), 0.0),
}


def _any(words: str) -> str:
    """One of these words; a line stands for the space within one."""
    return f"(?:{'|'.join(one.replace('_', ' ') for one in words.split())})"


_NOT = _any("not isn't wasn't nothing")
_DOES_NOT = _any("doesn't does_not didn't did_not don't won't will_not can't")
_NOT_YET = _any("still never not haven't has_not hasn't")
_ABOUT = _any("over about almost")
_IT = _any("it them this these")
_SIZES = _any("small big large tight short long thin wide loose bulky")
_BURDENS = _any("heavy loud expensive complicated slow")
_VERY = f"{_any('very a_bit really extremely way somewhat')} "
_SHOWN = _any("described pictured advertised expected")
_BUY = _any("buy buying order ordering purchase shop")

# Word boundaries on both sides are added; a space stands for any white space.
PHRASES: dict[str, float] = {
    rf"{_any('took takes taking')} (?:{_ABOUT} )?(?:\w+ )?{_any('days weeks months')}": -1.8,
    rf"{_NOT_YET} (?:yet )?{_any('arrived received shipped delivered')}": -2.3,
    rf"{_any('fell falls falling came comes coming')} {_any('apart undone off')}": -2.3,
    rf"{_any('stopped stops quit')} {_any('working charging connecting responding')}": -2.4,
    rf"{_DOES_NOT} {_any('work fit charge connect close last hold open')}": -2.2,
    rf"(?:way |a bit )?{_any('too so')} (?:{_SIZES}|{_BURDENS})": -1.5,
    rf"{_any('runs run ran fits fit')} (?:{_VERY})?{_SIZES}": -1.1,
    rf"waste of {_any('money time')}": -2.8,
    r"(?:want )?(?:my )?money back": -2.0,
    rf"{_any('sent send sending went going')} (?:{_IT} )?(?:right )?back": -1.9,
    rf"{_NOT} (?:as|like) (?:{_SHOWN}|the {_any('picture pictures photo photos')})": -2.1,
    rf"{_any('poor bad low terrible cheap')} quality": -2.4,
    r"true to (?:size|colou?r)": 1.4,
    rf"(?:exactly |just )?as {_SHOWN}": 1.4,
    rf"{_any('fits fit')} {_any('perfectly great well like_a_glove')}": 2.0,
    rf"{_any('works worked working')} {_any('great perfectly well fine flawlessly')}": 2.0,
    rf"{_any('good great high excellent amazing')} quality": 2.3,
    rf"{_any('worth good_value_for')} {_any('every_penny the_money it')}": 2.0,
    rf"{_any('highly definitely would strongly')} recommend(?:ed)?": 2.2,
    rf"{_any('not never cannot')} recommend(?:ed)?": -2.3,
    rf"{_any('do would ca')}n't recommend": -2.3,
    rf"{_BUY} (?:it |this |one |them |from here )?again": 1.6,
    rf"never {_BUY}(?: here| from| this| again)*": -2.4,
    r"can't (?:live|do) without": 2.2,
}
