"""Boilerplate learned per outlet: what a pipeline knows of a page, and a page extractor cannot.

A block is a paragraph of a body. Blocks that come back in other articles of the same outlet (promos, "sign up" lines,
teasers, an author's box) are not of the story. What is removed:

    anywhere      in at least 3 articles, and surely in more than 30 % of the outlet's articles since it was first seen
    at the ends   in at least 3 articles, and surely in more than 15 %, in an unbroken run from the first or last block

"Surely" is the lower end of Wilson's 95 % interval (1927): 3 of 3 articles are enough, 5 of 15 are not, because on the
day of a big story that many may share a paragraph of background. Nothing is removed when more than half of the words
would go: that is not a story with boilerplate but the same story at another address. A block that stands in one article
only is never removed. Pure.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.base.content import normal
from warehouse.prose import paragraphs, words

STRIPPED = ("article", "opinion", "live_blog", "media")  # kinds of pages whose bodies have blocks of their outlet
MIN_ARTICLES = 3  # with this one: it works from an outlet's third article on
_ANYWHERE, _AT_THE_ENDS = 0.3, 0.15
_Z = 1.96
_MOST = 0.5  # of the words
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often a block has been seen at an outlet, not counting the article at hand."""

    articles: int
    of: int  # articles of the outlet since the block was first seen


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its boilerplate."""

    text: str
    removed: tuple[str, ...] = ()


@lru_cache(maxsize=8192)  # of one batch: a block comes again, and an earlier version has the same ones
def block_key(block: str) -> int:
    """64 bits of BLAKE2b over the block, normalised as revisions are and with its numbers blanked (counters, dates)."""
    folded = _NUMBERS.sub("0", normal(block))
    return int.from_bytes(hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def block_keys(text: str) -> tuple[int, ...]:
    """The keys of a body's blocks, in their order."""
    return tuple(map(block_key, paragraphs(text)))


def strip(text: str, seen: Mapping[int, Recurrence], keys: Sequence[int] | None = None) -> Stripped:
    """Take the learned boilerplate out of a body.

    Args:
        text: paragraphs separated by one blank line.
        seen: what is known of its blocks, by key; one that is not there is new.
        keys: `block_keys` of the text, where they are known.
    """
    if not seen:
        return Stripped(text)
    blocks = paragraphs(text)
    found = [seen.get(key) for key in (block_keys(text) if keys is None else keys)]
    if not any(_recurs(each, _AT_THE_ENDS) for each in found):
        return Stripped(text)
    gone = {n for n, each in enumerate(found) if _recurs(each, _ANYWHERE) and _is_whole(blocks[n])}
    gone |= set(_run(found, range(len(blocks)))) | set(_run(found, range(len(blocks) - 1, -1, -1)))
    if not gone or _words(blocks[n] for n in gone) > _MOST * _words(blocks):
        return Stripped(text)
    kept = [block for n, block in enumerate(blocks) if n not in gone]
    return Stripped("\n\n".join(kept), tuple(blocks[n] for n in sorted(gone)))


def recurrences(texts: Sequence[Iterable[int]], known: Mapping[int, Recurrence]) -> list[dict[int, Recurrence]]:
    """What each of an outlet's texts of one batch should know of its blocks: the warehouse, and the other texts.

    Args:
        texts: `block_keys` of different articles of one outlet.
        known: what the warehouse has seen of their blocks.
    """
    keys = [set(each) for each in texts]
    counts = Counter(key for each in keys for key in each)
    others = len(keys) - 1
    return [{key: _together(known.get(key), counts[key] - 1, others) for key in each} for each in keys]


def recurring(learned: Mapping[int, Recurrence]) -> dict[int, Recurrence]:
    """Those blocks that would be taken out of a body, at its ends at least."""
    return {key: each for key, each in learned.items() if _recurs(each, _AT_THE_ENDS)}


def _together(known: Recurrence | None, in_batch: int, others: int) -> Recurrence:
    if known is None:  # the outlet's articles before this batch did without it
        return Recurrence(in_batch, others)
    return Recurrence(known.articles + in_batch, known.of + others)


def _recurs(found: Recurrence | None, share: float) -> bool:
    if found is None or found.articles + 1 < MIN_ARTICLES:
        return False
    return surely(found.articles + 1, max(found.of, found.articles) + 1) >= share


def surely(hits: int, trials: int) -> float:
    """Lower end of Wilson's 95 % score interval of a share (1927); there is at least one trial."""
    share, spread = hits / trials, _Z**2 / trials
    return (share + spread / 2 - _Z * math.sqrt((share * (1 - share) + spread / 4) / trials)) / (1 + spread)


def _run(found: Sequence[Recurrence | None], order: Iterable[int]) -> Iterable[int]:
    for number in order:
        if not _recurs(found[number], _AT_THE_ENDS):
            return
        yield number


def _is_whole(block: str) -> bool:
    """Whether a block in the middle is more than a heading: "Background" and "What happens next" belong to a story."""
    return words(block) >= 4


def _words(blocks: Iterable[str]) -> int:
    return sum(map(words, blocks))
