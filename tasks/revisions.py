"""What counts as a new version of an article, and what kind of change it is. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_CORRECTION = re.compile(
    r"^(?:correction|corrections|editor[’']s note|clarification|korrektur|anmerkung der redaktion|in einer früheren"
    r"|rectificatif|correctif|corrección|fe de errores|rettifica|correção|errata)\b",
    re.IGNORECASE,
)
# Counters, relative times and prompts change with every request and say nothing new: "3 hours ago", "12 comments".
_NOISE = re.compile(
    r"\b\d+\s+(?:seconds?|minutes?|hours?|days?|min|hrs?)\s+ago\b|\b\d[\d,.]*\s+(?:comments?|shares?|views?|likes?)\b",
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

    The rarer and weightier kind is named when several apply: a notice of correction before all, then the headline, then
    the opening two paragraphs, then the rest.
    """
    old, new = _paragraphs(old_text), _paragraphs(new_text)
    known = {normal(p) for p in old}
    if any(_CORRECTION.match(p) and normal(p) not in known for p in new):
        return "correction"
    if normal(old_headline or "") != normal(new_headline or ""):
        return "headline"
    if [normal(p) for p in old] == [normal(p) for p in new]:
        return "noise"
    return "lede" if _opening(old) != _opening(new) else "body"


def _paragraphs(text: str) -> list[str]:
    return [p.strip() for p in text.split("\n\n") if p.strip()]


def _opening(paragraphs: list[str]) -> list[str]:
    """The standfirst, where a page shows one, and the first paragraph of the story."""
    return [normal(p) for p in paragraphs[:2]]
