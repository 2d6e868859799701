"""What counts as the same text: the normal form that hashes are taken of. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

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
