"""SQL for people: queries on the published snapshot, locked down, and their results as table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import duckdb
from rich.table import Table
from rich.text import Text

from flows.inert import for_csv, for_terminal
from warehouse.connection import open_reader
from warehouse.errors import QueryFailed

_CELL = 300  # characters of a cell that a table shows


@dataclass(frozen=True, slots=True)
class Result:
    """Names and rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Reader:
    """A locked-down connection to the snapshot with a time limit per query."""

    def __init__(self, path: Path, *, timeout_s: float, memory_limit: str = "2GB") -> None:
        self._connection = open_reader(path, memory_limit=memory_limit)
        self._timeout = timeout_s

    def query(self, sql: str) -> Result:
        """Run one or more statements and return the last one's rows.

        Raises:
            QueryFailed: DuckDB refuses it, or it ran longer than the limit.
        """
        with _limited(self._connection, self._timeout) as expired:
            try:
                cursor = self._connection.execute(sql)
                columns = [column[0] for column in cursor.description or ()]
                return Result(columns, cursor.fetchall() if columns else [])
            except duckdb.InterruptException:
                why = f"stopped after {self._timeout:.0f} s (--timeout)" if expired.is_set() else "stopped"
                raise QueryFailed(f"the query was {why}") from None
            except duckdb.PermissionException as error:
                raise QueryFailed(f"not allowed here: {error}. This connection only reads the warehouse.") from None
            except duckdb.Error as error:
                raise QueryFailed(str(error)) from None

    def names(self) -> list[str]:
        """Tables, views and columns, for completion."""
        found = self._connection.execute(
            "select table_name from information_schema.tables union select column_name from information_schema.columns"
        ).fetchall()
        return sorted(str(row[0]) for row in found)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[threading.Event]:
    expired = threading.Event()

    def stop() -> None:
        expired.set()
        connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def as_table(result: Result) -> Table:
    """A result as a rich table, inert."""
    table = Table(header_style="bold", show_lines=False, pad_edge=False, box=None)
    for name in result.columns:
        table.add_column(Text(for_terminal(name)), overflow="fold")
    for row in result.rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: Any) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M:%S}")  # the connection is set to UTC
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Text(for_terminal(text if len(text) <= _CELL else text[: _CELL - 1] + "…"))


def write_csv(result: Result, out: TextIO = sys.stdout) -> None:
    """A result as CSV (RFC 4180) that no spreadsheet executes."""
    writer = csv.writer(out)
    writer.writerow(result.columns)
    writer.writerows([[for_csv(value) for value in row] for row in result.rows])


def write_json(result: Result, out: TextIO = sys.stdout) -> None:
    """A result as a JSON array of objects; times in ISO 8601."""
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    json.dump(rows, out, ensure_ascii=False, indent=1, default=_plain)
    out.write("\n")


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
