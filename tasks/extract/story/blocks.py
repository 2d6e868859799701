"""trafilatura's body tree as blocks of text: paragraphs, headings, lists, quotations and tables, each one block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from tasks.base.strings import squeeze

_INLINE = frozenset({"hi", "ref", "del", "code", "span", "a", "b", "i", "em", "strong"})


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the story; `kind` is p, head, list, quote or table."""

    kind: str
    text: str


def blocks(body: _Element) -> list[Block]:
    """The body's blocks in document order, empty ones left out."""
    return [block for block in _blocks(body) if block.text]


def _blocks(element: _Element) -> Iterator[Block]:
    loose: list[str] = [element.text or ""]
    for child in element:
        if child.tag in _INLINE:
            loose.append(_words(child))
        elif child.tag == "lb":
            loose.append("\n")
        else:
            yield from _loose(loose)
            loose = []
            yield from _block(child)
        loose.append(child.tail or "")
    yield from _loose(loose)


def _loose(parts: list[str]) -> Iterator[Block]:
    for line in "".join(parts).split("\n\n"):
        yield Block("p", squeeze(line))


def _block(element: _Element) -> Iterator[Block]:
    tag = element.tag
    if tag == "list":
        yield Block("list", _lines(element))
    elif tag == "table":
        yield Block("table", _table(element))
    elif tag == "head":
        yield Block("head", squeeze(_words(element)))
    elif tag == "quote":
        for block in _blocks(element):
            yield Block("quote", block.text)
    elif tag == "p":
        for line in _words(element).split("\n\n"):
            yield Block("p", squeeze(line))
    elif tag in ("div", "section", "fw"):
        yield from _blocks(element)
    elif tag != "graphic":
        yield Block("p", squeeze(_words(element)))


def _words(element: _Element) -> str:
    """The text inside; a line break is a newline, two of them end a paragraph."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child.tag != "graphic":
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _lines(element: _Element) -> str:
    items = (squeeze(" ".join(map(str, item.itertext()))) for item in element.iter("item"))
    return "\n".join(f"- {item}" for item in items if item)


def _table(element: _Element) -> str:
    rows = []
    for row in element.iter("row"):
        cells = [squeeze(" ".join(map(str, cell.itertext()))) for cell in row.iter("cell")]
        if any(cells):
            rows.append(" | ".join(cells))
    return "\n".join(rows)
