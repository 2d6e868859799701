"""When a URL is looked at again: a pure function of what was known, what came, and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

# After publication; most revisions of news come within the first day.
DEFAULT_REFETCH = tuple(timedelta(hours=h) for h in (1, 6, 24, 3 * 24, 7 * 24, 30 * 24))
_RETRY = tuple(timedelta(hours=h) for h in (1, 6, 24, 72))


def next_look(published: datetime, now: datetime, schedule: Sequence[timedelta] = DEFAULT_REFETCH) -> datetime | None:
    """The first point of the decaying schedule after `now`, or None when the article is past the last one."""
    return next((published + wait for wait in schedule if published + wait > now), None)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a URL that failed `attempts` times in a row is tried again, or None when it is given up."""
    return now + _RETRY[attempts - 1] if 1 <= attempts <= len(_RETRY) else None
