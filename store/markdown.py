"""A Markdown page as plain text: what a reader of the page sees, and nothing else.

Link targets, pictures' addresses, markup, comments and scripts are left out, so that nothing hidden in a page reaches
the model or a visitor. Lists keep their marks, tables become rows of cells parted by bars.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or code: its lines. What is `whole` had better not be cut, or else between lines."""

    lines: tuple[str, ...]
    whole: bool = False
    lead: str = ""  # a table's head, repeated where the table is cut

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def parsed(text: str) -> SyntaxTreeNode:
    """The page as a tree; its children are headings and blocks."""
    return SyntaxTreeNode(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text))


def blocks_of(node: SyntaxTreeNode) -> list[Block]:
    """What a block of the tree says: one block, or none when there is nothing to see."""
    lines = tuple(line for line in _lines(node) if line.strip())
    if not lines:
        return []
    if node.type == "table":
        return [Block(lines, whole=True, lead=lines[0])]
    return [Block(lines, whole=node.type in {"bullet_list", "ordered_list"})]


def _lines(node: SyntaxTreeNode, indent: str = "") -> list[str]:
    match node.type:
        case "bullet_list" | "ordered_list":
            return _items(node, indent)
        case "table":
            return [indent + " | ".join(inline_text(cell) for cell in row.children) for row in _rows(node)]
        case "fence" | "code_block":
            return [indent + line for line in node.content.splitlines()]
        case "html_block":
            return [indent + line.strip() for line in _visible(node.content).splitlines()]
        case "paragraph" | "heading":
            return [indent + inline_text(node)]
        case _:
            return [line for child in node.children for line in _lines(child, indent)]


def _items(node: SyntaxTreeNode, indent: str) -> list[str]:
    first = int(node.attrs.get("start", 1))
    lines: list[str] = []
    for number, item in enumerate(node.children, first):
        mark = f"{number}. " if node.type == "ordered_list" else "- "
        inner = [line for child in item.children for line in _lines(child, indent + "  ")]
        lines += [indent + mark + inner[0].strip(), *inner[1:]] if inner else []
    return lines


def _rows(table: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [row for part in table.children for row in part.children]


def inline_text(node: SyntaxTreeNode) -> str:
    """The text a reader sees, on one line."""
    if node.type in {"text", "code_inline"}:
        return node.content
    if node.type in {"softbreak", "hardbreak", "html_inline"}:
        return " " if node.type != "html_inline" or node.content.startswith("<br") else ""
    inner = "".join(inline_text(child) for child in node.children)
    return " ".join(inner.split()) if node.type == "inline" else inner


class _VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style", "template"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in {"script", "style", "template"}))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)


def _visible(html: str) -> str:
    parser = _VisibleText()
    parser.feed(html)
    parser.close()
    return "".join(parser.seen)
