"""A text with its blocks as one page: HTML, and the words of a difference between two texts."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from workspaces.documents.blocks import Block, is_block
from workspaces.documents.markdown import parser, sanitised

BLOCK = "workspaces/documents/parts/block.html"
WORDS = re.compile(r"\s+|[^\s\w]|\w+")
CONTEXT = 3


def page(text: str, blocks: Sequence[Block]) -> SafeString:
    """The text as HTML, its blocks in place. What a text says is cleaned; blocks are ours."""
    tokens = parser().parse(text)
    parts: list[str] = []
    waiting: list[object] = []
    at = 0
    for token in tokens:
        if token.type == "fence" and is_block(token.info):
            parts.append(_words(waiting))
            waiting = []
            if at < len(blocks):
                parts.append(render_to_string(BLOCK, {"block": blocks[at]}))
            at += 1
        else:
            waiting.append(token)
    return mark_safe("".join([*parts, _words(waiting)]))


def _words(tokens: list[object]) -> str:
    markdown = parser()
    return sanitised(markdown.renderer.render(tokens, markdown.options, {}))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words in a changed line; `how` is same, gone or new."""

    text: str
    how: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference: same, gone, new, or a gap of unchanged lines left out."""

    how: str
    parts: Sequence[Part]


def difference(old: str, new: str) -> list[Line]:
    """What became of a text, line by line, with the words that changed marked within a line."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    found: list[Line] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if found or group[0][1]:
            found.append(Line("gap", ()))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [Line("same", [Part(text, "same")]) for text in before[i1:i2]]
            elif tag == "replace" and i2 - i1 == j2 - j1:
                for was, now in zip(before[i1:i2], after[j1:j2], strict=True):
                    found += _within(was, now)
            else:
                found += [Line("gone", [Part(text, "gone")]) for text in before[i1:i2]]
                found += [Line("new", [Part(text, "new")]) for text in after[j1:j2]]
    return found


def _within(was: str, now: str) -> list[Line]:
    """A changed line as what went and what came, its changed words marked."""
    a, b = WORDS.findall(was), WORDS.findall(now)
    gone: list[Part] = []
    came: list[Part] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        how = "same" if tag == "equal" else ""
        if i1 < i2:
            gone.append(Part("".join(a[i1:i2]), how or "gone"))
        if j1 < j2:
            came.append(Part("".join(b[j1:j2]), how or "new"))
    return [Line("gone", gone), Line("new", came)]
