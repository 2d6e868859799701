"""The published snapshot: a copy that readers open for as long as they like, replaced by one rename."""

from __future__ import annotations

import duckdb

from warehouse.file_copy import copy
from warehouse.home import Home


def publish(connection: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Copy the writer's file, as of now, to the place that readers open; return its size in bytes.

    The writer must be between transactions: after CHECKPOINT the file holds everything and the WAL nothing. Readers
    that have the old file open keep it (its inode lives on); the rename is atomic, so nobody sees half a file.

    Raises:
        OSError: no space, or no right to write; the old snapshot stands.
    """
    connection.execute("checkpoint")
    new = home.state / "snapshot.new"
    new.unlink(missing_ok=True)
    try:
        copy(home.work, new)  # in another process: closing our own descriptor would drop DuckDB's lock
        new.replace(home.snapshot)
    finally:
        new.unlink(missing_ok=True)
    return home.snapshot.stat().st_size
