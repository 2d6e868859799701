"""What is read of a feed that is longer than anybody reads: its newest entries, at whichever end they stand. Pure."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from tasks.discover.values import FeedEntry
from tasks.discover.xmltext import references, shield_markup, tags
from tasks.fetch.errand import GAP

MAX_BYTES = 20 * 1024 * 1024  # named limit feed_bytes
MAX_TAGS = 250_000  # named limit feed_tags: 10,000 entries with a dozen elements each, two seconds
MAX_REFERENCES = 2_000_000  # named limit feed_references; see xmltext.references
MAX_ENTRIES = 10_000  # named limit feed_entries
_LONG = 9_000_000  # bytes: lxml refuses documents with a text of 10 MB, as it should
_MAX_TEXT = 1_000_000  # bytes of one text in such a document

_ITEM = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(rb"</(?:[\w.-]{1,20}:)?(?:item|entry)\s{0,9}>", re.IGNORECASE)
_DATE = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:pubDate|published|updated|date|issued)\s{0,9}>([^<]{8,60})<", re.IGNORECASE)
_DATE_WITHIN = 20_000  # bytes of an item in which its date is looked for


def without_gap(body: bytes) -> tuple[bytes, bool]:
    """The whole items at both ends of a feed of which the client kept no more; whether it had kept all."""
    head, gap, tail = body.partition(GAP)
    if not gap:
        return body, True
    last = max((found.end() for found in _ITEM_END.finditer(head)), default=0)
    first = _ITEM.search(tail)
    return (head[:last] + tail[first.start() :] if first and last else head), False


def within_limits(data: bytes) -> tuple[bytes, list[str]]:
    """The feed, or as many of its newest items as can be read in two seconds; and the limits that it is beyond."""
    if len(data) > _LONG or tags(data) > MAX_TAGS:  # texts as text: of them no tag has to be read
        data = shield_markup(data, longest=_MAX_TEXT)
    counts = {
        "feed_bytes": (len(data), MAX_BYTES),
        "feed_tags": (tags(data), MAX_TAGS),
        "feed_references": (references(data), MAX_REFERENCES),
    }
    beyond = [name for name, (count, limit) in counts.items() if count > limit]
    share = min(limit / max(count, 1) for count, limit in counts.values())
    return (_newest_part(data, share), beyond) if beyond else (data, [])


def _newest_part(data: bytes, share: float) -> bytes:
    """About this share of a feed, from the end where its newest items stand."""
    starts = [found.start() for found in _ITEM.finditer(data)]
    size = int(len(data) * share * 0.98)
    if len(starts) < 3 or starts[0] > size or not _is_newest_last(data, starts):
        return data[:size]
    from_here = next((start for start in starts if len(data) - start <= size - starts[0]), len(data))
    return data[: starts[0]] + data[from_here:]


def _is_newest_last(data: bytes, starts: Sequence[int]) -> bool:
    return _date_at(data, starts[0]) < _date_at(data, starts[-1])


def _date_at(data: bytes, start: int) -> float:
    found = _DATE.search(data, start, start + _DATE_WITHIN)
    return when(found[1].decode("latin-1")) if found else 0.0


def newest(entries: Sequence[FeedEntry], limit: int = MAX_ENTRIES) -> tuple[FeedEntry, ...]:
    """The newest entries in the feed's order; those without a date count by where they stand."""
    order = sorted(range(len(entries)), key=lambda at: (-when(_said(entries[at])), at))
    return tuple(entries[at] for at in sorted(order[:limit]))


def _said(entry: FeedEntry) -> str:
    return entry.published_raw or entry.updated_raw or ""


def when(raw: str) -> float:
    """Epoch seconds of a date in one of the two forms that feeds must use; 0 for any other. 20,000 a tenth second."""
    try:
        parsed = datetime.fromisoformat(raw.strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        pass
    try:
        fields = email.utils.parsedate_tz(raw[:60])
        return float(email.utils.mktime_tz(fields)) if fields else 0.0
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0.0
