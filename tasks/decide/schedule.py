"""When a URL is looked at again: a pure function of what was known, what came, and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# After publication; most revisions of news come within the first day.
DEFAULT_REFETCH = tuple(timedelta(hours=h) for h in (1, 6, 24, 3 * 24, 7 * 24, 30 * 24))
_GONE = ("http_404", "http_410")
_GONE_TIMES, _GONE_FOR = 3, timedelta(days=2)  # before a page counts as removed: outlets lose pages for hours
_RETRY = tuple(timedelta(hours=h) for h in (1, 6, 24, 72))


def next_look(published: datetime, now: datetime, schedule: Sequence[timedelta] = DEFAULT_REFETCH) -> datetime | None:
    """The first point of the decaying schedule after `now`, or None when the article is past the last one."""
    return next((published + wait for wait in schedule if published + wait > now), None)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a URL that failed `attempts` times in a row is tried again, or None when it is given up."""
    return now + _RETRY[attempts - 1] if 1 <= attempts <= len(_RETRY) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How long, and how often in a row, a page has been answered with 404 or 410."""

    since: datetime | None = None
    times: int = 0

    def after(self, outcome: str, reason: str | None, now: datetime) -> Gone:
        """The count after one more answer: 403, 5xx and network trouble say nothing about whether the page is there."""
        if outcome == "failed" and reason in _GONE:
            return Gone(since=self.since or now, times=self.times + 1)
        return self if outcome in ("failed", "pending", "skipped") else Gone()

    def is_final(self, now: datetime) -> bool:
        """Whether the page is taken to be removed: repeatedly gone, over at least two days."""
        return self.since is not None and self.times >= _GONE_TIMES and now - self.since >= _GONE_FOR
