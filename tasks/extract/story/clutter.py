"""What stands around a story and is not of it: captions, bylines, prompts, teasers; before and after the extraction.

Before: elements whose labels say that they are boxes around the story are taken out of the tree, unless they hold so
much of the page's text that the label must mean something else. After: lines that are prompts, credits, time stamps,
the repeated headline, or nothing but a link to another story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.story import teasers
from tasks.extract.story.blocks import Block
from tasks.extract.story.phrases import CREDIT, LABEL, PROMPT, READ_MORE, STAMP, TOPICS, TRAILER
from tasks.extract.tree.index import PageTree
from tasks.extract.tree.vocabulary import BOX

_CANDIDATES = (
    "div",
    "section",
    "aside",
    "ul",
    "ol",
    "p",
    "span",
    "figure",
    "dl",
    "footer",
    "header",
    "form",
    "table",
    "blockquote",
)
# A box holds less of the page's paragraphs than this, or its label is about something else ("has-related-content").
MAX_BOX_SHARE = 0.25
MIN_KEPT_CHARS = 400
_LINK_WORDS = 4
_LEAD = re.compile(r"^[^.!?]{1,40}?(?:\s*[:|>»→]\s*|(?<=[Bb]y|on|ar|or)\s)")
_MASTHEAD_CHARS = 600
_PARAGRAPH_CHARS = 120  # a teaser is shorter


def prune(page: PageTree, heading: HtmlElement | None, url: str) -> None:
    """Take out of the tree captions, labelled boxes, teasers, and the articles that follow the page's own."""
    _prune_following(page, heading)
    total = sum(_length(p) for p in page.of("p")) or 1
    page.drop(teaser for teaser in teasers.find(page, heading, url) if teasers.is_small(page, teaser, total))
    page.drop(page.of("figcaption"))
    protected = set(page.ancestors(heading)) if heading is not None else set()
    sums = page.sums({p: _length(p) for p in page.of("p")})
    limit = max(MAX_BOX_SHARE * total, MIN_KEPT_CHARS)
    boxes = [element for element in page.of(*_CANDIDATES) if page.means(element, BOX) and element not in protected]
    page.drop(box for box in boxes if sums[page.end[at := page.place[box]]] - sums[at] <= limit)


def headlines(anchors: Iterable[str]) -> set[str]:
    """Keys of what the page's links say, where that is long enough to be a headline."""
    return {name for name in map(key, anchors) if name.count(" ") >= _LINK_WORDS - 1}


def without(
    found: list[Block], *, repeated: Iterable[str], captions: Iterable[str], names: Iterable[str], linked: set[str]
) -> list[Block]:
    """The blocks that are the story's.

    Args:
        repeated: titles of the page, which the body must not repeat.
        captions: texts that belong to pictures.
        names: authors and outlet: a block that is only one of them is a byline.
        linked: what the page's links say (`headlines`); a block that is only such a link is a teaser.
    """
    unwanted = {key(text) for text in (*repeated, *captions, *names) if text}
    kept = [block for raw in found if (block := _story(raw, unwanted, linked))]
    return _without_loose_heads(_without_tail(_once(kept)))


def after_heading(found: list[Block], page: PageTree, heading: HtmlElement | None) -> list[Block]:
    """The blocks without those that begin them and stand before the page's heading: a masthead of bare markup."""
    if heading is None or not found:
        return found
    before = set()
    for element in page.of("p", "td", "center", "h1"):
        if element is heading:
            break
        before.add(key(page.text(element)))
    start = next((at for at, block in enumerate(found) if key(block.text) not in before), len(found))
    return found[start:] if sum(len(block.text) for block in found[:start]) <= _MASTHEAD_CHARS else found


def _story(block: Block, unwanted: set[str], linked: set[str]) -> Block | None:
    if block.kind == "list":
        lines = [line for line in block.text.split("\n") if not _is_clutter(line.removeprefix("- "), unwanted, linked)]
        return replace(block, text="\n".join(lines)) if lines else None
    return None if _is_clutter(block.text, unwanted, linked) else block


def _is_clutter(text: str, unwanted: set[str], linked: set[str]) -> bool:
    name = key(text)
    if not name or name in unwanted or name in linked:
        return True
    if len(text) > 400:
        return False
    lead = _LEAD.match(text)
    if lead and (tail := key(text[lead.end() :])) and (tail in linked or tail in unwanted):
        return True  # "Read more: <headline>" and "By Ann Lee", in whatever language
    return is_prompt(text) or bool(LABEL.match(text) or TOPICS.match(text))


def is_prompt(text: str) -> bool:
    """Whether a line asks the reader for something, credits a picture, or points to another story."""
    return bool(PROMPT.search(text) or CREDIT.match(text) or READ_MORE.match(text) or STAMP.match(text))


def _once(found: list[Block]) -> list[Block]:
    """Without what stands twice, as lazy templates do for small and large screens; short lines may recur."""
    seen: set[str] = set()
    kept = []
    for block in found:
        name = key(block.text)
        if len(name) < 40 or name not in seen:
            kept.append(block)
        seen.add(name)
    return kept


def _without_tail(found: list[Block]) -> list[Block]:
    """Without what a heading of other stories opens ("Related articles"), up to the next full paragraph."""
    kept: list[Block] = []
    skipping = False
    for position, block in enumerate(found):
        if position > 1 and len(block.text) < 80 and TRAILER.match(block.text):
            skipping = True
        elif skipping and block.kind in ("p", "quote") and len(block.text) >= _PARAGRAPH_CHARS:
            skipping = False
        if not skipping:
            kept.append(block)
    return kept


def _without_loose_heads(found: list[Block]) -> list[Block]:
    while found and found[-1].kind == "head":
        found = found[:-1]
    return found


def _prune_following(page: PageTree, heading: HtmlElement | None) -> None:
    """Drop the articles appended for endless scrolling: those beside the page's own that have an h1 of their own."""
    articles = page.of("article")
    own = next((each for each in reversed(articles) if heading is not None and page.holds(each, heading)), None)
    if own is None:
        return
    others = [each for each in articles if not page.holds(each, own) and not page.holds(own, each)]
    page.drop(each for each in others if page.within(each, "h1"))


def _length(element: HtmlElement) -> int:
    return len(element.text or "") + sum(len(child.tail or "") + len(child.text or "") for child in element)
