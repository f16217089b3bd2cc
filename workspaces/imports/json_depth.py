"""Brackets in brackets, digits without end: what breaks a JSON parser is refused before it."""

import re

from workspaces.imports.reading import Tracked, Unreadable

DEEPEST = 64
LONGEST_NUMBER = 1_000  # the parser itself dies of an integer of 4,301 digits
BOM = b"\xef\xbb\xbf"
_DIGITS = re.compile(rb"\d{%d}" % LONGEST_NUMBER)
_LAST_DIGITS = re.compile(rb"\d*\Z")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_REST = re.compile(rb'(?:[^"\\]|\\.)*', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


class Depth:
    """How deep the bytes seen so far are nested. They are looked at in C, without parsing."""

    def __init__(self) -> None:
        self._depth, self._in_string, self._carried, self._digits = 0, False, b"", b""

    def feed(self, data: bytes) -> None:
        """Raises Unreadable beyond DEEPEST or LONGEST_NUMBER."""
        code = self._digits + self._without_strings(self._carried + data)
        if _DIGITS.search(code):
            raise Unreadable(f"A number has more than {LONGEST_NUMBER:,} digits. Correct the file.")
        last = _LAST_DIGITS.search(code)
        self._digits = last[0] if last else b""
        brackets = code.translate(None, _NOT_BRACKETS)
        for _ in range(DEEPEST):
            shorter = brackets.replace(b"{}", b"").replace(b"[]", b"")
            if len(shorter) == len(brackets):
                break
            brackets = shorter
        else:
            self._refuse()
        opened = brackets.count(b"{") + brackets.count(b"[")
        self._depth = max(0, self._depth - (len(brackets) - opened)) + opened
        if self._depth > DEEPEST:
            self._refuse()

    def _without_strings(self, data: bytes) -> bytes:
        """`data` without its strings, also those that began earlier or end later."""
        self._carried = b""
        if self._in_string:
            end = self._end_of_string(data)
            if end < 0:
                return b""
            data = data[end:]
        data = _STRING.sub(b"", data)
        begun = data.find(b'"')
        if begun >= 0:
            self._in_string = True
            self._end_of_string(data[begun + 1 :])
            data = data[:begun]
        return data

    def _end_of_string(self, data: bytes) -> int:
        """Where the open string ends in `data`; -1 when later. A lone backslash is carried over."""
        found = _REST.match(data)
        stop = found.end() if found else 0
        if stop < len(data) and data[stop : stop + 1] == b'"':
            self._in_string = False
            return stop + 1
        self._carried = data[stop:]
        return -1

    @staticmethod
    def _refuse() -> None:
        raise Unreadable(
            f"The file is nested deeper than {DEEPEST} levels. It should be a list of objects, "
            "one a row."
        )


class WatchedFile(Tracked):
    """A JSON file on its way to the parser."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._watch = Depth()
        if self._file.read(len(BOM)) != BOM:
            self._file.seek(0)

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        taken = super().readinto(buffer)
        self._watch.feed(bytes(buffer[:taken]))
        return taken

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self._watch.feed(data)
        return data
