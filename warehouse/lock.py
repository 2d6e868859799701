"""One writer at a time: an operating-system lock on a file, which the system lets go when its owner dies.

The lock itself is flock (or its Windows counterpart) through `filelock`, so a killed run never leaves it held. The file
beside it names the holder, for the message that the second one gets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from warehouse.errors import Locked


@contextmanager
def writer_lock(path: Path, *, what: str, timeout_s: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock at `path` for the time of the block.

    Args:
        path: the lock file; the holder's name stands beside it in `<path>.json`.
        what: the command that asks, for the message others get.
        timeout_s: how long to wait for another holder, in seconds.

    Raises:
        Locked: another process holds it after the wait.
    """
    lock = FileLock(path, timeout=timeout_s)
    try:
        lock.acquire()
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


def _note(path: Path) -> Path:
    return path.with_suffix(".json")


def _holder(path: Path) -> str:
    try:
        note = json.loads(_note(path).read_text())
        return f"{note['what']} (process {note['pid']}) has been writing to this warehouse since {note['since']}"
    except (OSError, ValueError, KeyError):
        return f"another process holds {path}"
