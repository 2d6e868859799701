"""What counts as a new version of an article, and what kind of change it is. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from warehouse import prose
from warehouse.prose import paragraphs

_CORRECTION = re.compile(
    r"^(?:correction|corrections|editor[’']s note|clarification|korrektur|anmerkung der redaktion|in einer früheren"
    r"|rectificatif|correctif|corrección|fe de errores|rettifica|correção|errata)\b"
    r"|\bthis (?:story|article|post|report|version) (?:has been|was) (?:corrected|updated to correct)\b",
    re.IGNORECASE,
)
# Counters, relative times and prompts change with every request and say nothing new: "3 hours ago", "12 comments".
# Their length is bounded: "1,1,1,…" begins a number at each digit, and took quadratic time (80 KB: 16 s).
_NOISE = re.compile(
    r"\b\d+\s+(?:seconds?|minutes?|hours?|days?|min|hrs?)\s+ago\b|\b\d[\d,.]{0,15}\s+(?:comments?|shares?|views?|likes?)\b",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})


def content_hash(headline: str | None, text: str) -> str:
    """SHA-256 (hex) over headline and text after normalisation (NFKC, one form of quotes and dashes)."""
    return hashlib.sha256(f"{normal(headline or '')}\n{normal(text)}".encode("utf-8", "replace")).hexdigest()


def normal(text: str) -> str:
    """A text without what does not matter for its identity."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return _SPACE.sub(" ", _NOISE.sub(" ", folded)).strip().casefold()


def change_kind(old_headline: str | None, old_text: str, new_headline: str | None, new_text: str) -> str:
    """What kind of revision turns the old content into the new: correction, headline, lede, body or noise.

    Sentences are compared, so that a paragraph split in two is no change. The rarer and weightier kind is named when
    several apply: a notice of correction before all, then the headline, then the opening two paragraphs, then the rest.
    """
    old, new = sentences(old_text), sentences(new_text)
    known = set(map(normal, paragraphs(old_text)))
    if any(_CORRECTION.search(p) and normal(p) not in known for p in paragraphs(new_text)):
        return "correction"
    if normal(old_headline or "") != normal(new_headline or ""):
        return "headline"
    if old == new:
        return "noise"
    first = _first_difference(old, new)
    return "lede" if first < max(len(_opening(old_text)), len(_opening(new_text))) else "body"


def _first_difference(old: list[str], new: list[str]) -> int:
    """How many sentences both begin with. (Matching all of them takes quadratic time where many are equal.)"""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(old), len(new)))


def sentences(text: str) -> list[str]:
    """The sentences of a text, normalised, those without a letter or digit left out."""
    found = map(normal, prose.sentences(text))
    return [sentence for sentence in found if any(map(str.isalnum, sentence))]


def _opening(text: str) -> list[str]:
    """The sentences of the standfirst, where a page shows one, and of the first paragraph of the story."""
    return sentences("\n\n".join(paragraphs(text)[:2]))
