"""How often a feed is asked, and whether entries were lost between two polls. Pure.

A feed is a window over a stream. Two polls that share an entry prove that nothing slipped through between them; two
that share none are a gap. The interval follows the rate at which new entries come, so that a poll finds about one of
them, and no more than a quarter of the window has moved on.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

_MAX_IDS = 10_000  # of one feed that are remembered; sitemaps may have 50,000 and need only overlap
MAX_UNCHANGED = 4  # answers "not modified" in a row; then the feed is asked for as if it were new
_SLACK = 0.1  # of the interval: a schedule that ticks some seconds early must not skip a poll


@dataclass(frozen=True, slots=True, kw_only=True)
class PollBounds:
    """Limits of the interval between two polls."""

    start: timedelta = timedelta(minutes=15)
    low: timedelta = timedelta(minutes=5)
    high: timedelta = timedelta(hours=6)


FEED_BOUNDS = PollBounds()
SITEMAP_BOUNDS = PollBounds(start=timedelta(hours=1), low=timedelta(minutes=30), high=timedelta(hours=24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What is remembered of a feed or sitemap: a row of `feeds`."""

    feed_url: str
    source: str
    kind: str
    interval_s: float
    last_polled: datetime
    next_poll: datetime
    entry_ids: tuple[str, ...] = ()
    failures: int = 0
    unchanged: int = 0  # polls in a row that were answered "not modified"
    distrusted: bool = False  # its validators stayed the same while its entries changed
    moved_to: str | None = None
    parts_read: tuple[str, ...] = ()  # of a sitemap index

    @property
    def is_believed(self) -> bool:
        """Whether validators are sent: not those that lied, and now and then not, to see whether they do."""
        return not self.distrusted and self.unchanged < MAX_UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One answer, as far as the pace depends on it."""

    feed_url: str
    source: str
    kind: str
    outcome: str  # ok, not_modified, or what went wrong
    polled_at: datetime
    is_window: bool = False  # as Announcer has it
    entries: tuple[tuple[str, ...], ...] = ()  # of each entry the ids that it may be known again by
    retry_after_s: float | None = None
    moved_to: str | None = None
    parts_read: tuple[str, ...] | None = None
    has_same_validators: bool = False  # as the poll before


def is_due(known: Feed | None, now: datetime) -> bool:
    """Whether a schedule that comes by at `now` should poll."""
    if known is None:
        return True
    return now >= known.next_poll - timedelta(seconds=_SLACK * known.interval_s)


def has_gap(known: Feed | None, poll: Poll) -> bool:
    """Whether a good answer shares no entry with the one before: what came between was lost."""
    if known is None or poll.outcome != "ok" or not poll.is_window:
        return False
    return bool(known.entry_ids and poll.entries) and _new(known.entry_ids, poll.entries) == len(poll.entries)


def after(known: Feed | None, poll: Poll, bounds: PollBounds) -> Feed:
    """The feed after a poll."""
    interval = _clamped(_interval(known, poll, bounds), bounds)
    answered = poll.outcome in ("ok", "not_modified")
    kept = known.entry_ids if known else ()
    wait = max(interval, poll.retry_after_s or 0.0)
    fresh = Feed(
        feed_url=poll.feed_url,
        source=poll.source,
        kind=poll.kind,
        interval_s=interval,
        last_polled=poll.polled_at,
        next_poll=poll.polled_at + timedelta(seconds=wait),
        entry_ids=tuple(chain(*poll.entries))[:_MAX_IDS] if poll.outcome == "ok" and poll.entries else kept,
        failures=0 if answered else (known.failures if known else 0) + 1,
        unchanged=known.unchanged + 1 if known and poll.outcome == "not_modified" else 0,
        distrusted=bool(known and known.distrusted) or has_lied(known, poll),
        moved_to=poll.moved_to if answered else None,
        parts_read=poll.parts_read if poll.parts_read is not None else known.parts_read if known else (),
    )
    # A failed poll says nothing of the entries: the next good one is compared with the last good one.
    return fresh if answered or known is None else replace(fresh, last_polled=known.last_polled)


def has_lied(known: Feed | None, poll: Poll) -> bool:
    """Whether a feed that was asked for as if it were new has new entries under the validators that it had before."""
    was_tested = known is not None and known.unchanged >= MAX_UNCHANGED and poll.outcome == "ok"
    return was_tested and poll.has_same_validators and bool(known and _new(known.entry_ids, poll.entries))


def _interval(known: Feed | None, poll: Poll, bounds: PollBounds) -> float:
    """Seconds to wait: a quarter after a gap, half as long again if nothing came, else towards one new entry a poll."""
    if known is None:
        return bounds.start.total_seconds()
    if has_gap(known, poll):
        return known.interval_s / 4
    if poll.outcome not in ("ok", "not_modified"):
        return known.interval_s
    new = _new(known.entry_ids, poll.entries) if poll.outcome == "ok" else 0
    elapsed = (poll.polled_at - known.last_polled).total_seconds()
    if new == 0 or elapsed <= 0:
        return known.interval_s * 1.5
    per_entry = elapsed / new
    target = min(per_entry, per_entry * len(poll.entries) / 4)
    return math.sqrt(known.interval_s * target)


def _new(before: Collection[str], entries: Collection[Collection[str]]) -> int:
    """How many entries have no name of before: one that moved, or was renamed, has its guid or its address left."""
    known = set(before)
    return sum(known.isdisjoint(names) for names in entries)


def _clamped(seconds: float, bounds: PollBounds) -> float:
    return min(max(seconds, bounds.low.total_seconds()), bounds.high.total_seconds())
