"""How many new articles a source should bring in 24 hours, and whether it has gone silent. Pure.

The range is configured, or learned from the source's own history: median and MAD (median absolute deviation, the robust
spread; Hampel 1974) of its days, weekdays and weekends apart because newsrooms keep them apart. A count of articles
strays by its square root (Poisson) even where the days happen to be alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

MIN_DAYS = 5  # of history before anything is learned
_SPREADS = 4.0  # robust standard deviations below the median: 1 in 30,000 days if they were normal
_MAD_TO_SIGMA = 1.4826
_REGULAR = 3.0  # a source with fewer articles a day may well pause for one
_WEEKEND = (5, 6)
_LATE = 18  # hour (UTC) from which the last 24 hours are mostly today's; before, they are as much yesterday's


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """New articles in 24 hours: fewer than `low` is silence."""

    low: float
    why: str  # "configured", or what it was learned from


def expected(configured: float | None, per_day: Mapping[date, int], now: datetime) -> Expected | None:
    """What a source should have brought in the 24 hours before `now`; None while nothing is known.

    On the morning after a weekend these hours are the weekend's: of the two days that they touch the quieter counts.

    Args:
        configured: the owner's lower bound of articles a day.
        per_day: new articles on each full day of the source's history, days without any included.
        now: the clock.
    """
    if configured is not None:
        return Expected(low=configured, why="configured")
    if len(per_day) < MIN_DAYS:
        return None
    touched = {now.date()} if now.hour >= _LATE else {now.date(), now.date() - timedelta(days=1)}
    return min((_learned(per_day, day) for day in touched), key=lambda each: each.low)


def _learned(per_day: Mapping[date, int], like: date) -> Expected:
    alike = [n for day, n in per_day.items() if is_weekend(day) == is_weekend(like)]
    days = alike if len(alike) >= MIN_DAYS else list(per_day.values())
    usual = median(days)
    spread = max(_MAD_TO_SIGMA * median(abs(n - usual) for n in days), math.sqrt(usual))
    low = max(usual - _SPREADS * spread, 1.0 if usual >= _REGULAR and min(days) >= 1 else 0.0)
    return Expected(low=low, why=f"learned from {len(days)} days like this one, median {usual:g}")


def silence(
    new_in_24h: int, wanted: Expected | None, *, just_now: int = 0, elapsed: timedelta | None = None
) -> str | None:
    """What is wrong, in a line; None when the source brings what it should.

    Args:
        new_in_24h: its new articles of the last 24 hours.
        wanted: what it should have brought.
        just_now: its new articles of this run.
        elapsed: since its last poll. A source that is back brings its share again before the 24 hours are full.
    """
    if wanted is None or new_in_24h >= wanted.low:
        return None
    if just_now and elapsed is not None and just_now >= wanted.low * min(elapsed / timedelta(days=1), 1.0):
        return None
    return f"{new_in_24h} new articles in 24 h, expected at least {wanted.low:.3g} ({wanted.why})"


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() in _WEEKEND
