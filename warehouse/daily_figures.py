"""`daily_source_stats`: counted by each package for the days that it touches, and for all days by `dateline verify`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import duckdb

_EVERY_DAY = """
    create or replace temp table touched as
    select cast(coalesce(date_published, first_seen) as date) as day, source from articles
    union
    select cast(valid_from as date), source
    from article_versions join articles using (article_id) where article_versions.version > 1
    union
    select cast(quarantined_at as date), source from quarantine where resolved_at is null
    union
    select day, source from daily_source_stats
"""
_OTHER = """
    select day, source, noted.articles, counted.articles
    from counted full join daily_source_stats as noted using (day, source)
    where {differs} order by all
"""
_FIGURES = ("articles", "revisions", "median_words", "rejected", "share_with_author", "share_with_date")


def count_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Count the days in `touched` (day, source) anew; doing it twice changes nothing."""
    connection.execute(
        "delete from daily_source_stats using touched "
        "where daily_source_stats.day = touched.day and daily_source_stats.source = touched.source"
    )
    connection.execute(f"insert into daily_source_stats by name {_figures()}")


def miscounted_days(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Days whose figures are not those of their articles: kind, subject, detail. Reads no texts."""
    connection.execute(_EVERY_DAY)
    connection.execute(f"create or replace temp table counted as {_figures()}")
    differs = " or ".join(
        f"round(noted.{name}, 9) is distinct from round(counted.{name}, 9)"  # a fraction that a client wrote back
        for name in _FIGURES
    )
    rows = connection.execute(_OTHER.format(differs=differs)).fetchall()
    connection.execute("drop table counted; drop table touched")
    for day, source, noted, counted in rows:
        yield {
            "kind": "day_miscounted",
            "subject": f"{source}, {day}",
            "detail": f"daily_source_stats: other figures than its articles have ({noted} articles, {counted} counted)",
        }


def _figures() -> str:
    return resources.files("warehouse").joinpath("lookups/daily_figures.sql").read_text(encoding="utf-8")
