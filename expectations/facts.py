"""What the suite of articles looks at: a staged row, and facts about it that no built-in works out. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from warehouse.prose import paragraphs, words

# What the suite looks at. A missing column is an error of the pipe, caught by `columns_are_there`.
COLUMNS = (
    "article_id", "source", "url", "canonical_url", "domain", "headline", "page_kind", "text", "word_count", "language",
    "section", "author_count", "date_published", "date_modified", "content_hash", "version", "capture_id", "image_url",
    "keyword_count", "url_length", "text_length", "begins_with_notice", "headline_is_outlet", "headline_has_markup",
    "repeated_share", "date_in_future", "date_before_web", "modified_before_published", "is_short", "is_wall",
    "same_text_elsewhere", "damaged_share", "prose_share", "odd_author", "wrong_type",
)  # fmt: skip
_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("url", "canonical_url", "domain", "headline", "text", "language", "section", "image_url"), str),
    **dict.fromkeys(("date_published", "date_modified"), datetime),
    **dict.fromkeys(("authors", "keywords"), (list, tuple)),
    "version": int,
}
# NULL passes every expectation about a pattern or a length; for these it is as wrong as an empty string.
_NEVER_NULL = ("url", "canonical_url", "text", "content_hash")
_COOKIE = re.compile(
    r"^(?:we (?:and our partners )?(?:use|value|care about your privacy)|this (?:web)?site uses cookies|your privacy"
    r"|before you continue|wir (?:und unsere partner )?(?:verwenden|nutzen|benötigen)"
    r"|diese (?:web)?seite (?:verwendet|nutzt)"
    r"|nous (?:et nos partenaires )?(?:utilisons|respectons)|utilizamos cookies|usiamo i cookie|utilizziamo)"
    r"(?=.{0,300}(?:cookie|consent|privacy|datenschutz|privac|zustimm))",
    re.IGNORECASE | re.DOTALL,
)
# U+FFFD, UTF-8 read as Windows-1252 ("Ã¼", "â€œ"; the pairs that the first bytes C2, C3 and E2 80 leave), C1 controls.
_DAMAGE = re.compile("\ufffd|[ÂÃ][\u0080-\u00bf]|â€[\u0080-\u00ff\u0152-\u2122]|[\u0080-\u009f]")
_SENTENCE_END = re.compile(r"[.!?…:;।。！？؟۔][\"'”’»“‘«)\]」』]*\s*$")
_NO_NAME = re.compile(r"https?:|www\.|@|[<>{}|]|\d{3}")
_NAME_LENGTH = 80
_WALL_WORDS = 250  # a wall says little: the same long text at many addresses is a story without canonical links
_WALL_COPIES = 3
_WEB = datetime(1990, 12, 20, tzinfo=UTC)  # the first web page


def facts(row: Mapping[str, Any], *, now: datetime, same_text: int = 0) -> dict[str, Any]:
    """The columns that the suite looks at, from a row of `articles`.

    Args:
        row: the staged row, with the source's display name as `outlet`.
        now: the clock against which a date is in the future.
        same_text: at how many other addresses of its host the very same text stands.
    """
    wrong = [name for name, kind in _TYPES.items() if row.get(name) is not None and not isinstance(row[name], kind)]
    row = {**row, **dict.fromkeys(wrong)}
    text, count = row.get("text") or "", words(row.get("text") or "")
    found = {name: row.get(name) for name in COLUMNS} | {name: row.get(name) or "" for name in _NEVER_NULL}
    return found | _of_headline(row) | _of_dates(row, now) | _of_text(text) | {
        "word_count": count,
        "is_short": count < 60,
        "is_wall": count < _WALL_WORDS and same_text >= _WALL_COPIES,
        "same_text_elsewhere": same_text,
        "author_count": len(row.get("authors") or ()),
        "odd_author": next((name for name in row.get("authors") or () if is_odd_name(name)), None),
        "keyword_count": len(row.get("keywords") or ()),
        "url_length": len(row.get("url") or ""),
        "wrong_type": ", ".join(wrong) or None,
    }  # fmt: skip


def _of_headline(row: Mapping[str, Any]) -> dict[str, Any]:
    headline, outlet = row.get("headline") or "", (row.get("outlet") or "").casefold()
    return {
        "headline_is_outlet": headline.strip().casefold() in {outlet, row.get("domain")},
        "headline_has_markup": re.search(r"<[a-zA-Z/!]|[\x00-\x1f\x7f]", headline) is not None,
    }


def _of_dates(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    published, modified = row.get("date_published"), row.get("date_modified")
    slack = timedelta(days=1)  # a day without a time is its midnight; many are saved hours before they appear
    return {
        "date_in_future": published is not None and published > now.astimezone(UTC) + timedelta(days=1),
        "date_before_web": published is not None and published < _WEB,
        "modified_before_published": bool(published and modified and modified < published - slack),
    }


def _of_text(text: str) -> dict[str, Any]:
    blocks = paragraphs(text)
    return {
        "text_length": len(text),
        "begins_with_notice": bool(_COOKIE.match(text[:600])),
        "repeated_share": repeated_share(blocks),
        "damaged_share": len(_DAMAGE.findall(text)) / max(len(text), 1),
        "prose_share": prose_share(blocks),
    }


def repeated_share(blocks: Iterable[str]) -> float:
    """The share of characters that stand in blocks (of 40 characters and more) that were there before, 0 to 1."""
    counts = Counter(b.strip() for b in blocks if len(b.strip()) >= 40)
    total = sum(len(b) * n for b, n in counts.items())
    return sum(len(b) * (n - 1) for b, n in counts.items()) / total if total else 0.0


def prose_share(blocks: Iterable[str]) -> float:
    """The share of characters that stand in blocks which end as a sentence does, 0 to 1; a text of none has 1."""
    sizes = [(len(b), _SENTENCE_END.search(b) is not None) for b in blocks if b.strip()]
    total = sum(size for size, _ in sizes)
    return sum(size for size, ends in sizes if ends) / total if total else 1.0


def is_odd_name(name: str) -> bool:
    """Whether this is no name of a person or desk: an address, markup, a telephone number, a paragraph."""
    return len(name) > _NAME_LENGTH or _NO_NAME.search(name) is not None
