"""The note that says where `dateline up` of a home runs: for `dateline down`, and for a second `dateline up`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.base.errors import AlreadyUp
from warehouse.home import Home


@dataclass(slots=True)
class Note:
    """What is known of a `dateline up`; `url` and `pages` are empty until it serves."""

    path: Path
    pid: int
    port: int
    since: str
    url: str = ""
    pages: str = ""

    def write(self, api: str, pages: str) -> None:
        """Say that it serves, and where."""
        self.url, self.pages = api.removesuffix("/api"), pages
        self.save()

    def save(self) -> None:
        """Write the note in one step."""
        said = {"pid": self.pid, "port": self.port, "since": self.since, "url": self.url, "pages": self.pages}
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(said), encoding="utf-8")
        partial.replace(self.path)


@contextmanager
def noted(home: Home, port: int) -> Iterator[Note]:
    """Hold the note for the time of the block; the lock beside it is let go when the process dies.

    Raises:
        AlreadyUp: another process holds it.
    """
    lock = FileLock(_lock(home), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        other = read(home)
        where = f" at {other.url} (process {other.pid}, since {other.since})" if other else ""
        raise AlreadyUp(f"`dateline up` already serves {home.root}{where}. `dateline down` stops it.") from None
    note = Note(_path(home), os.getpid(), port, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        note.save()
        yield note
    finally:
        note.path.unlink(missing_ok=True)
        lock.release()


def read(home: Home) -> Note | None:
    """The note of the process that serves this home; None when none does."""
    lock = FileLock(_lock(home), timeout=0)
    if _lock(home).exists():
        try:
            lock.acquire()
        except Timeout:
            return _read(_path(home))
        lock.release()
    return None


def _read(path: Path) -> Note | None:
    try:
        return Note(path, **json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(home: Home) -> Path:
    return home.state / "up.json"


def _lock(home: Home) -> Path:
    return home.state / "up.lock"
