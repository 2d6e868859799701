"""The suites of the sources: whether an outlet's new articles look as its articles use to. Generated from its history.

Every measure is held against the source's own baseline: median and MAD (median absolute deviation, the robust spread;
Hampel 1974) of its earlier days, weekdays and weekends apart where there are enough of each. An article is a draw, so a
small sample may stray further: for shares by the binomial distribution, for medians of words by the spread of single
articles. What stays changed is the new baseline when it has been so for half of the days that are kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from expectations.rules import BETWEEN, Rule
from expectations.silence import MIN_DAYS, expected, is_weekend

MIN_ARTICLES = 3  # in a sample; how far so few may stray, chance decides
_MIN_TEXTS = 5  # for a median of words
_SPREADS = 4.0  # robust standard deviations
_MAD_TO_SIGMA = 1.4826
_CHANCE = 1e-5  # how improbable a share must be: with 10 measures, 100 sources and hourly runs, one alarm in 4 days
_LEAST = 0.2  # a share that moved by less is no redesign

SHARES = {
    "share_with_author": "authors: after a redesign bylines are no longer found, and whose report it is gets lost.",
    "share_with_date": "dates of publication: undated articles fall out of every time series.",
    "share_with_zone": "times with a zone: a day or a bare time puts an article hours away from where it belongs.",
    "share_with_section": "sections: comparisons by desk would show a drop that the outlet never made.",
    "share_with_image": "images: a page without its picture is often a page that was read wrongly.",
    "share_of_main_date_signal": "the usual signal for the date: a template that changed is usually seen here first.",
}
_UP = {"share_rejected": "Many pages rejected that would have been articles: a wall, or a page that is read wrongly."}
_WORDS = "Bodies that halve are teasers: a paywall, or a page of which only the first part is read."
_VOLUME = "Fewer articles than the outlet publishes on such a day: a feed that was cut, or pages that fail."
MEASURES = (*SHARES, *_UP, "median_words", "new_articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A source's articles of a day, or of a run. Shares are 0 to 1; None where there is nothing to measure."""

    articles: int
    values: Mapping[str, float | None]
    spread: float | None = None  # robust standard deviation of the logarithm of single articles' words


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a measure may be, and what it usually is."""

    measure: str
    usual: float
    low: float | None = None
    high: float | None = None
    days: int = 0


PREFIX = "source:"


def suite_of(source: str) -> str:
    """The name of a source's suite in quality_checks."""
    return PREFIX + source


def limits(history: Mapping[date, Sample], now: datetime, sample: Sample) -> list[Limits]:
    """What each measure of `sample` may be, by the days before; none for what has no baseline.

    Args:
        history: the source's full days, those without articles included.
        now: the clock; the sample is of its day.
        sample: the articles that are judged.
    """
    today = now.date()
    found = [_share(name, history, today, sample.articles, high=name in _UP) for name in (*SHARES, *_UP)]
    found += [_words(history, today, sample), _volume(history, now)]
    return [each for each in found if each is not None and sample.values.get(each.measure) is not None]


def rules(source: str, found: Sequence[Limits]) -> list[Rule]:
    """The suite of a source: one expectation per measure that has limits, about the column `SOURCE|measure`."""
    return [
        Rule(
            name=each.measure,
            expectation=BETWEEN,
            severity="warning",
            arguments={"column": column(source, each.measure)} | _bounds(each),
            why=why(each.measure),
        )
        for each in found
    ]


def column(source: str, measure: str) -> str:
    """Where a source's measure stands in the one row that all suites of sources look at."""
    return f"{source}|{measure}"


def _bounds(each: Limits) -> dict[str, float]:
    return {name: value for name, value in (("min_value", each.low), ("max_value", each.high)) if value is not None}


def why(measure: str) -> str:
    """What goes wrong when a source's measure is out of its limits; empty for a measure that is no longer taken."""
    if measure in SHARES:
        return f"The source loses its {SHARES[measure]}"
    return {"median_words": _WORDS, "new_articles": _VOLUME}.get(measure) or _UP.get(measure, "")


def _days(history: Mapping[date, Sample], today: date, measure: str) -> list[float]:
    """The measure on the earlier days that are like today; empty while there are too few."""
    known = {day: s.values[measure] for day, s in history.items() if day < today}
    values = {day: value for day, value in known.items() if value is not None}
    alike = [v for day, v in values.items() if is_weekend(day) == is_weekend(today)]
    days = alike if len(alike) >= MIN_DAYS else list(values.values())
    return days if len(days) >= MIN_DAYS else []


def _share(name: str, history: Mapping[date, Sample], today: date, n: int, *, high: bool) -> Limits | None:
    days = _days(history, today, name)
    if not days or n < MIN_ARTICLES:
        return None
    usual = median(days)
    margin = max(_SPREADS * _sigma(days), _LEAST)
    seen = sum(s.articles for s in history.values())
    if high:
        limit = max(usual + margin, 1 - _least_share(1 - usual, n, seen))
        return Limits(measure=name, usual=usual, high=min(limit, 1.0), days=len(days))
    limit = min(usual - margin, _least_share(usual, n, seen))
    return Limits(measure=name, usual=usual, low=max(limit, 0.0), days=len(days)) if limit > 0 else None


def _least_share(usual: float, n: int, seen: int) -> float:
    """The smallest share of n articles that chance brings about once in 1/_CHANCE times (exact binomial tail).

    `usual` is known from `seen` articles only: it is drawn towards one half by a pseudo-article of each kind (Laplace).
    """
    p = (usual * seen + 1) / (seen + 2)
    tail = 0.0
    for k in range(n + 1):
        tail += math.comb(n, k) * p**k * (1 - p) ** (n - k)
        if tail > _CHANCE:
            return k / n
    return 1.0


def _words(history: Mapping[date, Sample], today: date, sample: Sample) -> Limits | None:
    days = [math.log(v) for v in _days(history, today, "median_words") if v > 0]
    single = [s.spread for s in history.values() if s.spread is not None]
    if len(days) < MIN_DAYS or not single or sample.articles < _MIN_TEXTS:
        return None
    usual = median(days)
    by_chance = 1.2533 * median(single) / math.sqrt(sample.articles)  # standard error of a median
    low = math.exp(usual - max(_SPREADS * max(_sigma(days), by_chance), math.log(1.5)))
    return Limits(measure="median_words", usual=math.exp(usual), low=low, days=len(days))


def _volume(history: Mapping[date, Sample], now: datetime) -> Limits | None:
    per_day = {day: int(s.values["new_articles"] or 0) for day, s in history.items() if day < now.date()}
    wanted = expected(None, per_day, now)
    if wanted is None or wanted.low <= 0:
        return None
    usual = median(_days(history, now.date(), "new_articles"))
    return Limits(measure="new_articles", usual=usual, low=wanted.low, days=len(per_day))


def _sigma(values: Sequence[float]) -> float:
    usual = median(values)
    return _MAD_TO_SIGMA * median(abs(v - usual) for v in values)
