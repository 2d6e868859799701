"""The page: what the warehouse says of the last day and month, asked in SQL and set in HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations.data_docs import breakable
from flows.reading.report import charts
from flows.reading.sql import Reader

NAME = "report.html"
Row = dict[str, Any]
Ask = Callable[[str, Mapping[str, Any]], list[Row]]
_PARTS = ("runs", "volume", "hours", "sources", "wire", "stories", "revisions", "alarms")


def write_report(ask: Ask, folder: Path, *, now: datetime) -> Path:
    """Write the page.

    Args:
        ask: runs a query with parameters; rows as dicts.
        folder: where to; the page replaces the one before in one step.
        now: the last day and month are counted from here.

    Returns:
        The path of the page.

    Raises:
        OSError: it could not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    partial = path.with_suffix(".partial")
    partial.write_text(render(ask, now=now), encoding="utf-8")
    return partial.replace(path)


def render(ask: Ask, *, now: datetime) -> str:
    """The page as text."""
    found = {part: answer(ask, part, now) for part in _PARTS}
    drawn = {
        "by_day": charts.by_day(found["volume"], now) if found["volume"] else "",
        "by_hour": charts.by_hour(found["hours"], now) if found["hours"] else "",
        "shares": charts.shares(found["wire"]) if found["wire"] else "",
    }
    template = _environment().get_template("page.html")
    return template.render(
        head=answer(ask, "head", now)[0],
        now=now,
        outlets={part: charts.outlets(found[part]) for part in ("volume", "hours")},
        **found,
        **{name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704 - drawn by vl-convert, which escapes text
    )


def answer(ask: Ask, part: str, now: datetime) -> list[Row]:
    """The rows of one of this folder's questions."""
    text = resources.files("flows.reading.report").joinpath(f"{part}.sql").read_text(encoding="utf-8")
    return ask(text, {"now": now} if "$now" in text else {})


def of_connection(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Ask the writer's own connection."""

    def ask(sql: str, given: Mapping[str, Any]) -> list[Row]:
        cursor = connection.execute(sql, dict(given)) if given else connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return ask


def of_reader(reader: Reader) -> Ask:
    """Ask the published snapshot."""

    def ask(sql: str, given: Mapping[str, Any]) -> list[Row]:
        result = reader.query(sql, given)
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    return ask


def newest(ask: Ask) -> datetime:
    """When the newest run ended or began: "the last day" of a page is the one before it; now, where none ran."""
    [row] = ask("select max(coalesce(ended_at, started_at)) as at from runs", {})
    return row["at"] or datetime.now(UTC)


def _environment() -> Environment:
    loader = PackageLoader("flows.reading", "report")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"breakable": breakable, "minute": _minute, "age": age, "web": web_address}
    return environment


def _minute(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}" if when else "never"


def age(minutes: float | None) -> str:
    """A span as people say it: 12 min, 3 h, 2 d."""
    if minutes is None:
        return "–"
    if minutes < 100:
        return f"{max(minutes, 0):.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} d"


def web_address(url: str | None) -> str:
    """An address that is safe to follow; empty for any scheme but http and https."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""
