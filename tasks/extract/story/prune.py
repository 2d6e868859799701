"""What is taken out of the page before the extraction: captions, boxes, teasers, comments, the articles that follow.

Boxes are judged as a set. A class name that says "newsletter" or "quiz" marks a box; where all the elements with that
name together hold much of the page's paragraphs, it is the name of the story's topic or of a theme, and marks nothing.
Teaser cards are other stories only where there is a story beside them: in a briefing they are the story.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import islice

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.story import teasers
from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.text import label_of
from tasks.extract.tree.vocabulary import BOX, BYLINE, CAPTION, COMMENTS, EMBED, names

_CANDIDATES = ("div", "section", "aside", "ul", "ol", "p", "span", "figure", "dl", "footer", "header", "form", "table",
               "blockquote")  # fmt: skip
_NAMED = ("span", "div", "b", "strong", "a", "cite", "h4", "h5")
_MIN_SIGNED = 3
_ANSWER_CHARS = 20
_SIGNED_ELEMENTS = 60
_NEAR = 3  # elements up to the paragraph of a word
MAX_BOX_SHARE = 0.25  # of the page's paragraphs, held by one box
_MAX_SET_SHARE = 0.5  # by all boxes of one name, captions apart
MIN_KEPT_CHARS = 400  # so little may go whatever its share
_MAX_CARDS_SHARE = 0.6  # of the page's paragraphs; more, and the cards are the story


def prune(page: PageTree, heading: HtmlElement | None, url: str) -> set[str]:
    """Take out of the page what is around its story; returns the keys (`strings.key`) of posts kept as quotations."""
    _drop_following(page, heading)
    quoted = _settle_embeds(page, url)
    page.drop(page.of("figcaption"))
    _flatten(page)
    page.drop(_comments(page, heading))
    weights = _Weights(page)
    cards = teasers.find(page, heading, url)
    if weights.of_all(cards) <= _MAX_CARDS_SHARE * weights.total:
        page.drop(card for card in cards if teasers.is_small(page, card, weights.total))
    page.drop(_boxes(page, heading, _Weights(page)))
    return quoted


def _flatten(page: PageTree) -> None:
    """Words of a sentence that stand in an element which trafilatura leaves out become plain words of it."""
    for element in page.of("time", "label", "math"):
        if any(each.tag == "p" for each in islice(page.ancestors(element), _NEAR)):
            for inside in list(element.iterdescendants()):
                inside.drop_tag()
            element.drop_tag()


def _settle_embeds(page: PageTree, url: str) -> set[str]:
    """An embedded post is a quotation where the paragraph before it announces it with a colon; others are dropped.

    Of a kept one stays the statement, without who posted it when; returns the keys of those.
    """
    posts = [each for each in page.of("blockquote", "div") if page.means(each, EMBED) or _is_embedded(page, each)]
    paragraphs = page.of("p")
    places = [page.place[p] for p in paragraphs]
    kept: set[str] = set()
    for post in posts:
        at = bisect_left(places, page.place[post])
        before = paragraphs[at - 1] if at else None
        is_ours = any(teasers.leads_on(url, each.get("href") or "") for each in page.within(post, "a"))
        if not page.is_there(post) or before is None or is_ours or not page.text(before).endswith((":", "：")):
            page.drop([post])
            continue
        if statement := _statement(page, post):
            _quote(before, statement)
            kept.add(key(statement))
        page.drop([post])
    return kept


def _is_embedded(page: PageTree, element: HtmlElement) -> bool:
    """Whether it is a quotation whose wrapping says that it is embedded, whatever the service."""
    around = [element, *islice(page.ancestors(element), 2)]
    return element.tag == "blockquote" and any("embed" in label_of(each).lower() for each in around)


def _statement(page: PageTree, post: HtmlElement) -> str:
    """What a post says: its first paragraph, or its words before the dash or link that names who posted it."""
    paragraphs = page.within(post, "p")
    if paragraphs:
        return page.text(paragraphs[0])
    links = [page.text(each) for each in page.within(post, "a")]
    text = re.split(r"\s[—–]\s", page.text(post), maxsplit=1)[0]
    return text.removesuffix(links[-1]).strip() if links and links[-1] and text != links[-1] else text


def _quote(before: HtmlElement, statement: str) -> None:
    """Put what a post states behind the paragraph that announces it; trafilatura leaves out what is called embedded."""
    paragraph = before.makeelement("p")
    paragraph.text = statement
    before.addnext(paragraph)
    for around in islice(before.iterancestors("div", "figure"), _NEAR):
        if "embed" in label_of(around).lower():
            around.attrib.pop("class", None)


class _Weights:
    """How many characters of paragraphs stand in elements."""

    def __init__(self, page: PageTree) -> None:
        self._page = page
        self._sums = page.sums({p: _length(p) for p in page.of("p")})
        self.total = self._sums[-1] or 1

    def of(self, element: HtmlElement) -> int:
        at = self._page.place[element]
        return self._sums[self._page.end[at]] - self._sums[at]

    def of_all(self, elements: list[HtmlElement]) -> int:
        """Together, what stands in several counted once."""
        total, end = 0, 0
        for element in sorted(elements, key=self._page.place.__getitem__):
            if self._page.place[element] >= end:
                total += self.of(element)
                end = self._page.end[self._page.place[element]]
        return total


def _boxes(page: PageTree, heading: HtmlElement | None, weights: _Weights) -> list[HtmlElement]:
    around = set(page.ancestors(heading)) if heading is not None else set()
    found = [element for element in page.of(*_CANDIDATES) if page.means(element, BOX)]
    named: dict[str, list[HtmlElement]] = defaultdict(list)
    for element in found:
        for name in names(label_of(element), BOX):
            named[name].append(element)
    limit = max(MAX_BOX_SHARE * weights.total, MIN_KEPT_CHARS)
    small = {
        name for name, boxes in named.items() if weights.of_all(boxes) <= max(_MAX_SET_SHARE * weights.total, limit)
    }
    return [
        box
        for box in found
        if box not in around
        and weights.of(box) <= limit
        and (page.means(box, CAPTION) or any(name in small for name in names(label_of(box), BOX)))
    ]


def _comments(page: PageTree, heading: HtmlElement | None) -> list[HtmlElement]:
    """Readers' comments, by what they are: schema.org's Comment, or a part of the page that is called so."""
    marked = [each for each in page.marked("itemprop", "comment") if not heading_in(page, each, heading)]
    marked += [each for each in page.marked("itemtype", "Comment") if not heading_in(page, each, heading)]
    called = [each for each in page.of("section", "div", "ol", "ul", "aside") if page.means(each, COMMENTS)]
    weights = _Weights(page)
    called += _signed(page)
    return [*marked, *(each for each in called if weights.of(each) < weights.total / 2
                       and not heading_in(page, each, heading))]  # fmt: skip


def _signed(page: PageTree) -> list[HtmlElement]:
    """What holds blocks of one make, each with its author and a button to answer: readers' comments in any language."""
    makes: dict[tuple[HtmlElement | None, str, str], list[HtmlElement]] = defaultdict(list)
    buttons = [(each, page.text(each)) for each in page.of("button", "a") if not page.stands_in(each, CHROME)]
    often = Counter(said for _, said in buttons)
    for button, said in buttons:
        if (
            often[said] >= _MIN_SIGNED
            and 0 < len(said) <= _ANSWER_CHARS
            and (block := _signed_block(page, button)) is not None
        ):
            makes[block.getparent(), block.tag, said].append(block)
    return [around for (around, _, _), blocks in makes.items() if around is not None and len(blocks) >= _MIN_SIGNED]


def _signed_block(page: PageTree, button: HtmlElement) -> HtmlElement | None:
    """The nearest small element around a button that has a paragraph, if it has an author too."""
    for around in islice(page.ancestors(button), _NEAR):
        at = page.place[around]
        if page.end[at] - at > _SIGNED_ELEMENTS:
            return None
        if page.within(around, "p"):
            return around if any(page.means(each, BYLINE) for each in page.within(around, *_NAMED)) else None
    return None


def heading_in(page: PageTree, element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether the page's own heading stands in an element."""
    return heading is not None and page.holds(element, heading)


def _drop_following(page: PageTree, heading: HtmlElement | None) -> None:
    """Drop the articles appended for endless scrolling: those beside the page's own that have an h1 of their own."""
    articles = page.of("article")
    own = next((each for each in reversed(articles) if heading_in(page, each, heading)), None)
    if own is None:
        return
    others = [each for each in articles if not page.holds(each, own) and not page.holds(own, each)]
    page.drop(each for each in others if page.within(each, "h1"))


def _length(element: HtmlElement) -> int:
    return len(element.text or "") + sum(len(child.tail or "") + len(child.text or "") for child in element)
