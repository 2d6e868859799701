"""What the owner of a source says of a page's story: the part that holds it, and what is no part of it.

Where the owner names the part, nothing is chosen any more: all that is prose in it is the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy

from lxml.html import Element, HtmlElement

from tasks.base.strings import key
from tasks.extract.selectors import Marked
from tasks.extract.story.blocks import Block, blocks
from tasks.extract.story.core import WORDLESS
from tasks.extract.tree.index import PageTree
from warehouse.records import FieldSignal

UNMATCHED = "select_unmatched"  # the flag of a page on which none of its source's `select` finds words
_SPACE = re.compile(r"\s+")
_APART = (*WORDLESS, "figcaption", "menu", "dialog", "datalist", "textarea", "input")
_KINDS = {
    "ul": "list", "ol": "list", "dl": "list", "li": "item", "dt": "item", "dd": "item", "blockquote": "quote",
    "h1": "head", "h2": "head", "h3": "head", "h4": "head", "h5": "head", "h6": "head",
    "table": "table", "tr": "row", "td": "cell", "th": "cell", "br": "lb", "p": "p", "pre": "p",
}  # fmt: skip
_PARTS = frozenset(("div", "section", "article", "main", "body", "html", "header", "footer", "aside", "figure",
                    "center", "details", "summary", "form", "fieldset", "address", "hgroup", "hr"))  # fmt: skip
_BLOCKS = frozenset(("div", "list", "head", "quote", "table", "p"))
_ITEMS = ("li", "dt", "dd")


def take_out(page: PageTree, marked: Sequence[Marked]) -> set[str]:
    """Take what is no part of the story out of the page; returns the keys (`strings.key`) of its paragraphs."""
    unwanted = [e for each in marked if each.kind == "remove" for e in each.elements if page.is_there(e)]
    gone = {key(page.text(inside)) for e in unwanted for inside in (e, *page.within(e, "p", "li", "h2", "h3"))}
    page.drop(unwanted)
    return gone


def without(text: str, gone: set[str]) -> str:
    """A text that the page states elsewhere, without the paragraphs that were taken out."""
    return "\n\n".join(each for each in text.split("\n\n") if key(each) not in gone) if gone else text


def read(page: PageTree, marked: Sequence[Marked]) -> list[Block]:
    """The blocks of what holds the story, in the order of the page; none where it holds no words."""
    outer: list[HtmlElement] = []
    for element in sorted(_holding(page, marked), key=page.place.__getitem__):
        if not outer or not page.holds(outer[-1], element):
            outer.append(element)
    body = Element("body")
    for element in outer:
        copy = deepcopy(element)
        copy.tail = None
        body.append(copy)
    _make_blocks(body)
    return blocks(body)


def signals(page: PageTree, marked: Sequence[Marked]) -> tuple[FieldSignal, ...]:
    """Which selector found something, as claims about the text that are kept with it; before anything is taken out."""
    return tuple(
        FieldSignal(
            field="text", signal=each.kind, raw=each.selector, chosen=any(page.is_there(e) for e in each.elements)
        )
        for each in marked
    )


def _holding(page: PageTree, marked: Iterable[Marked]) -> list[HtmlElement]:
    return [e for each in marked if each.kind == "select" for e in each.elements if page.is_there(e)]


def _make_blocks(body: HtmlElement) -> None:
    """Name the elements of a copy as trafilatura does, in whose terms `blocks` reads; spaces mean nothing in HTML."""
    for element in reversed(list(body.iterdescendants())):
        element.text, element.tail = _spaced(element.text), _spaced(element.tail)
        if element.tag in _APART and element.getparent() is not body:
            element.drop_tree()
        elif element.tag in _ITEMS and next(element.iterancestors(*_ITEMS), None) is not None:
            element.text = f" {element.text or ''}"  # an item within an item is part of its line
            element.drop_tag()
        elif element.tag in _KINDS:
            element.tag = _KINDS[element.tag]
        elif element.tag in _PARTS or any(child.tag in _BLOCKS for child in element):
            element.tag = "div"
        else:
            element.drop_tag()


def _spaced(text: str | None) -> str | None:
    return _SPACE.sub(" ", text) if text else text
