"""Opening a lake: for its writer as it is now, for readers as it was when it was published, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping

import duckdb

from warehouse.errors import NoLake
from warehouse.lake.extensions import load_extensions
from warehouse.lake.place import Lake

NAME = "lake"  # of the attached database, and of the schemas' owner in layout.sql
WRITER, READER = "dateline writer", "dateline reader"  # as PostgreSQL's pg_stat_activity shows them
# A row that is inlined into the catalog instead of a file: `set_option` without a table crashes (DuckLake 1.5.5).
_NOT_INLINED = "set ducklake_default_data_inlining_row_limit = 0"
# With SQLite's usual journal a reader that looks at the catalog makes a loader's commit fail ("database is locked").
_SQLITE = ", meta_journal_mode 'WAL', meta_busy_timeout 10000"
# What stands in the way of attaching: files of its own, and PostgreSQL's extension looks for stored secrets.
_NOT_AT_FIRST = frozenset({"enable_external_access", "allow_persistent_secrets"})
_GONE = ("No snapshot found at version", "does not exist at version")


class SnapshotGone(NoLake):
    """The lake no longer has the snapshot that was published."""


def open_writing(lake: Lake) -> duckdb.DuckDBPyConnection:
    """A connection to the lake as it is; its tables stand where those of a file would. To be called under its lock.

    Raises:
        NoLake: it cannot be opened; the message says why.
    """
    connection = duckdb.connect()
    try:
        load_extensions(connection, lake.kind)
        connection.execute(_NOT_INLINED)
        _attach(connection, lake, f"data_path {_quoted(lake.data)}", WRITER)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reading(lake: Lake, snapshot: int, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """A connection to one snapshot of the lake: no writes, and of all files only the lake's.

    Args:
        lake: the lake.
        snapshot: its number.
        config: DuckDB's settings, as for a file; files and network are closed when the lake is attached.

    Raises:
        SnapshotGone: it has expired.
        NoLake: the lake cannot be opened.
    """
    connection = duckdb.connect(config={name: value for name, value in config.items() if name not in _NOT_AT_FIRST})
    try:
        load_extensions(connection, lake.kind)
        _attach(connection, lake, f"read_only, snapshot_version {int(snapshot)}", READER)
        connection.execute("select 1 from schema_migrations limit 1")  # opens the catalog, which is lazy
        connection.execute(f"set allowed_directories = [{_quoted(lake.data.rstrip('/') + '/')}]")
        connection.execute("set enable_external_access = false")
    except duckdb.Error as error:
        connection.close()
        raise _explained(lake, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, lake: Lake, options: str, program: str) -> None:
    try:
        catalog = _quoted(f"ducklake:{catalog_of(lake, program)}")
        connection.execute(f"attach {catalog} as {NAME} ({options}{_SQLITE if lake.kind == 'sqlite' else ''})")
        connection.execute(f"use {NAME}")
    except duckdb.Error as error:
        raise _explained(lake, error) from error


def catalog_of(lake: Lake, program: str) -> str:
    """The catalog as DuckLake takes it; PostgreSQL is told who asks."""
    if lake.kind != "postgres":
        return lake.catalog
    from psycopg.conninfo import make_conninfo

    return f"postgres:{make_conninfo(lake.target, application_name=program)}"


def _explained(lake: Lake, error: duckdb.Error) -> NoLake:
    said = _message(error)
    if any(each in said for each in _GONE):
        return SnapshotGone(f"the lake at {lake.data} no longer has the snapshot that was published ({said})")
    if "data path" in said.lower() or "DATA_PATH" in said:
        return NoLake(f"cannot open the lake: its catalog is of other data than `data = {lake.data}` says ({said})")
    return NoLake(
        f"cannot open the lake with the catalog {lake.catalog}: {said}. "
        "Its database must be there (createdb) and answer; docs/scale.md shows how."
    )


def _message(error: duckdb.Error) -> str:
    """DuckDB's own words, of which some come as JSON."""
    said = str(error).strip()
    if said.startswith("{"):
        said = str(json.loads(said).get("exception_message", said))
    return said.partition("\n")[0].removesuffix(".")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
