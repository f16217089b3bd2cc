"""Markdown that people write, as HTML that is safe to put on a page.

Raw HTML is text here. What speaks of our own rows (`@[user:1]`, `#[products.product:3]`,
`![a picture](attachment:4)`) comes out as an empty place, which `fill` fills for one reader.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import quote

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

REF = re.compile(r"([@#])\[([a-z][a-z_.]{0,58}):([1-9][0-9]{0,17})\]")
PICTURE = re.compile(r"attachment:([1-9][0-9]{0,17})$")
ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]*[^\s<>\"'`\\.,;:!?)\]}*_~]")
PLACE = re.compile(r'<span data-(ref|picture)="([^"]*)"(?: title="([^"]*)")?></span>')
TAGS = {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "span"}
TAGS |= {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "p": {"class"},
    "span": {"data-ref", "data-picture", "title"},
}
KEPT = 1_024

FillRef = Callable[[str, int], str]
FillPicture = Callable[[int, str], str]


def rendered(text: str, ref: FillRef, picture: FillPicture) -> SafeString:
    """The HTML of `text` for one reader. Both callables return safe HTML.

    `ref(kind, pk)` writes a mention, `picture(pk, alt)` an attached picture.
    """

    def fill(place: re.Match[str]) -> str:
        what, value, title = place.groups()
        if what == "picture":
            return str(picture(int(value), unescape(title or "")))
        kind, _, pk = value.partition(":")
        return str(ref(kind, int(pk)))

    return mark_safe(PLACE.sub(fill, _skeleton(text)))


def refs_in(text: str) -> list[tuple[str, int]]:
    """What `text` speaks of, in order, each once: mentions in code are none."""
    found = [m.group(2) for m in PLACE.finditer(_skeleton(text)) if m.group(1) == "ref"]
    pairs = [value.partition(":") for value in dict.fromkeys(found)]
    return [(kind, int(pk)) for kind, _, pk in pairs]


def pictures_in(text: str) -> list[int]:
    """The attachments that `text` shows, each once."""
    found = [m.group(2) for m in PLACE.finditer(_skeleton(text)) if m.group(1) == "picture"]
    return [int(pk) for pk in dict.fromkeys(found)]


@lru_cache(maxsize=KEPT)
def _skeleton(text: str) -> str:
    """The sanitised HTML with empty places. The same for every reader, so it is kept."""
    return nh3.clean(
        _parser().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", "ref", _ref)
    parser.core.ruler.push("addresses", _addresses)
    parser.add_render_rule("ref", _write_ref)
    parser.add_render_rule("image", _write_image)
    parser.add_render_rule("heading_open", _write_heading)
    parser.add_render_rule("heading_close", _write_heading)
    return parser


def _ref(state: StateInline, silent: bool) -> bool:
    found = REF.match(state.src, state.pos)
    if found is None or state.linkLevel:
        return False
    if (found.group(1) == "@") != (found.group(2) in ("user", "team")):
        return False
    if not silent:
        token = state.push("ref", "", 0)
        token.meta = {"ref": f"{found.group(2)}:{found.group(3)}"}
    state.pos = found.end()
    return True


def _write_ref(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f'<span data-ref="{tokens[at].meta["ref"]}"></span>'


def _write_image(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
) -> str:
    """Our own pictures get a place; a foreign one is a link, so that reading tells nobody."""
    source, alt = str(tokens[at].attrs.get("src", "")), escape(tokens[at].content)
    own = PICTURE.match(source)
    if own:
        return f'<span data-picture="{own.group(1)}" title="{alt}"></span>'
    return f'<a href="{escape(source)}">{alt or escape(source)}</a>'


def _write_heading(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
) -> str:
    """A heading is a strong line: the outline of the page is the page's own."""
    opens = tokens[at].nesting == 1
    return '<p class="md-heading"><strong>' if opens else "</strong></p>\n"


def _addresses(state: Any) -> None:
    """Bare addresses become links, outside code and links."""
    for block in state.tokens:
        if block.type == "inline" and "://" in block.content:
            block.children = list(_linked(block.children or []))


def _linked(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        found += [token] if inside or token.type != "text" else _split(token)
    return found


def _split(token: Token) -> list[Token]:
    parts: list[Token] = []
    at = 0
    for match in ADDRESS.finditer(token.content):
        href = quote(match.group(), safe="%/:?#[]@!$&'()*+,;=~-._")
        parts.append(_text(token.content[at : match.start()]))
        parts.append(Token("link_open", "a", 1, attrs={"href": href}))
        parts.append(_text(match.group()))
        parts.append(Token("link_close", "a", -1))
        at = match.end()
    return [*parts, _text(token.content[at:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
