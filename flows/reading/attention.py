"""Attention over time: how many articles match a search, by day, week or month, and as a share of all."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import Any

from flows.base.errors import BadUsage
from flows.reading.searching import SearchRequest, hits_of, limits_of, read_time
from flows.reading.sql import Reader, Result

UNITS = ("day", "week", "month")
GROUPS = ("source", "collection")
_ASKED = "\0trend"  # no search is written so


def trend(reader: Reader, asked: SearchRequest, *, unit: str = "day", by: str | None = None) -> Result:
    """Articles per period: `period`, with `by` its name, `articles` that match, `all_articles`, and `share` of these.

    The day is the outlet's own (`published_day`) where the warehouse has it, else that of publication in UTC. An
    outlet in two collections counts in both.

    Args:
        reader: of the snapshot.
        asked: the search; its limits hold for all articles as well.
        unit: one of UNITS; a period is called by its first day, weeks begin on Monday.
        by: one of GROUPS, or None for one line.

    Raises:
        BadUsage: unit or group is none of these.
        BadSearch, NoIndex, QueryFailed: as `searching.search`.
    """
    if unit not in UNITS:
        raise BadUsage(f"--every {unit} is none of {', '.join(UNITS)}")
    if by not in (None, *GROUPS):
        raise BadUsage(f"--by {by} is none of {', '.join(GROUPS)}")
    reader.put_hits(_ASKED, hits_of(reader, asked))
    sources = limits_of(reader, asked).sources
    given = {
        "asked": _ASKED,
        "unit": unit,
        "since": read_time("--since", asked.since),
        "until": read_time("--until", asked.until),
        "sources": None if sources is None else sorted(sources),
        "is_grouped": by is not None,
    }
    found = reader.query(_sql(reader, unit, by), given)
    if by:
        return Result(["period", by, *found.columns[2:]], found.rows)
    return Result(["period", *found.columns[2:]], [(period, *rest) for period, _, *rest in found.rows])


def _sql(reader: Reader, unit: str, by: str | None) -> str:
    text = resources.files("warehouse").joinpath("attention", "trend.sql").read_text(encoding="utf-8")
    columns = {row[0] for row in reader.query("select column_name from (describe articles)").rows}
    seen = "cast(coalesce(date_published, first_seen) as date)"
    day = f"coalesce(published_day, {seen})" if "published_day" in columns else seen
    group = {None: "''", "source": "source", "collection": "collection"}[by]
    join = "join source_collections using (source)" if by == "collection" else ""
    return text.replace("{day}", day).replace("{group}", group).replace("{join}", join).replace("{unit}", unit)


def chart(found: Result, *, is_share: bool, image: str) -> bytes:
    """A trend as a picture.

    Args:
        found: of `trend`.
        is_share: draw the share, not the number.
        image: "svg" or "png".
    """
    from flows.reading.report.charts import draw_image  # brings vl-convert, which a trend alone has no use for

    value = "share" if is_share else "articles"
    group = found.columns[1] if found.columns[1] in GROUPS else None
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    values = [{name: _plain(each) for name, each in row.items()} for row in rows]
    axis: dict[str, Any] = {"title": "share of all articles" if is_share else "articles"}
    encoding: dict[str, Any] = {
        "x": {"field": "period", "type": "temporal", "timeUnit": "utcyearmonthdate", "title": None},
        "y": {"field": value, "type": "quantitative", "axis": axis | ({"format": ".1%"} if is_share else {})},
    }
    if group:
        encoding["color"] = {"field": group, "type": "nominal", "title": None}
    return draw_image(
        {"data": {"values": values}, "mark": {"type": "line", "point": True}, "encoding": encoding}, image
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
