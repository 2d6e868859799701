"""The queries that ship, on rows made for them: tests/queries has the input (a CSV a table) and what each answers.

Times are hours from now ("-5h"), days "-1d", ids any word. The first line of an expected file may give parameters.
"""

import csv
import io
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.reading.queries import find, given, queries
from warehouse.connection import open_memory

FOLDER = Path(__file__).parent / "queries"
# For columns that a table wants and a query does not look at.
ANYTHING = {"UUID": str(uuid.UUID(int=0)), "VARCHAR": "x", "INTEGER": "0", "BOOLEAN": "false", "DOUBLE": "0"}


@dataclass(frozen=True)
class Filled:
    """A warehouse with the rows of tests/queries/input, as of `now`."""

    connection: duckdb.DuckDBPyConnection
    now: datetime


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    while (now := datetime.now(UTC).replace(microsecond=0)).strftime("%M%S") > "5945":
        time.sleep(1)  # a query counts hours, and the next one is about to begin
    with open_memory() as connection:
        for file in sorted((FOLDER / "input").glob("*.csv")):
            load(connection, file, now)
        yield Filled(connection, now)


def load(connection: duckdb.DuckDBPyConnection, file: Path, now: datetime) -> None:
    table = file.stem
    columns = connection.execute(f"describe {table}").fetchall()
    types, wanted = {row[0]: row[1] for row in columns}, [row[0] for row in columns if row[2] == "NO"]
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))):
        some = {name: written(types[name], text, now) for name, text in row.items() if text}
        some |= {name: ANYTHING.get(types[name], now.isoformat()) for name in wanted if name not in some}
        marks = ", ".join(f"cast(? as {types[name]})" for name in some)
        connection.execute(f"insert into {table} ({', '.join(some)}) values ({marks})", list(some.values()))


def written(kind: str, text: str, now: datetime) -> str:
    """A cell as DuckDB reads it."""
    if kind == "UUID":
        return str(uuid.uuid5(uuid.NAMESPACE_URL, text))
    if kind.startswith("TIMESTAMP"):
        return (now + timedelta(hours=int(text.removesuffix("h")))).isoformat()
    return (now + timedelta(days=int(text.removesuffix("d")))).date().isoformat() if kind == "DATE" else text


def shown(value: Any, now: datetime) -> str:
    """A value as an expected file has it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{(value - now) / timedelta(hours=1):.0f}h"
    return f"{(value - now.date()).days}d" if hasattr(value, "toordinal") else str(value)


def answer(filled: Filled, name: str, said: list[str]) -> str:
    """What a query answers, as CSV."""
    query = find(name)
    values = given(query, said, last_visit=filled.now - timedelta(hours=3), now=filled.now)
    asked = filled.connection.execute(query.sql, values or None)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(column[0] for column in asked.description or ())
    rows.writerows([shown(value, filled.now) for value in row] for row in asked.fetchall())
    return out.getvalue()


@pytest.mark.parametrize("name", [query.name for query in queries()])
def test_a_query_answers_as_expected(filled: Filled, name: str) -> None:
    expected = (FOLDER / "expected" / f"{name}.csv").read_text(encoding="utf-8")
    said: list[str] = []
    if expected.startswith("--"):
        parameters, _, expected = expected.partition("\n")
        said = parameters.removeprefix("-- ").split(" & ")
    assert expected.count("\n") > 1, "a query that answers nothing shows nothing"
    assert answer(filled, name, said) == expected
