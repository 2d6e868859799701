"""A published warehouse, opened to read."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from warehouse.connection import open_reader
from warehouse.errors import NoWarehouse, QueryFailed
from warehouse.home import Home
from warehouse.sql_guard import check


class Warehouse:
    """A published warehouse, read-only: what it holds does not change while it is open, whatever is loaded meanwhile.

    Queries read the warehouse and nothing else: no files, no network, no settings. Use it in a `with` block, or close
    it. A thread of yours needs a Warehouse of its own.

    Args:
        path: the owner's folder, or a DuckDB file.

    Raises:
        NoWarehouse: nothing has been published there, or the file is no warehouse.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        given = Path(path).expanduser()
        self.path = Home(given).snapshot if given.is_dir() else given
        try:
            self._connection: duckdb.DuckDBPyConnection = open_reader(self.path)
        except (duckdb.IOException, duckdb.SerializationException) as error:
            raise NoWarehouse(f"cannot open {self.path} as a warehouse: {error}") from None

    def sql(self, query: str, **params: Any) -> duckdb.DuckDBPyRelation:
        """Ask one query.

        Args:
            query: a statement that reads: SELECT, FROM, WITH, DESCRIBE, PIVOT … Times are in UTC.
            params: values of its `$name` parameters.

        Returns:
            A DuckDB relation, which runs when its rows are asked for: `.fetchall()`, `.df()`, `.arrow()`, `.pl()`,
            `.filter(…)`. What goes wrong only then is a `duckdb.Error`.

        Raises:
            QueryFailed: the query does more than read, is wrong, or a parameter is missing; or this is closed.
        """
        try:
            check(self._connection, query)
            found = self._connection.sql(query, params=params or None)
        except (duckdb.Error, UnicodeEncodeError) as error:
            raise QueryFailed(f"cannot run the query on {self.path}: {error}") from None
        if found is None:
            raise QueryFailed(f"cannot run the query on {self.path}: it has no rows. Ask with SELECT or FROM.")
        return found

    def close(self) -> None:
        """Let go of the file; relations that were not read yet can no longer be."""
        self._connection.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<dateline.Warehouse {self.path}>"
