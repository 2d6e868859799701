"""The links of a page by what they are: in the story, to related stories, paid for, or navigation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.signals.page_signals import absolute, labels, text_of
from warehouse.records import PageLink

MAX_LINKS = 500  # of one page: the first ones; a directory of 50,000 links is no article
_SPONSORED = re.compile(
    r"sponsor|taboola|outbrain|advert|promoted|paid-|native-ad|partner-?content|plista|ligatus|anzeige|"
    r"publicidad|revcontent|affiliate|dianomi|zergnet"
)
_RELATED = re.compile(
    r"related|recommend|teaser|more-(?:from|on|stor|news|in)|also-|read-?(?:more|next|also)|top-?stor|trending|"
    r"popular|most-?(?:read|viewed)|latest|inline-?(?:promo|link)|further|suggest|carousel|(?:^|[\s_-])promo"
)
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|header|footer|breadcrumbs?|topbar|masthead|social|share|"
    r"sharing|pagination|skip|login|subscribe|newsletter|tags?|cookie|consent|legal)(?:$|[\s_-])"
)
_SPONSORED_HOST = re.compile(
    r"//(?:[\w-]+\.)*(?:taboola|outbrain|doubleclick|googlesyndication|revcontent|zergnet|plista)\."
)
_BEGINNING = 40  # characters by which a paragraph is known
_TEASER_WORDS = 5  # an anchor of so many words is a headline; a shorter one is navigation
_AD_RELS = frozenset({"sponsored"})


@dataclass(frozen=True, slots=True)
class Found:
    """A link and what its surroundings say; `paragraph` is the beginning (`strings.key`) of the block it stands in."""

    url: str
    anchor: str
    kind: str | None
    paragraph: str


def find(tree: HtmlElement, base: str) -> list[Found]:
    """The page's links in document order, before the story is known."""
    known: dict[HtmlElement, str | None] = {}
    blocks: dict[HtmlElement, str] = {}
    found: list[Found] = []
    for anchor in tree.iter("a"):
        url = absolute(base, anchor.get("href"))
        if url is None:
            continue
        kind = _kind(anchor, url, known)
        paragraph = "" if kind in ("navigation", "sponsored") else _paragraph(anchor, blocks)
        found.append(Found(url, text_of(anchor)[:300], kind, paragraph))
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


def _kind(anchor: HtmlElement, url: str, known: dict[HtmlElement, str | None]) -> str | None:
    if _AD_RELS & set((anchor.get("rel") or "").lower().split()) or _SPONSORED_HOST.search(url):
        return "sponsored"
    return _around(anchor, known, 0)


def _paragraph(anchor: HtmlElement, blocks: dict[HtmlElement, str]) -> str:
    for parent in anchor.iterancestors():
        if parent.tag in ("p", "li", "blockquote", "td", "h2", "h3"):
            if parent not in blocks:
                blocks[parent] = key(text_of(parent)[: 4 * _BEGINNING])[:_BEGINNING]
            return blocks[parent]
        if parent.tag in ("div", "section", "article", "body"):
            break
    return ""


def _around(element: HtmlElement, known: dict[HtmlElement, str | None], depth: int) -> str | None:
    """The kind that the nearest telling ancestor gives; remembered, since links share ancestors."""
    if element.tag == "body" or depth > 40:
        return None
    if element in known:
        return known[element]
    own = _own_kind(element)
    parent = element.getparent()
    known[element] = own or (_around(parent, known, depth + 1) if parent is not None else None)
    return known[element]


def _own_kind(element: HtmlElement) -> str | None:
    said = labels(element)
    if said.strip():
        if _SPONSORED.search(said):
            return "sponsored"
        if _RELATED.search(said):
            return "related"
        if _NAVIGATION.search(said):
            return "navigation"
    if element.tag in ("nav", "footer", "header"):
        return "navigation"
    return "related" if element.tag == "aside" else None
