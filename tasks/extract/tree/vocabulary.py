"""What class names, ids and test ids mean: vocabulary.txt has the words, and names already read are remembered.

A name is taken apart at hyphens, underscores and humps ("relatedLinks" is "related links"). Words count alone and
joined with their neighbours ("read-more", "read_more" and "readMore" are "readmore"), singular or plural. Names of
state ("has-related", "no-comments") mean nothing. Reading a word costs a lookup; a name or label met before costs one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

BOX = 1 << 0  # stands around a story: newsletter, share bar, comments, caption …
CAPTION = 1 << 1  # a picture's words
CREDIT = 1 << 2  # whom a picture is by
SPONSORED = 1 << 3
RELATED = 1 << 4  # other stories
NAVIGATION = 1 << 5
STANDFIRST = 1 << 6  # the introduction under the headline
FOREIGN = 1 << 7  # of the outlet, an author, a picture, a product: not of the story itself
DATED = 1 << 8
MODIFIED = 1 << 9
PUBLISHED = 1 << 10
BYLINE = 1 << 11
LOGO = 1 << 12  # the outlet's own heading
KICKER = 1 << 13  # the line over a headline
HIDDEN = 1 << 14  # for machines and screen readers
DECORATION = 1 << 15  # icons, avatars, logos
COMMENTS = 1 << 16  # readers' comments
PAYWALL = 1 << 17  # the offer to subscribe that ends a preview
EMBED = 1 << 19  # a post of a social network
SIDE = 1 << 18  # a column or corner beside the story

_STATE = frozenset({"has", "no", "with", "without", "not"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_]+")
_TOGETHER = 3  # words
_TERMS: dict[str, int] = {}  # whole words and joined neighbours, singular
_KNOWN_BY = 3  # letters by which a stem is looked up
_STARTS: dict[str, list[tuple[str, int]]] = {}  # stems, which tell wherever they stand in a name


def _load() -> None:
    for line in Path(__file__).with_name("vocabulary.txt").read_text(encoding="utf-8").splitlines():
        kind, name, *listed = line.split()
        for each in listed if kind in ("words", "stems") else ():
            if kind == "words":
                _TERMS[each] = _TERMS.get(each, 0) | globals()[name]
            else:
                _STARTS.setdefault(each[:_KNOWN_BY], []).append((each, globals()[name]))


_load()


@lru_cache(maxsize=1 << 14)
def meaning(label: str) -> int:
    """What a label (names apart by spaces) means: the constants above, joined by `|`."""
    found = 0
    for name in label.split():
        found |= of_name(name)
    return found


@lru_cache(maxsize=1 << 16)
def of_name(name: str) -> int:
    """What one class name or id means."""
    words = _WORD.findall(_HUMP.sub("-", name).lower())
    if not words or words[0] in _STATE:
        return 0
    found = 0
    for size in range(1, _TOGETHER + 1):
        for at in range(len(words) - size + 1):
            term = "".join(words[at : at + size])
            found |= _TERMS.get(term, 0) or (_TERMS.get(term[:-1], 0) if term[-1] == "s" else 0)
    whole = "".join(words)
    for at in range(len(whole) - _KNOWN_BY + 1):
        for stem, told in _STARTS.get(whole[at : at + _KNOWN_BY], ()):
            if whole.startswith(stem, at):
                found |= told
    return found


def names(label: str, wanted: int) -> list[str]:
    """The names in a label that mean what is wanted."""
    return [name for name in label.split() if of_name(name) & wanted]
