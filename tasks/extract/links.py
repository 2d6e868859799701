"""The links of a page by what they are: in the story, to related stories, paid for, or navigation."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from tasks.extract.signals import absolute, labels, text_of
from tasks.extract.strings import key
from warehouse.records import PageLink

MAX_LINKS = 500  # of one page: the first ones; a directory of 50,000 links is no article
_SPONSORED = re.compile(r"sponsor|taboola|outbrain|advert|promoted|paid-|native-ad|partner-?content|plista|ligatus|anzeige|publicidad|revcontent|affiliate|dianomi|zergnet")
_RELATED = re.compile(r"related|recommend|teaser|more-(?:from|on|stor|news|in)|also-|read-?(?:more|next|also)|top-?stor|trending|popular|most-?(?:read|viewed)|latest|inline-?(?:promo|link)|further|suggest|carousel|(?:^|[\s_-])promo")
_NAVIGATION = re.compile(r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|header|footer|breadcrumbs?|topbar|masthead|sidebar|social|share|sharing|pagination|skip|login|subscribe|newsletter|tags?|cookie|consent|legal)(?:$|[\s_-])")
_SPONSORED_HOST = re.compile(r"//(?:[\w-]+\.)*(?:taboola|outbrain|doubleclick|googlesyndication|revcontent|zergnet|plista)\.")
_AD_RELS = frozenset({"sponsored"})


def find(tree: HtmlElement, base: str, body_text: str) -> tuple[PageLink, ...]:
    """The page's links in document order.

    Args:
        body_text: the extracted story; an anchor that stands in one of its paragraphs is in the story.
    """
    story = key_paragraphs(body_text)
    known: dict[HtmlElement, str | None] = {}
    found: list[PageLink] = []
    for anchor in tree.iter("a"):
        url = absolute(base, anchor.get("href"))
        if url is None:
            continue
        kind = _kind(anchor, url, story, known)
        found.append(PageLink(position=len(found), url=url, anchor=text_of(anchor)[:300], kind=kind))
        if len(found) >= MAX_LINKS:
            break
    return tuple(found)


def key_paragraphs(text: str) -> set[str]:
    """Keys of the beginnings of a text's paragraphs, by which an element is known to be one of them."""
    return {name for part in text.split("\n") if (name := key(part)[:40])}


def _kind(anchor: HtmlElement, url: str, story: set[str], known: dict[HtmlElement, str | None]) -> str:
    if _AD_RELS & set((anchor.get("rel") or "").lower().split()) or _SPONSORED_HOST.search(url):
        return "sponsored"
    around = _around(anchor, known, 0)
    if around == "sponsored":
        return around
    if _in_story(anchor, story):
        return "body"
    return around or _by_shape(anchor)


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


def _in_story(anchor: HtmlElement, story: set[str]) -> bool:
    for parent in anchor.iterancestors():
        if parent.tag in ("p", "li", "blockquote", "td", "h2", "h3"):
            words = key(text_of(parent))
            return bool(words) and words[:40] in story and words != key(text_of(anchor))
        if parent.tag in ("div", "section", "article", "body"):
            return False
    return False


def _by_shape(anchor: HtmlElement) -> str:
    """A long anchor is a headline, so a teaser; a short one is navigation."""
    return "related" if len(text_of(anchor).split()) >= 5 else "navigation"
