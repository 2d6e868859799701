"""One writer at a time in a lake, whatever host it is on: a lock that dies with its holder.

DuckLake lets two loaders insert the same absent key at once, by MERGE, delete and insert, or anti-join, without an
error (12 of 12 tries, 1.5.5). So the lock is taken before a transaction begins. In PostgreSQL it is an advisory lock
of a session (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS); beside a catalog that is
a file, a lock on a file.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse.errors import Locked, NoLake
from warehouse.lake.attaching import WRITER
from warehouse.lake.place import Lake
from warehouse.lock import writer_lock

_KEY = 0x646174656C696E65  # "dateline"; a lock is of one database, and a lake has one of its own
_HOLDER = """
select application_name, backend_start from pg_locks join pg_stat_activity using (pid)
where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32) + objid::bigint = %s limit 1
"""
# The commit of a writer who died a moment ago: its lock is gone at once, what it had sent may still be at work. Who has
# a lake open and waits for the lock may be within a transaction too, but has written nothing.
_UNDER_WAY = """
select count(*) from pg_stat_activity
where datname = current_database() and application_name = %s and (state = 'active' or backend_xid is not null)
"""
_SETTLED_S = 30.0
_GRACE_S = 1.0  # PostgreSQL hears of a killed process a moment later
_NAME_BYTES = 63  # PostgreSQL cuts names there


@contextmanager
def lake_lock(
    lake: Lake, *, what: str, timeout_s: float = 0.0, on_wait: Callable[[str], None] | None = None
) -> Iterator[Callable[[], None]]:
    """Hold the lake's lock for the time of the block; as `warehouse.lock.writer_lock`.

    Yields:
        A check to be made before a transaction: it raises Locked when the lock was lost meanwhile.

    Raises:
        Locked: another process holds it after the wait.
        NoLake: the catalog does not answer.
    """
    if lake.kind != "postgres":
        Path(lake.target).parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(Path(f"{lake.target}.lock"), what=what, timeout_s=timeout_s, on_wait=on_wait):
            yield lambda: None
        return
    with _session(lake, what) as session:
        _acquire(session, what, timeout_s, on_wait)
        try:
            yield lambda: _confirm(session, what)
        finally:
            _release(session)


@contextmanager
def _session(lake: Lake, what: str) -> Iterator[Any]:
    try:
        import psycopg
    except ImportError:
        raise NoLake(
            "cannot open the lake: psycopg is not installed. pip install 'dateline[scale]' brings it."
        ) from None
    name = f"{what} on {socket.gethostname()} ({os.getpid()})"[:_NAME_BYTES]
    try:
        session = psycopg.connect(lake.target, autocommit=True, application_name=name, connect_timeout=10)
    except psycopg.OperationalError as error:
        said = str(error).strip().partition("\n")[0]
        raise NoLake(
            f"cannot open the lake with the catalog {lake.catalog}: {said}. "
            "Its database must be there (createdb) and answer; docs/scale.md shows how."
        ) from None
    try:
        # A host that lost its power says nothing: without these its lock would stand for two hours.
        session.execute("set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3")
        yield session
    finally:
        with contextlib.suppress(psycopg.Error):
            session.close()


def _acquire(session: Any, what: str, timeout_s: float, on_wait: Callable[[str], None] | None) -> None:
    from psycopg.errors import LockNotAvailable

    if not session.execute("select pg_try_advisory_lock(%s)", [_KEY]).fetchone()[0]:
        if timeout_s and on_wait:
            on_wait(_holder(session))
        try:
            session.execute(f"set lock_timeout = {int(max(timeout_s, _GRACE_S) * 1000)}")
            session.execute("select pg_advisory_lock(%s)", [_KEY])
        except LockNotAvailable:
            raise Locked(
                f"cannot start {what}: {_holder(session)}. Wait for it to end, or stop it, then try again."
            ) from None
    _let_settle(session)


def _release(session: Any) -> None:
    import psycopg

    with contextlib.suppress(psycopg.Error):  # it went away, and the lock with it
        session.execute("select pg_advisory_unlock(%s)", [_KEY])


def _let_settle(session: Any) -> None:
    deadline = time.monotonic() + _SETTLED_S
    while session.execute(_UNDER_WAY, [WRITER]).fetchone()[0]:
        if time.monotonic() > deadline:
            raise Locked("a writer of this lake has lost its lock and is still at work; try again when it has ended")
        time.sleep(0.05)


def _confirm(session: Any, what: str) -> None:
    import psycopg

    try:
        session.execute("select 1")
    except psycopg.Error as error:
        said = str(error).strip().partition("\n")[0]
        raise Locked(f"{what} has lost the lake's lock, since its catalog went away ({said}). Run it again.") from None


def _holder(session: Any) -> str:
    found = session.execute(_HOLDER, [_KEY]).fetchone()
    if not found:
        return "another process held the lake's lock a moment ago"
    return f"{found[0]} has been writing to this lake since {found[1].isoformat(timespec='seconds')}"
