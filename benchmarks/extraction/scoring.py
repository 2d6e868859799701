"""One reading of a page against its truth.

Body as macro precision and recall over 4-word shingles (a character is a word in scripts without spaces), against the
nearer of the truths with and without the standfirst; headline equal exactly, and after NFKC, case folding and removing
punctuation; authors equal as sets of such names; the day of publication in the page's own zone; the instant to the
minute; articles taken for something else, and lists taken for articles. What the truth lacks is not counted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

_SPACELESS = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]"  # of scripts without spaces: a word each
_WORD = re.compile(rf"{_SPACELESS}|(?:(?!{_SPACELESS})\w)+")
_ARTICLES = frozenset(("article", "opinion", "live_blog", "paywall_teaser", "media"))
_SHINGLE = 4


@dataclass(slots=True)
class Read:
    """What one system read of a page."""

    headline: str | None = None
    authors: list[str] = field(default_factory=list)
    day: str | None = None
    instant: datetime | None = None
    changed: str | None = None  # the day of the last change, where the page tells it apart from its publication
    local: datetime | None = None  # the wall clock of the chosen claim, for truths without a zone
    text: str = ""
    kind: str | None = None  # None: the system does not tell


def score(read: Read, truth: dict[str, Any]) -> dict[str, float]:
    """The marks of one page; only for what its truth has."""
    marks: dict[str, float] = {}
    if truth.get("title"):
        marks["headline_exact"] = read.headline == truth["title"]
        marks["headline"] = plain(read.headline) == plain(truth["title"])
    if truth.get("authors"):
        marks["authors"] = {plain(name) for name in read.authors} == {plain(name) for name in truth["authors"]}
    if truth.get("published"):
        marks["day_right"] = read.day == truth["published"]
        marks["day_missing"] = read.day is None
        marks["day_wrong"] = read.day is not None and read.day != truth["published"]
        marks["day_changed"] = bool(marks["day_wrong"]) and read.changed == truth["published"]
    if truth.get("published_raw"):
        marks["instant"] = _same_minute(read, datetime.fromisoformat(truth["published_raw"]))
    if truth.get("body"):
        bodies = (truth[name] for name in ("body", "body_no_summary") if truth.get(name))
        marks["precision"], marks["recall"] = max((_shares(read.text, body) for body in bodies), key=sum)
    if read.kind and (kind := truth.get("kind", "article")) != "forum":
        marks["lost" if kind == "article" else "taken"] = (read.kind in _ARTICLES) != (kind == "article")
    return {name: float(value) for name, value in marks.items()}


def _shares(text: str, body: str) -> tuple[float, float]:
    """Precision and recall of a text's shingles."""
    got, want = shingles(text), shingles(body)
    both = len(got & want)
    return (both / len(got) if got else 0.0), (both / len(want) if want else 0.0)


def shingles(text: str) -> set[tuple[str, ...]]:
    """The text's distinct runs of four words; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    runs = {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
    return runs or ({tuple(words)} if words else set())


def plain(text: str | None) -> str:
    """NFKC, case folded, letters and digits only."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join("".join(c if c.isalnum() else " " if c.isspace() else "" for c in folded).split())


def _same_minute(read: Read, want: datetime) -> bool:
    got = read.local if want.tzinfo is None else read.instant
    return got is not None and abs(got - want) <= timedelta(minutes=1)
