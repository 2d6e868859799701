"""One transaction: all of a block or nothing, and the error that counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, MutableMapping
from weakref import WeakKeyDictionary

import duckdb

_CHECKS: MutableMapping[duckdb.DuckDBPyConnection, Callable[[], None]] = WeakKeyDictionary()


@contextlib.contextmanager
def checking(connection: duckdb.DuckDBPyConnection, check: Callable[[], None]) -> Iterator[None]:
    """Within the block no transaction of this connection begins unless `check` lets it: it raises what is wrong."""
    _CHECKS[connection] = check
    try:
        yield
    finally:
        _CHECKS.pop(connection, None)


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit at the end of the block, roll back when it raises.

    After a commit that failed the transaction is over: a rollback then says "no transaction is active", which would
    hide what happened.
    """
    if check := _CHECKS.get(connection):
        check()
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            connection.execute("rollback")
        raise
