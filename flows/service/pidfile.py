"""The note that says where `dateline up` of a home runs: for `dateline down`, and for a second `dateline up`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from flows.base.errors import AlreadyUp
from warehouse.home import Home

_SAME_START_S = 2.0  # clocks of processes are read in hundredths of a second since the machine's start


@dataclass(frozen=True, slots=True)
class Process:
    """A process as nobody else's: a number is used again, and means another process on another host."""

    pid: int
    host: str
    namespace: str  # of process numbers: of a container; empty where there are none
    started: float  # seconds since 1970

    @classmethod
    def this(cls) -> Process:
        """The one at work here."""
        return cls(os.getpid(), platform.node(), _namespace(), psutil.Process().create_time())

    def why_not_reachable(self) -> str | None:
        """Why its number cannot be used here to stop it; None when it is the process that it says."""
        if self.host != platform.node():
            return f"it runs on another host, {self.host}"
        if self.namespace != _namespace():
            return "it runs in another container (PID namespace)"
        try:
            started = psutil.Process(self.pid).create_time()
        except psutil.NoSuchProcess:
            return f"there is no process {self.pid} any more"
        if abs(started - self.started) > _SAME_START_S:
            return f"process {self.pid} is another one, which began later"
        return None


def _namespace() -> str:
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""


@dataclass(slots=True)
class Note:
    """What is known of a `dateline up`; `url`, `pages` and `explore` are empty until it serves."""

    path: Path
    process: Process
    port: int
    since: str
    url: str = ""
    pages: str = ""
    explore: str = ""
    is_own_server: bool = True  # false: the owner has configured one

    @property
    def pid(self) -> int:
        return self.process.pid

    def write(self, api: str, pages: str, explore: str, *, is_own_server: bool) -> None:
        """Say that it serves, and where."""
        self.url, self.pages, self.explore = api.removesuffix("/api"), pages, explore
        self.is_own_server = is_own_server
        self.save()

    def save(self) -> None:
        """Write the note in one step."""
        said = {"port": self.port, "since": self.since, "url": self.url, "pages": self.pages, "explore": self.explore}
        said |= {"is_own_server": self.is_own_server}
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(said | asdict(self.process)), encoding="utf-8")
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
    note = Note(_path(home), Process.this(), port, datetime.now(UTC).isoformat(timespec="seconds"))
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
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads(path.read_text(encoding="utf-8"))
        process = Process(**{each.name: said[each.name] for each in fields(Process)})
        known = {name: said[name] for name in ("port", "since", "url", "pages", "explore", "is_own_server")}
        return Note(path, process, **known)
    return None


def _path(home: Home) -> Path:
    return home.state / "up.json"


def _lock(home: Home) -> Path:
    return home.state / "up.lock"
