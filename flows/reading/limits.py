"""Limits that hold: a query runs in a thread of its own while this one looks at the clock, the memory and Ctrl-C.

DuckDB's `interrupt()` does not reach everything: one call of levenshtein() or list_reduce() on large values ran for
minutes after it; and its memory limit does not count strings that a function makes (repeat: 4 GB under a limit of
200 MB) or the rows that Python receives (0.5 GB/s). What cannot be stopped is left behind in its thread, which ends
with the process (flows/base/left_behind.py).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TypeVar

from flows.base.left_behind import leave_behind

T = TypeVar("T")
_LOOK_S = 0.1  # between looks: at 0.5 GB/s of growth, 50 MB
_GRACE_S = 1.0  # what an interrupt gets; Ctrl-C has to be through within 2 s


class LeftBehind(Exception):
    """The call did not end when it was told to: its connection is not to be used or closed any more."""


class Stopped(Exception):
    """The call was told to end, for the reason given, and did."""


def limited(call: Callable[[], T], stop: Callable[[], None], *, seconds: float, megabytes: int) -> T:
    """The call's result, or its exception, within the limits.

    Args:
        call: what may run for too long.
        stop: asks it to end.
        seconds: its time.
        megabytes: by how much the process may grow meanwhile (watched on Linux only).

    Raises:
        Stopped: a limit was reached.
        LeftBehind: as Stopped, but the call goes on; also the cause of a KeyboardInterrupt that left it so.
    """
    done: Future[T] = Future()
    thread = threading.Thread(target=_into, args=(done, call), name="query", daemon=True)
    thread.start()
    try:
        why = _wait(done, time.monotonic() + seconds, _resident() + megabytes)
    except KeyboardInterrupt:
        if not _ends(done, thread, stop):
            raise KeyboardInterrupt from LeftBehind("stopped")
        raise
    if why == "":
        return done.result()
    said = f"{seconds:g} s" if why == "time" else f"{megabytes} MB more memory"
    raise (Stopped if _ends(done, thread, stop) else LeftBehind)(said)


def _into(done: Future[T], call: Callable[[], T]) -> None:
    try:
        done.set_result(call())
    except BaseException as error:
        done.set_exception(error)


def _wait(done: Future[T], deadline: float, ceiling: int) -> str:
    """Wait for the end or a limit, and name the limit."""
    while not done.done():
        if time.monotonic() >= deadline:
            return "time"
        if _resident() > ceiling:
            return "memory"
        wait([done], timeout=min(_LOOK_S, max(deadline - time.monotonic(), 0)))
    return ""


def _ends(done: Future[T], thread: threading.Thread, stop: Callable[[], None]) -> bool:
    stop()
    if wait([done], timeout=_GRACE_S).done:
        return True
    leave_behind(thread)
    return False


def _resident() -> int:
    """Megabytes of memory that this process has; 0 where the system does not say (no /proc)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20
