"""Words, sentences and paragraphs of a text, as everything here counts them. Pure.

The SQL macro `sentences` (migration 0014) cuts for people who read a revision; this one, which is cheaper, for telling
revisions apart: "U.S. Army" is two sentences to it, in both versions.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Thai, Lao, Burmese, Khmer, Japanese, Chinese: no blanks between words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LONG = 400
# After a full stop and what closes with it, before a capital, digit or opening mark; in those scripts at once.
_SENTENCE_END = re.compile(
    r"(?<=[.!?…][\"”’»)“])\s+|(?<=[.!?…])\s+(?=[\W\dA-ZÀ-ÞА-Я])"
    r"|(?<=[。！？][」』”’）])\s*|(?<=[。！？])\s*(?![」』”’）])"
)


def words(text: str) -> int:
    """How many words a text has; two characters count as one word in scripts that put no blanks between words."""
    return _words(text) if len(text) < _LONG else _words_of_body(text)


@lru_cache(maxsize=1024)  # of a batch: its bodies are counted five times on their way
def _words_of_body(text: str) -> int:
    return _words(text)


def _words(text: str) -> int:
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED.findall(text))
    return len(text.split()) if unspaced * 5 < len(text) else unspaced // 2


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what blank lines part, empty ones left out."""
    return [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order; none reaches over the end of a paragraph."""
    return [part for paragraph in paragraphs(text) for part in _SENTENCE_END.split(paragraph) if part]
