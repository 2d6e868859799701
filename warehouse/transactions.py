"""One transaction: all of a block or nothing, and the error that counts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit at the end of the block, roll back when it raises.

    After a commit that failed the transaction is over: a rollback then says "no transaction is active", which would
    hide what happened.
    """
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            connection.execute("rollback")
        raise
