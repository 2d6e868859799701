"""The way in for whoever writes: the writer's lock, then a connection, of a file or of a lake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from warehouse.connection import open_lake, open_writer
from warehouse.errors import NotForLakes
from warehouse.home import Home
from warehouse.lake.lock import lake_lock
from warehouse.lock import writer_lock
from warehouse.transactions import checking


@contextmanager
def writer_of(
    home: Home, *, what: str, timeout_s: float = 0.0, on_wait: Callable[[str], None] | None = None, wait_s: float = 10.0
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Be the only one who writes to a warehouse, and have it open, for the time of the block.

    Of a lake two locks are held: that of the home, whose archive and packages are its own, and that of the lake, which
    other homes and hosts want too.

    Args:
        home: the owner's folder.
        what: the command that asks, for the message that others get.
        timeout_s: how long to wait for another writer, in seconds.
        on_wait: is told, once, who that is.
        wait_s: how long to wait for a program that has the writer's file open, in seconds.

    Raises:
        Locked: another process holds a lock after the wait, or another program the file.
        NoLake: the lake cannot be opened.
        ForeignWal, TooNew, NoUpgrade: as `open_writer`.
    """
    with writer_lock(home.lock, what=what, timeout_s=timeout_s, on_wait=on_wait):
        if home.lake is None:
            with open_writer(home.work, wait_s=wait_s) as connection:
                yield connection
            return
        with (
            lake_lock(home.lake, what=what, timeout_s=timeout_s, on_wait=on_wait) as confirm,
            open_lake(home.lake, spill=home.state / "lake.tmp") as connection,
            checking(connection, confirm),
        ):
            yield connection


def refuse_lake(home: Home, what: str, instead: str) -> None:
    """Before something that only a file has.

    Raises:
        NotForLakes: the home's warehouse is a lake.
    """
    if home.lake is not None:
        raise NotForLakes(f'{what} does not work on a lake ([warehouse] kind = "ducklake") yet. {instead}')
