"""Being told to stop: noted at once, heeded between two steps.

A KeyboardInterrupt that is raised wherever the signal happens to arrive can get lost in a finalizer, or become another
thing in a library: of a hundred starts of `up` that were interrupted, one went on, and one ended as if nobody had heard
the signal. The second Ctrl-C raises it all the same: somebody is in a hurry.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stopping(threading.Event):
    """Whether it was told to stop, by Ctrl-C or SIGTERM."""

    def go_on(self) -> None:
        """Go on, unless it was told to stop.

        Raises:
            KeyboardInterrupt: it was.
        """
        if self.is_set():
            raise KeyboardInterrupt


@contextmanager
def noting_signals() -> Iterator[Stopping]:
    """Note Ctrl-C and SIGTERM for the time of the block."""
    stopping = Stopping()

    def note(*_: Any) -> None:
        stopping.go_on()
        stopping.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
