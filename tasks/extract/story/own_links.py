"""Sentences and headings of the story that are nothing but a link: they look like teasers and stand like the story.

A paragraph that is one link is the story's where it ends as a sentence does, between two paragraphs that are text. A
heading that is one link is the story's where most of the page's headings are, each with a text of its own, as in a
briefing. Their links are taken off before the extraction, which judges by the share of links.
"""

from __future__ import annotations

from itertools import islice

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.vocabulary import RELATED, SIDE, SPONSORED

STOPS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", ".”", ".“", ".»", ".’", '."', "」")
_BLOCKS = ("p", "li", "div")
_HEADINGS = ("h2", "h3", "h4", "h5")
_FEW = 3  # elements in a div that is one paragraph
_MIN_LED = 3  # headings that are links, by which a page is a briefing
_TEXT_CHARS = 60  # of a paragraph that is text
_LED_CHARS = 1.5  # the texts of a briefing's items, in those of the page's other paragraphs


def settle(page: PageTree, heading: HtmlElement | None) -> set[str]:
    """Take the links off the story's own; returns their keys (`strings.key`)."""
    own = [*_sentences(page), *_led(page, heading)]
    for element in own:
        for anchor in page.within(element, "a"):
            anchor.drop_tag()
    return {key(page.text(element)) for element in own}


def _sentences(page: PageTree) -> list[HtmlElement]:
    """The blocks that are one link, end as a sentence does, and stand beside text."""
    found = []
    for anchor in page.of("a"):
        if page.stands_in(anchor, CHROME) or not page.text(anchor).endswith(STOPS):
            continue
        block = next((each for each in islice(page.ancestors(anchor), _FEW) if each.tag in _BLOCKS), None)
        if block is not None and _is_between(page, block) and _is_link(page, block):
            found.append(block)
    return found


def _is_between(page: PageTree, block: HtmlElement) -> bool:
    """Whether a block stands between two that are text; an item of a list, beside items that all are."""
    beside = [block.getprevious(), block.getnext()]
    if block.tag == "li":
        beside = [each for each in beside if each is not None]
    if block.tag == "div" and (page.within(block, "img") or any(each is None or each.tag != "div" for each in beside)):
        return False
    return bool(beside) and all(_is_text(page, each) for each in beside)


def _led(page: PageTree, heading: HtmlElement | None) -> list[HtmlElement]:
    """The headings of a briefing: links with a text each, the only paragraphs of weight on the page."""
    start = page.place[heading] if heading is not None else 0
    bold = [p for p in page.of("p") if len(p) == 1 and p[0].tag in ("strong", "b", "a")]
    heads, bold = (
        [each for each in found if page.place[each] > start and not _is_beside(page, each)]
        for found in (page.of(*_HEADINGS), bold)
    )
    heads = heads or bold
    led = [each for each in heads if _is_link(page, each) and _has_text(page, each.getnext())]
    if len(led) < _MIN_LED or 2 * len(led) < len(heads):
        return []
    texts = [text for each in led if (text := each.getnext()) is not None]
    inside = {p for text in texts for p in (text, *page.within(text, "p"))}
    others = [p for p in page.of("p") if p not in inside and not _is_beside(page, p)]
    mine = sum(len(page.text(each)) for each in texts)
    return led if mine >= _LED_CHARS * sum(len(page.text(p)) for p in others) else []


def _is_link(page: PageTree, element: HtmlElement) -> bool:
    """Whether all of an element's words are those of one link in it."""
    anchors = page.within(element, "a")
    return len(anchors) == 1 and bool(page.text(element)) and key(page.text(anchors[0])) == key(page.text(element))


def _is_text(page: PageTree, element: HtmlElement | None) -> bool:
    return _has_text(page, element) and element is not None and not _is_link(page, element)


def _has_text(page: PageTree, element: HtmlElement | None) -> bool:
    if element is None or element.tag not in _BLOCKS or (element.tag == "div" and len(element) > _FEW):
        return False
    text = page.text(element)
    return len(text) >= _least(text) // (2 if text.endswith(STOPS) else 1)


def _least(text: str) -> int:
    return _TEXT_CHARS // 2 if max(text, default="") > "\u2e80" else _TEXT_CHARS


def _is_beside(page: PageTree, element: HtmlElement) -> bool:
    return page.stands_in(element, CHROME | RELATED | SIDE | SPONSORED)
