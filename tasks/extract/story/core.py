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

_SHARE = 0.95  # of the page's paragraphs that the part holds
_MIN_CHARS = 600  # of paragraphs, by which a part can be told
_TRUSTED = 0.2  # of the part's paragraphs, taken by the fast pass
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def extract(page: PageTree, heading: HtmlElement | None, url: str) -> list[Block]:
    """The blocks that trafilatura takes for the story."""
    weights = {p: len(page.text(p)) for p in page.of("p")}
    sums = page.sums(weights)
    total = sums[-1]
    if total >= _MIN_CHARS:
        part = _part(page, heading, sums)
        found = _read(_alone(part), url, fast=True)
        taken = sum(len(block.text) for block in found)
        if taken >= _TRUSTED * total:
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
    """A page of that part alone."""
    if part.tag == "html":
        return part
    root = part.makeelement("html")
    body = part.makeelement("body")
    root.append(body)
    copy = deepcopy(part)
    copy.tail = None
    if part.tag == "body":
        root.replace(body, copy)
    else:
        body.append(copy)
    return root


def _read(tree: HtmlElement, url: str, *, fast: bool) -> list[Block]:
    document: Any = bare_extraction(tree, url=url, fast=fast, include_comments=False)
    return blocks.blocks(document.body) if document is not None and document.body is not None else []
