"""A text as the plain pieces that files are made of: headings, paragraphs, lists, tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from workspaces.documents.blocks import Block, is_block
from workspaces.documents.markdown import tokens_of


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one look."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    link: str = ""


@dataclass(slots=True)
class Piece:
    """One piece. `kind` is heading, paragraph, item, quote, code, rule, table or block.

    `level` is a heading's or an item's depth from 1, `mark` what stands before an item.
    """

    kind: str
    runs: list[Run] = field(default_factory=list)
    level: int = 1
    mark: str = ""
    rows: list[list[list[Run]]] = field(default_factory=list)
    block: Block | None = None


def pieces(text: str, blocks: Sequence[Block]) -> Iterator[Piece]:
    """The pieces of a text in order, blocks in their places."""
    return _Walk(text, blocks).run()


class _Walk:
    """One way through the tokens, with what is open above."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self.tokens, self.blocks = tokens_of(text), iter(blocks)
        self.lists: list[list[int | None]] = []
        self.quotes, self.level, self.fresh = 0, 0, False
        self.table: Piece | None = None

    def run(self) -> Iterator[Piece]:
        for token in self.tokens:
            made = self._table_token(token) if self.table is not None else self._token(token)
            if made is not None:
                yield made

    def _token(self, token: Token) -> Piece | None:
        match token.type:
            case "heading_open":
                self.level = int(token.tag[1:])
            case "heading_close":
                self.level = 0
            case "bullet_list_open":
                self.lists.append([None])
            case "ordered_list_open":
                self.lists.append([int(token.attrs.get("start", 1)) - 1])
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self._next_item()
            case "blockquote_open":
                self.quotes += 1
            case "blockquote_close":
                self.quotes -= 1
            case "table_open":
                self.table = Piece("table")
            case _:
                return self._leaf(token)
        return None

    def _leaf(self, token: Token) -> Piece | None:
        match token.type:
            case "inline":
                return self._words(runs_of(token))
            case "hr":
                return Piece("rule")
            case "fence" if is_block(token.info):
                return Piece("block", block=next(self.blocks, None))
            case "fence" | "code_block":
                return Piece("code", [Run(token.content.rstrip("\n"), code=True)])
        return None

    def _next_item(self) -> None:
        counter = self.lists[-1]
        if counter[0] is not None:
            counter[0] += 1
        self.fresh = True

    def _words(self, runs: list[Run]) -> Piece:
        if self.level:
            return Piece("heading", runs, self.level)
        if self.lists:
            number = self.lists[-1][0]
            mark = ("•" if number is None else f"{number}.") if self.fresh else ""
            self.fresh = False
            return Piece("item", runs, len(self.lists), mark)
        return Piece("quote" if self.quotes else "paragraph", runs)

    def _table_token(self, token: Token) -> Piece | None:
        table = self.table
        if table is None:
            return None
        if token.type == "tr_open":
            table.rows.append([])
        elif token.type == "inline":
            table.rows[-1].append(runs_of(token))
        elif token.type == "table_close":
            self.table = None
            return table
        return None


LOOKS = {"strong": "bold", "em": "italic", "s": "struck"}


def runs_of(token: Token) -> list[Run]:
    """The words of an inline token with their looks."""
    found: list[Run] = []
    open_now = {"bold": 0, "italic": 0, "struck": 0}
    link = ""
    for child in token.children or ():
        name, _, end = child.type.rpartition("_")
        if name in LOOKS:
            open_now[LOOKS[name]] += 1 if end == "open" else -1
        elif name == "link":
            link = str(child.attrs.get("href", "")) if end == "open" else ""
        elif text := _text_of(child):
            looks = {look: bool(depth) for look, depth in open_now.items()}
            found.append(Run(text, code=child.type == "code_inline", link=link, **looks))
    return found


def _text_of(child: Token) -> str:
    if child.type in ("softbreak", "hardbreak"):
        return "\n" if child.type == "hardbreak" else " "
    if child.type == "image":
        return f"[{child.content}]"
    return child.content


def safe_link(address: str) -> str:
    """The address where it leads to the web or to mail; nothing for any other."""
    return address if address.lower().startswith(("https://", "http://", "mailto:")) else ""
