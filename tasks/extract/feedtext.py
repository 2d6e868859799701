"""A story whose page is walled, gone or cut off, with the text that its feed gives: `content:encoded` and its like.

    page | is its text held back? | the feed's text, read as a page of its own | the longer text, flagged

A wall, an error page or a 404 says nothing of the story: then all that is said of it is the feed's. A teaser says who
wrote it and when: of the feed only the text is taken.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape, unescape

from tasks.extract.page import read_page
from tasks.extract.selectors import NONE, Selectors
from warehouse.prose import words
from warehouse.records import Hints, Page

TEXT_FROM_FEED = "text_from_feed"
FEED_ONLY = "feed_only"  # nothing of it is the page's
_NOT_THE_STORY = ("consent_wall", "bot_wall", "error_page")
_MIN_WORDS = 60  # fewer are a summary, or a notice
_LONGER = 1.2  # times the page's own text
_BARE_WORDS, _BARE_LONGER = 60, 3.0  # of a page that scripts would fill
_TAG = re.compile(r"<[^<>]{0,1000}>")
_BLOCK = re.compile(r"</?(?:p|div|br|li|h[1-6]|blockquote|section|article|figure|td)\b[^<>]{0,1000}>", re.IGNORECASE)
_CUT = re.compile(r"(?:…|\.\.\.|(?:…|\.\.\.)\s{0,3}[\])])\Z")
_LAST_BLOCKS, _LAST_CHARS = 3, 2000  # among which a "read the rest" stands, and "appeared first on"


def from_feed_alone(url: str, hints: Hints, selectors: Selectors = NONE) -> Page:
    """The page of a story whose server says that there is none: what its feed said of it."""
    return with_feed_text(Page(page_kind="error_page"), url, hints, selectors)


def with_feed_text(page: Page, url: str, hints: Hints, selectors: Selectors = NONE) -> Page:
    """The page, with the feed's text where its own is held back and the feed has more; else as it is.

    Args:
        page: what was read.
        url: of the page.
        hints: what the feed said of it.
        selectors: of its source; what they remove is removed from the feed's text too.
    """
    if not hints.feed_content or not _is_held_back(page):
        return page
    told = _read(url, hints, selectors.of_feed)
    if told is None or not _is_more(told.text, page):
        return page
    if page.page_kind in _NOT_THE_STORY:
        return replace(told, canonical_url=None, flags=(*told.flags, TEXT_FROM_FEED, FEED_ONLY))
    return replace(
        page,
        page_kind=told.page_kind,
        text=told.text,
        dateline=told.dateline,
        agency=page.agency or told.agency,
        language=page.language or told.language,
        flags=(*page.flags, TEXT_FROM_FEED),
    )


def _is_held_back(page: Page) -> bool:
    return page.page_kind in (*_NOT_THE_STORY, "paywall_teaser") or (
        page.page_kind in ("article", "opinion") and words(page.text) < _BARE_WORDS
    )


def _is_more(text: str, page: Page) -> bool:
    if page.page_kind in _NOT_THE_STORY:
        return words(text) >= _MIN_WORDS
    longer = _LONGER if page.page_kind == "paywall_teaser" else _BARE_LONGER
    return words(text) >= max(_MIN_WORDS, longer * words(page.text))


def _read(url: str, hints: Hints, selectors: Selectors) -> Page | None:
    """What the feed says, read as pages are; None where it is cut off, or cannot be read."""
    html = f"<html><body><article>{_as_html(hints.feed_content or '')}</article></body></html>"
    told = read_page(html, url=url, hints=hints, selectors=selectors)
    if not isinstance(told, Page) or told.page_kind == "paywall_teaser" or _is_cut(hints.feed_content or ""):
        return None
    return told if told.page_kind in ("opinion", "live_blog") else replace(told, page_kind="article")


def _as_html(content: str) -> str:
    """Of a text without markup each line as a paragraph."""
    if "<" in content:
        return content
    return "".join(f"<p>{escape(unescape(line), quote=False)}</p>" for line in content.splitlines() if line.strip())


def _is_cut(content: str) -> bool:
    """Whether a text that calls itself whole ends with an ellipsis: feeds that give the beginning write one."""
    text = unescape(_TAG.sub("", _BLOCK.sub("\n", content[-_LAST_CHARS:])))
    blocks = [line.strip() for line in text.splitlines() if line.strip()]
    return any(_CUT.search(block) for block in blocks[-_LAST_BLOCKS:])
