"""Stories that the page holds for machines: JSON-LD's articleBody, a live blog's updates, the data of its own script.

They are read where the page's elements do not show the story: a notice stands in its place, or a script is to draw it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
_ASSIGNED = re.compile(r"^[^={\[]{0,80}=\s*(?=[{\[])|^\s*self\.__\w+\.push\(")
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
    text = state.strip()
    if len(text) > _MAX_CHARS:
        return
    text = _ASSIGNED.sub("", text, count=1)
    try:
        yield _DECODER.raw_decode(text)[0]
    except (ValueError, RecursionError):
        return


def _stories(value: Any, titles: set[str], depth: int) -> Iterator[str]:
    """The texts of objects that have one of the page's titles among their own members."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        own = (each for each in value.values() if isinstance(each, str) and len(each) < 300)
        if any(key(each) in titles for each in own):
            yield "\n\n".join(dict.fromkeys(_texts(value, titles, 0)))
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            if isinstance(each, dict | list):
                yield from _stories(each, titles, depth + 1)


def _texts(value: Any, titles: set[str], depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) >= _MIN_CHARS and " " in value and not value.startswith(("http", "{", "/", "data:")):
            yield from (part for part in _paragraphs(value).split("\n\n") if key(part) not in titles)
    elif depth <= _MAX_DEPTH and isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each, titles, depth + 1)


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
