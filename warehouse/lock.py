"""One writer at a time: an operating-system lock on a file, which the system lets go when its owner dies.

The lock itself is flock (or its Windows counterpart) through `filelock`, so a killed run never leaves it held. The file
beside it names the holder, for the message that the second one gets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from warehouse.errors import Locked


@contextmanager
def writer_lock(
    path: Path, *, what: str, timeout_s: float = 0.0, on_wait: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the writer's lock at `path` for the time of the block.

    Args:
        path: the lock file; the holder's name stands beside it in `<path>.json`.
        what: the command that asks, for the message others get.
        timeout_s: how long to wait for another holder, in seconds.
        on_wait: is told, once, who holds it when there is somebody to wait for.

    Raises:
        Locked: another process holds it after the wait.
    """
    lock = FileLock(path)
    try:
        _acquire(lock, path, timeout_s, on_wait)
    except Timeout:
        raise Locked(f"cannot start {what}: {_holder(path)}. Wait for it to end, or stop it, then try again.") from None
    try:
        _note(path).write_text(
            json.dumps({"pid": os.getpid(), "what": what, "since": datetime.now(UTC).isoformat(timespec="seconds")})
        )
        yield
    finally:
        _note(path).unlink(missing_ok=True)
        lock.release()


def _acquire(lock: BaseFileLock, path: Path, timeout_s: float, on_wait: Callable[[str], None] | None) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if not timeout_s:
            raise
        if on_wait:
            on_wait(_holder(path))
        lock.acquire(timeout=timeout_s)


def _note(path: Path) -> Path:
    return path.with_suffix(".json")


def _holder(path: Path) -> str:
    try:
        note = json.loads(_note(path).read_text())
        return f"{note['what']} (process {note['pid']}) has been writing to this warehouse since {note['since']}"
    except (OSError, ValueError, KeyError):
        return f"another process holds {path}"
