"""Results of queries for people and programs: table, CSV, JSON, Markdown, Parquet. All text of pages is made inert."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from rich.table import Table
from rich.text import Text

from flows.errors import EdgeError
from flows.inert import for_csv, for_markdown, for_terminal
from flows.show import console
from flows.sql import Reader, Result

FORMS = ("table", "csv", "json", "markdown", "parquet")
_CELL = 300  # characters of a cell that a table shows


def answer(
    reader: Reader, sql: str, given: Mapping[str, Any] | None = None, *, form: str, output: Path | None = None
) -> None:
    """Run a query and print its result, or write it to a file.

    Args:
        reader: the connection.
        sql: the query.
        given: values of its `$name` parameters.
        form: one of FORMS.
        output: the file; standard output without one.

    Raises:
        QueryFailed: the query did not run.
        EdgeError: Parquet was asked for without a file.
        OSError: the file could not be written.
    """
    if form == "parquet":
        _write_parquet(reader, sql, given, output)
        return
    result = reader.query(sql, given)
    if output is None:
        _write(result, form, sys.stdout)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        _write(result, form, file)


def _write(result: Result, form: str, out: TextIO) -> None:
    writers = {"csv": write_csv, "json": write_json, "markdown": write_markdown}
    if form in writers:
        writers[form](result, out)
    elif out is sys.stdout:
        console.print(as_table(result))
    else:
        write_markdown(result, out)


def _write_parquet(reader: Reader, sql: str, given: Mapping[str, Any] | None, output: Path | None) -> None:
    if output is None:
        raise EdgeError("Parquet is no text for a terminal: name a file with --output FILE.parquet")
    import pyarrow.parquet as pq

    pq.write_table(reader.arrow(sql, given), output, compression="zstd")


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
    text = _text(value)
    return Text(for_terminal(text if len(text) <= _CELL else text[: _CELL - 1] + "…"))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"  # the connection is set to UTC
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


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


def write_markdown(result: Result, out: TextIO = sys.stdout) -> None:
    """A result as a Markdown table (GitHub's), every cell inert."""
    for line in (result.columns, ["---"] * len(result.columns), *result.rows):
        cells = (str(cell) if line[0] == "---" else for_markdown("" if cell is None else _text(cell)) for cell in line)
        out.write(f"| {' | '.join(cells)} |\n")


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
