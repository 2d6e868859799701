"""trafilatura on the part of the page that has the story: fast first, in full where the result is not trusted.

The part is the smallest element that holds the page's heading and nearly all of its paragraphs. trafilatura's fast
mode leaves out the comparison with readability and justext (a third of its time). Its result is trusted when it took at
least a fifth of what the paragraphs say; else the whole page is read in full mode.
"""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import Any

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from tasks.extract.story import blocks
from tasks.extract.story.blocks import Block
from tasks.extract.tree.index import PageTree

WORDLESS = (
    "nav",
    "footer",
    "button",
    "iframe",
    "select",
    "svg",
    "picture",
    "img",
    "video",
    "audio",
    "object",
    "canvas",
)
_WRAPPINGS = ("div", "span", "p", "section", "ul", "li", "i", "input")
_SHARE = 0.95  # of the page's paragraphs that the part holds
_MIN_CHARS = 600  # of paragraphs, by which a part can be told
_TRUSTED = 0.2  # of the part's paragraphs, taken by the fast pass
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def extract(page: PageTree, heading: HtmlElement | None, url: str) -> list[Block]:
    """The blocks that trafilatura takes for the story."""
    sums = page.sums({p: len(page.text(p)) for p in page.of("p")})
    total = sums[-1]
    if total >= _MIN_CHARS:
        found = _read(_part(page, heading, sums), url, fast=True)
        if sum(len(block.text) for block in found) >= _TRUSTED * total:
            return found
    return _read(page.root, url, fast=False)


def _part(page: PageTree, heading: HtmlElement | None, sums: list[int]) -> HtmlElement:
    """The smallest element with the heading and nearly all of the paragraphs."""
    wanted = _SHARE * sums[-1]
    middle = next(at for at in range(len(page.elements)) if sums[at + 1] >= sums[-1] / 2)
    for outer in page.ancestors(page.elements[middle]):
        at = page.place[outer]
        if sums[page.end[at]] - sums[at] >= wanted and (heading is None or page.holds(outer, heading)):
            return outer
    return page.root


def _alone(part: HtmlElement) -> HtmlElement:
    """A page of a copy of that part, without what holds no words; trafilatura's time goes by elements."""
    copy = deepcopy(part)
    copy.tail = None
    root = copy
    if part.tag != "html":
        root = part.makeelement("html")
        root.append(copy if part.tag == "body" else part.makeelement("body"))
        if part.tag != "body":
            root[0].append(copy)
    for element in reversed(list(root.iter(*WORDLESS, *_WRAPPINGS))):
        is_empty = not len(element) and not (element.text or "").strip()
        if element is not copy and (is_empty or element.tag in WORDLESS):
            element.drop_tree()
    return root


def _read(part: HtmlElement, url: str, *, fast: bool) -> list[Block]:
    document: Any = bare_extraction(_alone(part), url=url, fast=fast, include_comments=False)
    return blocks.blocks(document.body) if document is not None and document.body is not None else []
