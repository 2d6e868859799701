"""Threads that cannot be ended: the program does not wait for them, and does not take itself apart around them.

A thread that comes back from C++ while the interpreter is being taken apart is ended by `pthread_exit`, and what stands
on its stack takes that for an exception that nobody catches: SIGABRT instead of the status (Python before 3.14).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LEFT: list[threading.Thread] = []


def leave_behind(thread: threading.Thread) -> None:
    """Remember a thread that goes on although it was told to end."""
    _LEFT.append(thread)


@contextmanager
def leaving_threads_behind() -> Iterator[None]:
    """End the program at once, with its status, when it ends while such a thread is at work."""
    try:
        yield
    except SystemExit as ended:
        if any(thread.is_alive() for thread in _LEFT):
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):
                    stream.flush()
            os._exit(ended.code if isinstance(ended.code, int) else int(ended.code is not None))
        raise
