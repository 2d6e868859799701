"""Teasers of other stories inside of a page, known by how they are built, not by what their classes are called.

A card is a small element around a heading that is nothing but a link to another page of the outlet (or a paid one). It
must be small beside the page's text, and may not hold the page's own heading: a list of products or venues has such
headings, too, but each of its entries is long, or the links lead elsewhere.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from tasks.extract.tree.index import PageTree

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_CARD_CHARS = 420  # heading, teaser and caption
_CARD_WORDS = 3  # of a heading that can be another story's headline
_BOX_SHARE = 0.25  # of the page's paragraphs
_PAGE_TAGS = frozenset({"body", "main", "html"})


def find(page: PageTree, heading: HtmlElement | None, url: str) -> list[HtmlElement]:
    """The cards of a page, each an element that can be dropped; `heading` is the page's own."""
    around = {heading, *page.ancestors(heading)} if heading is not None else set()
    titles = [element for element in page.of(*_HEADINGS) if element not in around]
    cards = [_around_card(page, element, around) for element in titles if _is_link(page, element, url)]
    return list(dict.fromkeys(each for each in cards if each is not None))


def _is_link(page: PageTree, element: HtmlElement, url: str) -> bool:
    """Whether a heading is nothing but a link to another page of this host, or a paid link."""
    anchor = next(element.iter("a"), None)
    if anchor is None:
        parent = element.getparent()
        anchor = parent if parent is not None and parent.tag == "a" else None
    if anchor is None or not (href := (anchor.get("href") or "").strip()):
        return False
    text = page.text(element)
    if len(text.split()) < _CARD_WORDS or page.text(anchor)[: len(text)] != text:
        return False
    return "sponsored" in (anchor.get("rel") or "").split() or leads_on(url, href)


def leads_on(url: str, href: str) -> bool:
    """Whether a link leads to another page of the outlet."""
    try:
        target, own = urlsplit(urljoin(url, href)), urlsplit(url)
    except ValueError:
        return False
    same_host = (target.hostname or "").removeprefix("www.") == (own.hostname or "").removeprefix("www.")
    return same_host and target.path.rstrip("/") != own.path.rstrip("/")


def _around_card(page: PageTree, element: HtmlElement, around: set[HtmlElement | None]) -> HtmlElement | None:
    """The largest element around a card's heading that is still no longer than a card."""
    card = element
    for parent in page.ancestors(element):
        if parent in around or parent.tag in _PAGE_TAGS or _is_longer(parent, _CARD_CHARS):
            break
        card = parent
    return card


def _is_longer(element: HtmlElement, limit: int) -> bool:
    """Whether an element's text has more characters than a limit; reads no more of it than that."""
    chars = 0
    for text in element.itertext():
        chars += len(text.strip())
        if chars > limit:
            return True
    return False


def is_small(page: PageTree, box: HtmlElement, total: int) -> bool:
    """Whether a box holds so little of the page's `total` characters in paragraphs that it is not the story."""
    return sum(len(page.text(p)) for p in page.within(box, "p")) <= _BOX_SHARE * total
