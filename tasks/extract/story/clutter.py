"""What the extraction took though it is not of the story: bylines, credits, the repeated headline, teasers, labels.

Lines are judged by what they repeat and where they stand, not by phrases. (Of seven lists of phrases in ten languages
all that was measured was 0.001 F1, and sentences of stories went with them.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.signals.dateparse import find
from tasks.extract.story.blocks import Block
from tasks.extract.story.own_links import STOPS
from tasks.extract.story.phrases import ADVERTISING, CREDIT, TRAILER
from tasks.extract.tree.index import PageTree

_LINK_WORDS = 4
_LEAD = re.compile(r"^[^.!?]{1,40}?(?:\s*[:|>»→]\s*|(?<=[Bb]y|on|ar|or)\s)")
_OWNED = re.compile(r"^\W*(?:©|\(c\)|copyright\b)", re.IGNORECASE)
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.\w")
_SERVICE_CHARS = 150
_STAMP_CHARS = 80
_STAMP_WORDS = 25  # letters beside the date: "Published on", a weekday, "Uhr"
_LABEL_CHARS = 40
_RECURS = 2
_MASTHEAD_CHARS = 600
_PARAGRAPH_CHARS = 120  # a teaser is shorter


def headlines(anchors: Iterable[str]) -> set[str]:
    """Keys of what the page's links say, where that is long enough to be a headline."""
    return {name for name in map(key, anchors) if name.count(" ") >= _LINK_WORDS - 1}


def without(
    found: list[Block],
    *,
    repeated: Iterable[str],
    captions: Iterable[str],
    names: Iterable[str],
    linked: set[str],
    asked: set[str],
) -> list[Block]:
    """The blocks that are the story's.

    Args:
        repeated: titles of the page, which the body must not repeat.
        captions: texts that belong to pictures.
        names: authors and outlet: a block that is only one of them is a byline.
        linked: what the page's links say (`headlines`); a block that is only such a link is a teaser.
        asked: keys of the page's prompts.
    """
    unwanted = {key(text) for text in (*repeated, *captions, *names) if text}
    labels = _recurring(found) | asked
    kept = [block for raw in found if key(raw.text) not in labels and (block := _story(raw, unwanted, linked))]
    return _without_loose_heads(_without_tail(_once(kept)))


def _recurring(found: list[Block]) -> set[str]:
    """Short lines that stand several times between paragraphs: labels of slots, in whatever language."""
    short = [name for block in found if len(block.text) <= _LABEL_CHARS and block.kind == "p"
             and not block.text.endswith((*STOPS, ":", "：")) and (name := key(block.text))]  # fmt: skip
    return {name for name, count in Counter(short).items() if count >= _RECURS}


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
    return bool(CREDIT.match(text) or ADVERTISING.match(text)) or _is_service(text)


def _is_service(text: str) -> bool:
    """Whether a line is a moment and little else, a notice of copyright, or an address to write to."""
    if _OWNED.match(text) or (len(text) <= _SERVICE_CHARS and _MAIL.search(text)):
        return True
    if len(text) > _STAMP_CHARS or not (found := next(find(text), None)):
        return False
    return sum(c.isalpha() for c in text[: found.start] + text[found.end :]) <= _STAMP_WORDS


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
