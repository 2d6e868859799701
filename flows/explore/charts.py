"""A page's chart, as an image of its own that knows light and dark: pages do not wait for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flows.explore.pages import Page
from flows.explore.snapshots import View

_MOST_DAYS, _MOST_WEEKS = 100, 900  # days that are drawn as days, as weeks; as months from there on
_STYLE = (
    "<style>svg{--fg:#1d1f21;--dim:#5f6368;--line:#e2dfd9;--c1:#4c78a8}"
    "@media(prefers-color-scheme:dark){svg{--fg:#e7e6e3;--dim:#9a9ea3;--line:#2c3036;--c1:#6f9fd0}}</style>"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def drawn(view: View, page: Page) -> str:
    """The chart of a page as SVG; an empty one where there is nothing to draw."""
    if page.chart is None:
        return _empty()
    part, period, value, width = page.chart
    rows = [(row[period], int(row[value] or 0)) for row in page.part(part).rows]
    return view.publication.remembered(("chart", tuple(rows), width), lambda: _draw(rows, value, width))


def warm() -> None:
    """Start what draws, which takes a second, before the first page wants it."""
    _draw([(date(2026, 1, 1), 1)], "articles", 300)


def _draw(rows: Sequence[tuple[date, int]], value: str, width: int) -> str:
    if not rows:
        return _empty()
    from flows.reading.report.charts import over_time  # brings vl-convert, which takes a second to start

    days, sums = _by_period(rows)
    values: list[dict[str, Any]] = [{"period": day.isoformat(), value: count} for day, count in sorted(sums.items())]
    svg = over_time(values, "period", value, days=days, width=width)
    at = svg.index(">") + 1
    return svg[:at] + _STYLE + svg[at:]


def _by_period(rows: Sequence[tuple[date, int]]) -> tuple[int, Counter[date]]:
    """Days, weeks from Monday, or months, with their sums."""
    span = (max(day for day, _ in rows) - min(day for day, _ in rows)).days
    days = 1 if span <= _MOST_DAYS else 7 if span <= _MOST_WEEKS else 30
    sums: Counter[date] = Counter()
    for day, count in rows:
        sums[_first(day, days)] += count
    return days, sums


def _first(day: date, days: int) -> date:
    """The first day of the period that a day is in."""
    return day if days == 1 else day - timedelta(days=day.weekday()) if days == 7 else day.replace(day=1)


def _empty() -> str:
    return '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="1"></svg>'
