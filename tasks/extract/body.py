"""The story's text: trafilatura chooses the blocks, then what is around a story but not of it is taken out."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from tasks.extract import blocks, clutter
from tasks.extract.blocks import Block

logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def read(tree: HtmlElement, *, url: str, headline: str | None, captions: Iterable[str], authors: Iterable[str]) -> str:
    """The body, paragraphs separated by one blank line; empty when the page has none.

    Args:
        tree: the page; it is changed.
        headline, captions, authors: what must not be repeated in the body.
    """
    clutter.prune(tree)
    document = bare_extraction(tree, url=url, include_comments=False)
    if document is None or document.body is None:
        return ""
    found = blocks.blocks(document.body)
    kept = clutter.without(found, headline=headline, captions=captions, authors=authors)
    return "\n\n".join(block.text for block in kept)


__all__ = ["Block", "read"]
