"""The links of a page by what they are: in the story, to related stories, paid for, or navigation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.signals.page_signals import absolute
from tasks.extract.tree.index import PageTree
from tasks.extract.tree.vocabulary import NAVIGATION, RELATED, SPONSORED
from warehouse.records import PageLink

MAX_LINKS = 500  # of one page: the first ones; a directory of 50,000 links is no article
_SPONSORED_HOST = re.compile(
    r"//(?:[\w-]+\.)*(?:taboola|outbrain|doubleclick|googlesyndication|revcontent|zergnet|plista)\."
)
_BEGINNING = 40  # characters by which a paragraph is known
_TEASER_WORDS = 5  # an anchor of so many words is a headline; a shorter one is navigation
_BLOCKS = frozenset({"p", "li", "blockquote", "td", "h2", "h3"})
_SECTIONS = frozenset({"div", "section", "article", "body"})


@dataclass(frozen=True, slots=True)
class Found:
    """A link and what its surroundings say; `paragraph` is the beginning (`strings.key`) of the block it stands in."""

    url: str
    anchor: str
    kind: str | None
    paragraph: str


def find(page: PageTree, base: str) -> list[Found]:
    """The page's links in document order, before the story is known."""
    blocks: dict[int, str] = {}
    found: list[Found] = []
    for element in page.of("a"):
        if (url := absolute(base, element.get("href"))) is None:
            continue
        at = page.place[element]
        kind = _of_target(element, url) or _own_kind(page.nearest[at])
        paragraph = "" if kind in ("navigation", "sponsored") else _paragraph(page, at, blocks)
        found.append(Found(url, page.text(element)[:300], kind, paragraph))
        if len(found) >= MAX_LINKS:
            break
    return found


def place(found: list[Found], text: str) -> tuple[PageLink, ...]:
    """The links with their kind, now that the text is known: a link in one of its paragraphs is in the story."""
    story = {name for part in text.split("\n") if (name := key(part.removeprefix("- "))[:_BEGINNING])}
    return tuple(
        PageLink(position=position, url=link.url, anchor=link.anchor, kind=_final(link, story))
        for position, link in enumerate(found)
    )


def _final(link: Found, story: set[str]) -> str:
    if link.kind != "sponsored" and link.paragraph in story:
        return "body"
    return link.kind or ("related" if len(link.anchor.split()) >= _TEASER_WORDS else "navigation")


def _of_target(anchor: HtmlElement, url: str) -> str | None:
    if (rel := anchor.get("rel")) and "sponsored" in rel.lower().split():
        return "sponsored"
    return "sponsored" if _SPONSORED_HOST.search(url) else None


def _paragraph(page: PageTree, at: int, blocks: dict[int, str]) -> str:
    while (at := page.parent[at]) >= 0:
        parent = page.elements[at]
        if parent.tag in _BLOCKS:
            if at not in blocks:
                blocks[at] = key(page.text(parent)[: 4 * _BEGINNING])[:_BEGINNING]
            return blocks[at]
        if parent.tag in _SECTIONS:
            break
    return ""


def _own_kind(said: int) -> str | None:
    """The kind that an element's labels give to the links inside of it."""
    if said & SPONSORED:
        return "sponsored"
    if said & RELATED:
        return "related"
    return "navigation" if said & NAVIGATION else None
