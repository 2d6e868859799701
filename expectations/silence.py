"""How many new articles a day a source should bring, and whether it has gone silent. Pure.

The range is configured, or learned from the source's own history: median and MAD (median absolute deviation, the robust
spread; Hampel 1974) of its days, weekdays and weekends apart because newsrooms keep them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

MIN_DAYS = 5  # of history before anything is learned
_SPREADS = 4.0  # robust standard deviations below the median: 1 in 30,000 days if they were normal
_MAD_TO_SIGMA = 1.4826
_REGULAR = 3.0  # a source with fewer articles a day may well pause for one
_WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """New articles in 24 hours: fewer than `low` is silence."""

    low: float
    why: str  # "configured", or what it was learned from


def expected(configured: float | None, per_day: Mapping[date, int], today: date) -> Expected | None:
    """What a source should bring on a day such as `today`; None while nothing is known.

    Args:
        configured: the owner's lower bound of articles a day.
        per_day: new articles on each full day of the source's history, days without any included.
        today: the day that is judged.
    """
    if configured is not None:
        return Expected(low=configured, why="configured")
    if len(per_day) < MIN_DAYS:
        return None
    alike = [n for day, n in per_day.items() if is_weekend(day) == is_weekend(today)]
    days = alike if len(alike) >= MIN_DAYS else list(per_day.values())
    usual = median(days)
    spread = _MAD_TO_SIGMA * median(abs(n - usual) for n in days)
    low = max(usual - _SPREADS * spread, 1.0 if usual >= _REGULAR and min(days) >= 1 else 0.0)
    return Expected(low=low, why=f"learned from {len(days)} days like this one, median {usual:g}")


def silence(new_in_24h: int, wanted: Expected | None) -> str | None:
    """What is wrong, in a line; None when the source brings what it should."""
    if wanted is None or new_in_24h >= wanted.low:
        return None
    return f"{new_in_24h} new articles in 24 h, expected at least {wanted.low:.3g} ({wanted.why})"


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() in _WEEKEND
