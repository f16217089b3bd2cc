"""The Markdown of documents: headings and tables of its own, and HTML that is safe on a page."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("em", "strong", "s", "ul", "ol", "li", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """CommonMark with tables and struck text. HTML in the text stays text."""
    options = {"html": False, "linkify": False, "maxNesting": 40}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


def tokens_of(text: str) -> Sequence[Token]:
    """The parts of a text, for those who write something else than HTML."""
    return parser().parse(text)


def sanitised(html: str) -> SafeString:
    """Only what the house's Markdown can make is left of `html`."""
    return mark_safe(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener nofollow ugc",
            attribute_filter=_own_pictures,
        )
    )


def _own_pictures(tag: str, attribute: str, value: str) -> Any:
    """Pictures come from this site alone: one from elsewhere would tell that it was looked at."""
    if tag == "img" and attribute == "src" and not _is_ours(value):
        return None
    return value


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))
