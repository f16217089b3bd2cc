"""The words of an HTML letter, without anything that it would load or run."""

import re

BLOCKS = {"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "pre", "hr", "section"}
BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "article", "header", "footer", "dt", "dd"}
UNSEEN = {"script", "style", "head", "title", "template", "noscript"}


class _Words:
    """What libxml2 tells of a page as it reads: its time grows with the letter and no faster, which
    the standard library's parser cannot say of tags that nobody closes."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.unseen = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in BLOCKS:
            self.found.append("\n- " if tag == "li" else "\n")

    def end(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in BLOCKS and tag != "br":
            self.found.append("\n")
        elif tag == "td":
            self.found.append(" ")

    def data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(re.sub(r"\s+", " ", data))

    def close(self) -> str:
        return "".join(self.found)


def text_of(html: str) -> str:
    """The words, block by block."""
    from lxml import etree  # type: ignore[import-untyped]  # only where letters are read

    if not html.strip():
        return ""
    parser = etree.HTMLParser(target=_Words(), encoding="utf-8", huge_tree=True)
    parser.feed(html.encode())
    words: str = parser.close()
    lines = [" ".join(line.split()) for line in words.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
