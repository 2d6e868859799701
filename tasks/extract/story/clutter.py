"""What stands around a story and is not of it: captions, bylines, prompts, teasers; before and after the extraction.

Before: elements whose labels say that they are boxes around the story are taken out of the tree, unless they hold so
much of the page's text that the label must mean something else. After: lines that are prompts, credits, time stamps,
the repeated headline, or nothing but a link to another story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.signals.page_signals import labels, text_of
from tasks.extract.story import teasers
from tasks.extract.story.blocks import Block
from tasks.extract.story.phrases import CREDIT, LABEL, PROMPT, READ_MORE, STAMP, TOPICS, TRAILER

_BOX = re.compile(
    r"(?:^|[\s_-])(?:newsletter|e?-?mail-?sign-?up|sign-?up|related|relatedarticles?|recommend(?:ed|ations?)?|read-?(?:more|next|also|on)|"
    r"also-?read|"
    r"see-?also|share|sharing|social|social-?share|author-?(?:bio|box|info|card|profile)|about-?(?:the-)?author|byline|"
    r"article-?tags|tags?-?(?:list|cloud)|comments?|promo|inline-?promo|outbrain|taboola|advert(?:isement)?|"
    r"most-?(?:read|popular|viewed)|trending|top-?stories|more-?(?:stories|news|on|from|like)|subscribe|"
    r"paywall-?(?:teaser|offer)|"
    r"cookie|consent|breadcrumbs?|image-?(?:caption|credit)|photo-?(?:caption|credit)|caption-?(?:text|"
    r"container)?|wp-caption-text|"
    r"media-?(?:caption|credit|object__caption)|copyright|teaser-?(?:list|box|group|container)|"
    r"article-?(?:teasers?|recommendations?)|"
    r"affiliate|partner-?box|download-?app|app-?promo|follow-?us|print-?only|visually-hidden|sr-only|"
    r"screen-reader-text|"
    r"gallery-?caption|factcheck-?cta|poll|quiz|donat(?:e|ion)|jw-?player|video-?(?:player|playlist)|"
    r"fact-?box|info-?box|fakta-?box|twitter-tweet|instagram-media|tiktok-embed|fb-post|"
    r"read-?time|reading-?time|time-?stamp|publish(?:ed)?-?date|date-?line-?meta)s?(?:$|[\s_-])"
)
_CAPTION_TAGS = ("figcaption",)
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


def prune(tree: HtmlElement, heading: HtmlElement | None, url: str) -> None:
    """Take out of the tree captions, labelled boxes, teasers, and the articles that follow the page's own."""
    _prune_following(tree, heading)
    total = sum(_length(p) for p in tree.iter("p")) or 1
    for teaser in teasers.find(tree, heading, url):
        if teasers.is_small(teaser, total):
            _drop(teaser)
    protected = set(heading.iterancestors()) if heading is not None else set()
    for caption in list(tree.iter(*_CAPTION_TAGS)):
        _drop(caption)
    for element in list(tree.iter(*_CANDIDATES)):
        said = labels(element)
        if said.strip() and element not in protected and _BOX.search(said) and _small(element, total):
            _drop(element)


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


def after_heading(found: list[Block], tree: HtmlElement, heading: HtmlElement | None) -> list[Block]:
    """The blocks without those that begin them and stand before the page's heading: a masthead of bare markup."""
    if heading is None or not found:
        return found
    before = set()
    for element in tree.iter("p", "td", "center", "h1"):
        if element is heading:
            break
        before.add(key(text_of(element)))
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


def _prune_following(tree: HtmlElement, heading: HtmlElement | None) -> None:
    """Drop the articles appended for endless scrolling: those beside the page's own that have an h1 of their own."""
    if heading is None:
        return
    own = next((parent for parent in heading.iterancestors("article")), None)
    if own is None:
        return
    for other in _others(tree, own):
        if next(other.iter("h1"), None) is not None:
            _drop(other)


def _others(tree: HtmlElement, own: HtmlElement) -> Iterator[HtmlElement]:
    around = {own, *own.iterancestors()}
    for other in list(tree.iter("article")):
        if other not in around and own not in other.iterancestors():
            yield other


def _small(element: HtmlElement, total: int) -> bool:
    return sum(_length(p) for p in element.iter("p")) <= max(MAX_BOX_SHARE * total, MIN_KEPT_CHARS)


def _length(element: HtmlElement) -> int:
    return len(element.text or "") + sum(len(child.tail or "") + len(child.text or "") for child in element)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
