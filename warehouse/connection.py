"""Opening DuckDB files: the writer's with its migrations, the readers' locked down."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.errors import ForeignWal, Locked, NoWarehouse, SnapshotChanged, SnapshotTooOld, TooNew
from warehouse.inventory import note_new_tables
from warehouse.lake.attaching import SnapshotGone, open_reading, open_writing
from warehouse.lake.files import data_bytes
from warehouse.lake.place import Lake
from warehouse.lake.pointer import SUFFIX, read_pointer
from warehouse.migrating import migrate, migrate_lake, migrations
from warehouse.private_name import connect_privately, is_locked
from warehouse.publication import real_file, refuse_changed

_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_OPENING = threading.Lock()
# DuckDB takes four fifths of the machine, and keeps what it has read: 19 GB where a million articles need 2.
_MEMORY = "set memory_limit = least(parse_formatted_bytes(current_setting('memory_limit')), 2000000000) || 'B'"

# Threads that wait for pieces of work too small to share cost a run a sixth of its CPU (2.9 s for 3.5, 250 pages).
_SMALL_BYTES = 256 << 20


def open_writer(path: Path, *, wait_s: float = 10.0) -> duckdb.DuckDBPyConnection:
    """Open the writer's file, bring its schema up to date, and return the connection (time zone UTC).

    Raises:
        Locked: another program has the file open after `wait_s` seconds; the message names it.
        ForeignWal: the write-ahead log beside the file is not of it.
        TooNew: the file's schema is of a newer release.
        NoUpgrade: the schema cannot be brought up to date.
    """
    connection = _connect(path, wait_s)
    try:
        migrate(connection, keep_copy_of=path)
        note_new_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_lake(lake: Lake, *, spill: Path) -> duckdb.DuckDBPyConnection:
    """As `open_writer`, of a lake whose lock is held (warehouse.writing has both); a new one gets its tables.

    Args:
        lake: the lake.
        spill: a folder for what does not fit into memory; DuckDB's own choice is the working directory.

    Raises:
        NoLake: it cannot be opened.
        TooNew, NoUpgrade: as `open_writer`.
    """
    connection = open_writing(lake)
    try:
        connection.execute(_MEMORY)
        connection.execute("set temp_directory = ?", [str(spill.absolute())])
        migrate_lake(connection)
        note_new_tables(connection)
        if data_bytes(connection) < _SMALL_BYTES:
            connection.execute("set threads = 1")
    except BaseException:
        connection.close()
        raise
    return connection


def another(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A second connection to what a connection has open, for another thread, or while the first is busy.

    DuckDB's own `cursor` forgets which of the attached databases is meant.
    """
    second = connection.cursor()
    lakes = second.execute("select database_name from duckdb_databases() where type = 'ducklake'").fetchall()
    for (name,) in lakes:
        second.execute(f"use {name}")
    return second


def open_memory() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory with today's schema, for looking up types."""
    connection = duckdb.connect(":memory:")
    migrate(connection)
    return connection


def _connect(path: Path, wait_s: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            connection = duckdb.connect(str(path.absolute()))  # a path that begins with `md:` names an extension
            connection.execute(_MEMORY)
            if path.stat().st_size < _SMALL_BYTES:
                connection.execute("set threads = 1")
            return connection
        except duckdb.Error as error:
            if "replaying WAL" in str(error):
                raise ForeignWal(_foreign_wal(path, str(error).partition("\n")[0])) from error
            if not is_locked(error):
                raise
            if time.monotonic() >= deadline:
                raise Locked(_locked_message(path, str(error), wait_s)) from None
            time.sleep(0.2)


def _foreign_wal(path: Path, why: str) -> str:
    return (
        f"cannot open {path}: {path.name}.wal beside it is of another time, as when a backup was put back in part "
        f"({why}). Put both back from one backup, or move the .wal file away: what it held is read again from the "
        "archive. `dateline rebuild` makes the warehouse anew."
    )


def _locked_message(path: Path, error: str, wait_s: float) -> str:
    match = _HOLDER.search(error)
    holder = f"{match['program']} (process {match['pid']})" if match else "another program"
    return (
        f"cannot write to {path}: {holder} has it open, after waiting {wait_s:.0f} s. Close it there (readers should "
        "open dateline.duckdb, which never blocks). What was fetched is staged and is loaded by the next run."
    )


def open_reader(path: Path, *, memory_limit: str = "2GB", threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a snapshot for SQL that nobody has checked: no writes, no files, no network, no settings.

    The list of settings is what read-only alone leaves open (it allows COPY … TO and read_text of any file). Settings
    do not stop everything: `sql_guard.check` refuses what is left, and comes first in `flows.reading.sql.Reader`.

    What other programs have written beside or into the published file is not read.

    Raises:
        NoWarehouse: there is no such file.
        SnapshotChanged: the published file is not what was published.
    """
    if not path.exists():
        raise NoWarehouse(
            f"there is no warehouse at {path} yet. Run `dateline ingest` or `dateline demo`, or name its --home."
        )
    config = _locked_down(memory_limit, threads)
    connection = _open_lake(path, config) if path.suffix == SUFFIX else _open(path, config)
    with _OPENING:  # a second connection of one process shares the first one's settings, which are locked by then
        if connection.execute("select current_setting('lock_configuration')").fetchone() != (True,):
            connection.execute("set global timezone = 'UTC'")
            connection.execute("set lock_configuration = true")
    return connection


def _open_lake(path: Path, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    refuse_changed(path)
    pointer = read_pointer(path)
    if pointer is None:
        raise NoWarehouse(f"{path} is no published snapshot of a lake")
    try:
        return open_reading(pointer.lake, pointer.snapshot, config)
    except SnapshotGone as gone:
        raise SnapshotChanged(f"{path} names snapshot {pointer.snapshot}: {gone}. Any run publishes it anew.") from None


def _open(path: Path, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Again when it was replaced by the next snapshot meanwhile."""
    while True:
        where = real_file(path)
        try:
            refuse_changed(path)
            return connect_privately(where, config)
        except (SnapshotChanged, OSError, duckdb.Error) as error:
            if real_file(path) == where:
                if isinstance(error, duckdb.Error):
                    refuse_changed(path, thorough=True)  # a damage that left size and time as they were
                raise


def refuse_other_schema(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Before questions that know the tables are asked of a snapshot.

    Raises:
        SnapshotTooOld: an older release has published it.
        TooNew: a newer one has.
        NoWarehouse: the file holds none.
    """
    try:
        ((number,),) = connection.execute("select coalesce(max(number), 0) from schema_migrations").fetchall()
    except duckdb.CatalogException:
        raise NoWarehouse(f"{path} is a DuckDB file, but no warehouse of Dateline's") from None
    newest = migrations()[-1][0]
    if number < newest:
        raise SnapshotTooOld(
            f"{path} was published by an older Dateline (schema {number}, this one asks for {newest}). Any run brings "
            "it up to date, such as `dateline ingest`."
        )
    if number > newest:
        raise TooNew(
            f"{path} was published by a newer Dateline (schema {number}, this one knows {newest}). Install that one."
        )


def _locked_down(memory_limit: str, threads: int | None) -> dict[str, str]:
    return {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "max_temp_directory_size": "0KB",
        "memory_limit": memory_limit,
        **({"threads": str(threads)} if threads else {}),
    }
