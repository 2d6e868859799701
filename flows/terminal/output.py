"""Results of queries for people and programs: table, CSV, JSON, Markdown, Parquet. All text of pages is made inert."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.base.errors import BadUsage
from flows.base.escape import for_csv, for_json, for_markdown, for_terminal
from flows.reading.sql import Reader, Result
from flows.terminal.show import UNWRAPPED, console

if TYPE_CHECKING:
    import pyarrow as pa

FORMS = ("table", "csv", "json", "jsonl", "markdown", "parquet", "xlsx")
_SUFFIXES = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".markdown": "markdown",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
_SHEET_ROWS, _SHEET_CELL = 1_048_576, 32_767  # what a sheet of Excel has, and the characters of a cell
_EXACT = 10**15  # from here on Excel rounds
_CELL = 300  # characters of a cell that a table shows
_NARROWEST = 12  # columns of less are letters under one another: a row is shown as a list of its fields then
_SHOWN_ROWS = 500  # in a terminal
_PIPED_WIDTH = 160  # a pipe or a file has no width; a table of more than this is hard to read there


def form_of(output: Path) -> str:
    """The form that a file's name asks for: data.csv is CSV.

    Raises:
        BadUsage: the name says nothing.
    """
    if (form := _SUFFIXES.get(output.suffix.lower())) is None:
        known = ", ".join(_SUFFIXES)
        raise BadUsage(f"cannot tell the format from the name {output}: end it in one of {known}, or give --format")
    return form


def answer(
    reader: Reader, sql: str, given: Mapping[str, Any] | None = None, *, form: str, output: Path | None = None
) -> int:
    """Run a query and print its result, or write it to a file; how many rows there were.

    Args:
        reader: the connection.
        sql: the query.
        given: values of its `$name` parameters.
        form: one of FORMS.
        output: the file; standard output without one.

    Raises:
        QueryFailed: the query did not run.
        BadUsage: Parquet was asked for without a file.
        OSError: the file could not be written.
    """
    if form == "parquet":
        return _write_parquet(lambda: reader.arrow(sql, given), output)
    return deliver(reader.query(sql, given), form=form, output=output)


def deliver(result: Result, *, form: str, output: Path | None = None) -> int:
    """Print a result, or write it to a file; how many rows it has.

    Raises:
        BadUsage: Parquet or xlsx was asked for without a file, or there are more rows than a sheet has.
        OSError: the file could not be written.
    """
    if form == "parquet":
        return _write_parquet(lambda: _as_arrow(result), output)
    if form == "xlsx":
        return _write_sheet(result, output)
    if output is None:
        _write(result, form, sys.stdout)
    else:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write(result, form, file)
    return len(result.rows)


def _write(result: Result, form: str, out: TextIO) -> None:
    writers = {"csv": write_csv, "json": write_json, "jsonl": write_jsonl, "markdown": write_markdown}
    if form in writers:
        writers[form](result, out)
    elif out is sys.stdout:
        show(result)
    else:
        Console(file=out, width=UNWRAPPED).print(as_table(result))


def _as_arrow(result: Result) -> pa.Table:
    import pyarrow as pa

    rows = [[str(value) if isinstance(value, UUID) else value for value in row] for row in result.rows]
    columns = zip(*rows, strict=True) if rows else ([] for _ in result.columns)
    return pa.table(dict(zip(result.columns, map(list, columns), strict=True)))


def _write_parquet(read: Callable[[], pa.Table], output: Path | None) -> int:
    if output is None:
        raise BadUsage("Parquet is no text for a terminal: name a file with --output FILE.parquet")
    import pyarrow.parquet as pq

    table = read()
    pq.write_table(table, output.absolute(), compression="zstd")
    return int(table.num_rows)


def _write_sheet(result: Result, output: Path | None) -> int:
    """An Excel workbook with one sheet, in which nothing is a formula or a link (OWASP, CSV Injection)."""
    if output is None:
        raise BadUsage("a workbook is no text for a terminal: name a file with --output FILE.xlsx")
    if len(result.rows) >= _SHEET_ROWS:
        raise BadUsage(f"{len(result.rows)} rows are more than a sheet holds ({_SHEET_ROWS - 1}): write CSV or Parquet")
    import xlsxwriter

    inert = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with output.open("wb") as file, xlsxwriter.Workbook(file, {**inert, "constant_memory": True}) as book:
        sheet, moment = book.add_worksheet("dateline"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate([tuple(result.columns), *result.rows]):
            for column, value in enumerate(row):
                _write_cell(sheet, (at, column), value, moment=moment, day=day)
    return len(result.rows)


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, *, moment: Any, day: Any) -> None:
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value
        sheet.write_datetime(*place, utc.replace(tzinfo=None), moment)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - sheets know no zones
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float | Decimal) and -_EXACT < float(value) < _EXACT:
        sheet.write_number(*place, value)
    elif value is not None:
        sheet.write_string(*place, for_terminal(_text(value))[:_SHEET_CELL])


def show(result: Result) -> None:
    """A result for a person: a table; wide rows field by field; in a terminal no more rows than anybody reads."""
    few = result.rows[:_SHOWN_ROWS] if console.is_terminal else result.rows
    shown = Result(result.columns, few)
    if len(result.columns) * _NARROWEST > (console.width if console.is_terminal else _PIPED_WIDTH):
        _show_fields(shown)
    else:
        console.print(as_table(shown))
    if left := len(result.rows) - len(few):
        said = f"… and {left} rows more: add a LIMIT, or write them to a file with --format csv --output FILE"
        console.print(said, style="dim")


def _show_fields(result: Result) -> None:
    for row in result.rows:
        table = Table(show_header=False, box=None, pad_edge=False)
        for name, value in zip(result.columns, row, strict=True):
            table.add_row(Text(for_terminal(name), style="bold"), _cell(value))
        console.print(table)
        console.print()


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
    """A result as CSV (RFC 4180, with the line ends of the shell) that no spreadsheet and no terminal executes."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_csv_cell(name) for name in result.columns])
    writer.writerows([[_csv_cell(value) for value in row] for row in result.rows])


def _csv_cell(value: Any) -> object:
    if isinstance(value, str):
        return for_terminal(str(for_csv(value)))
    if isinstance(value, list | dict | tuple):
        return for_csv(for_json(value, indent=None))
    return for_terminal(str(value)) if isinstance(value, bytes) else value


def write_json(result: Result, out: TextIO = sys.stdout) -> None:
    """A result as a JSON array of objects; times in ISO 8601. A second column of one name has its number added."""
    out.write(for_json(list(_objects(result))) + "\n")


def write_jsonl(result: Result, out: TextIO = sys.stdout) -> None:
    """A result as JSON Lines: an object a row and line; otherwise as `write_json`."""
    for row in _objects(result):
        out.write(for_json(row, indent=None) + "\n")


def _objects(result: Result) -> Iterator[dict[str, Any]]:
    names = [name if n == result.columns.index(name) else f"{name}_{n + 1}" for n, name in enumerate(result.columns)]
    return (dict(zip(names, row, strict=True)) for row in result.rows)


def write_markdown(result: Result, out: TextIO = sys.stdout) -> None:
    """A result as a Markdown table (GitHub's), every cell inert."""
    for line in (result.columns, ["---"] * len(result.columns), *result.rows):
        cells = (str(cell) if line[0] == "---" else for_markdown("" if cell is None else _text(cell)) for cell in line)
        out.write(f"| {' | '.join(cells)} |\n")
