"""Stories that the page holds for machines: JSON-LD's articleBody, a live blog's updates, the data of its own script.

They are read where the page's elements do not show the story: a notice stands in its place, or a script is to draw it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml.html import fromstring

from tasks.base.strings import key, squeeze, without_tags
from tasks.extract.signals.jsonld import Node, as_list
from tasks.extract.signals.jsonld import text_of as json_text

FROM_STATE = "text_from_state"  # the flag of a text that only the page's own data had
_MAX_STATES = 20
_MAX_CHARS = 3_000_000
_MIN_CHARS = 40  # of a paragraph
_MIN_STORY = 400  # characters of a story
_MAX_DEPTH = 40
_START = re.compile(r"(?:^|=|\(|\breturn\b)\s*(?=[{\[\"])")
_PACKED = re.compile(r"(?:\w{1,4}:)?(?=[{\[])")
_MAX_STARTS = 40
_TITLE_CHARS = 300
_BODIES = frozenset(("body", "text", "content", "html", "blocks", "paragraphs", "description", "summary"))
_MARKUP = re.compile(r"<(?:p|br|div|h\d|li)\b", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)


def of_article(article: Node) -> str:
    """JSON-LD's articleBody, or its live updates, as paragraphs."""
    parts = [_paragraphs(article.get("articleBody"))]
    for update in as_list(article.get("liveBlogUpdate")):
        if isinstance(update, dict):
            parts += [squeeze(json_text(update.get("headline")) or ""), _paragraphs(update.get("articleBody"))]
    return "\n\n".join(part for part in parts if part)


def of_states(states: list[str], titles: set[str]) -> str:
    """The longest story in the page's own data that stands beside one of the page's titles (`strings.key`)."""
    found = ""
    for state in states[:_MAX_STATES]:
        for value in _values(state):
            for story in _stories(value, titles, 0):
                found = max(found, story, key=len)
    return found if len(found) >= _MIN_STORY else ""


def _values(state: str) -> Iterator[Any]:
    """What a script holds as JSON: all of it, what it assigns, hands to a function or returns, a string of JSON too."""
    at = 0
    for start in islice(_START.finditer(state[:_MAX_CHARS]), _MAX_STARTS):
        if start.end() < at:
            continue
        try:
            value, at = _DECODER.raw_decode(state, start.end())
        except (ValueError, RecursionError):
            continue
        yield value


def _within(text: str) -> Any:
    """What a string holds as JSON, after a number and a colon as Next.js sends it; None where it is none."""
    try:
        return _DECODER.raw_decode(text, start.end())[0] if (start := _PACKED.match(text)) else None
    except (ValueError, RecursionError):
        return None


def _stories(value: Any, titles: set[str], depth: int) -> Iterator[str]:
    """The texts of objects that have one of the page's titles among their members, or those of a member."""
    if isinstance(value, str) and len(value) >= _MIN_STORY:
        value = _within(value)
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if _is_titled(value, titles) or any(_is_titled(each, titles) for each in value.values()):
            yield "\n\n".join(dict.fromkeys(_texts(value, titles, 0)))
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            if isinstance(each, dict | list | str):
                yield from _stories(each, titles, depth + 1)


def _is_titled(value: Any, titles: set[str]) -> bool:
    if not isinstance(value, dict):
        return False
    return any(key(each) in titles for each in value.values() if isinstance(each, str) and len(each) < _TITLE_CHARS)


def _texts(value: Any, titles: set[str], depth: int) -> Iterator[str]:
    """The paragraphs in a value, without those of other stories in it: objects with another title."""
    if isinstance(value, str):
        if len(value) >= _MIN_CHARS and " " in value and not value.startswith(("http", "{", "/", "data:")):
            yield from (part for part in _paragraphs(value).split("\n\n") if key(part) not in titles)
    elif depth <= _MAX_DEPTH and isinstance(value, dict | list):
        if depth and isinstance(value, dict) and _is_another(value, titles):
            return
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each, titles, depth + 1)


def _is_another(value: dict[str, Any], titles: set[str]) -> bool:
    """Whether an object is a story of its own, by another title and a text."""
    title = value.get("headline", value.get("title"))
    return isinstance(title, str) and key(title) not in titles and bool(value.keys() & _BODIES)


def _paragraphs(stated: Any) -> str:
    if not isinstance(stated, str):
        return ""
    text = stated.replace("\r", "\n")
    if _MARKUP.search(text):
        blocks = fromstring(f"<div>{text}</div>").iter("p", "h2", "h3", "li")
        lines = [squeeze("".join(map(str, block.itertext()))) for block in blocks] or [without_tags(text)]
    else:
        lines = [squeeze(part) for part in text.split("\n")]
    return "\n\n".join(line for line in lines if line)
