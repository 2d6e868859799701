"""The alarms as they are kept: what stands, what was told when, and what a run makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

import duckdb

from warehouse.inventory import keeping_stock
from warehouse.transactions import transaction

Row = Mapping[str, Any]
_COLUMNS = (
    "source", "kind", "since", "run_id", "detail", "examples", "times_seen", "last_seen", "last_told", "times_told",
    "over_at", "over_run_id",
)  # fmt: skip


def standing_alarms(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of `alarms` that are not over."""
    return _dicts(connection.execute(
        "select * replace (cast(run_id as varchar) as run_id) from alarms where over_at is null order by source, kind"
    ))  # fmt: skip


def last_told(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], datetime]:
    """When each thing that somebody was told of was told last, by source and kind."""
    rows = connection.execute(
        "select source, kind, max(last_told) from alarms where last_told is not null group by all"
    ).fetchall()
    return {(source, kind): told for source, kind, told in rows}


def alarm_rates(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], *, now: datetime
) -> list[dict[str, Any]]:
    """How many of each source's newest pages fail which rule: see lookups/alarm_rates.sql."""
    sql = resources.files("warehouse").joinpath("lookups/alarm_rates.sql").read_text(encoding="utf-8")
    return _dicts(connection.execute(sql, {"sources": list(sources), "now": now}))


def save_alarms(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    """Write alarms in one transaction. One that is over and of which nobody was told was a blip, and goes."""
    with transaction(connection), keeping_stock(connection, "alarms"):
        for row in rows:
            connection.execute(
                "delete from alarms where source = ? and kind = ? and over_at is null", [row["source"], row["kind"]]
            )
            if row["over_at"] is None or row["times_told"]:
                marks = ", ".join("?" * len(_COLUMNS))
                connection.execute(
                    f"insert into alarms ({', '.join(_COLUMNS)}) values ({marks})",  # noqa: S608 - names of ours
                    [row[name] for name in _COLUMNS],
                )


def _dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
