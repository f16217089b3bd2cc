"""Which encoding a text file is in: decided on every byte, not on a guess from its start."""

import codecs
from dataclasses import dataclass, field

from charset_normalizer import from_bytes

SAMPLE = 65_536
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LIKELY = ["cp1252", "cp1250", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr", "mac_roman"]
DAMAGED_UTF8 = 0.5  # at least this share of the accented characters is good UTF-8: keep it


@dataclass(slots=True)
class Detector:
    """Fed with every chunk of a file; `result` then names the encoding."""

    start: bytes = b""
    valid: bool = True
    suspicious: bytes = b""
    good: int = 0
    bad: int = 0
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("strict")
    )

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        if len(self.start) < SAMPLE:
            self.start += chunk[: SAMPLE - len(self.start)]
        if self.valid:
            try:
                self._decoder.decode(chunk, final)
            except UnicodeDecodeError as error:
                self.valid = False
                at = max(0, min(error.start, len(chunk)) - 2_000)
                self._weigh(chunk[at : at + SAMPLE])

    def _weigh(self, sample: bytes) -> None:
        """How much of the accented text around the first invalid byte is UTF-8 all the same."""
        self.suspicious = sample
        text = sample.decode("utf-8", "replace")
        self.bad = text.count("\ufffd")
        self.good = sum(1 for letter in text if letter > "\x7f") - self.bad

    def result(self) -> str:
        """A Python codec name; utf-8 with damage stays utf-8, so that the damage can be shown."""
        for bom, name in BOMS:
            if self.start.startswith(bom):
                return name
        if wide := _without_bom(self.start):
            return wide
        if self.valid or self.good > DAMAGED_UTF8 * (self.good + self.bad):
            return "utf-8"
        return _guess(self.suspicious)


def _without_bom(start: bytes) -> str:
    """UTF-16 that lacks its mark: every other byte of the beginning is zero."""
    head = start[:1_000]
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _guess(sample: bytes) -> str:
    """The likeliest old encoding; Western European where nothing speaks against it."""
    try:
        western = sample.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    if western and _mostly_letters(western):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=LIKELY).best()
    return best.encoding if best else "cp1252"


def _mostly_letters(text: str) -> bool:
    """What is beyond ASCII are the letters and signs of Western languages."""
    beyond = [letter for letter in text if letter > "\x7f"]
    usual = "äöüßÄÖÜéèêëàâçîïôûùñáíóúÉÈÀÇÑãõåÅæøÆØ€£“”„‘’–—…°§«»®©™½¼¡¿ºª·²³µ\u00a0"
    return sum(letter in usual for letter in beyond) >= 0.9 * len(beyond)
