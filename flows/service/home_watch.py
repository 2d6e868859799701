"""What `dateline up` looks after while it serves: the disk of its home, the size of its logs, and its own release."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.text import Text

from flows.base.installed import upgraded
from flows.service.logs import trim
from flows.terminal.show import console
from warehouse.home import Home

_EVERY_S = 5.0
FULL_BELOW = 32 << 20  # free bytes: less than a run's packages and a snapshot need
FREE_ABOVE = 64 << 20  # before it is said that there is space again, so that it is not said at each file


@contextmanager
def watched(home: Home) -> Iterator[None]:
    """Look after a home for the time of the block, in a thread of its own."""
    done = threading.Event()
    thread = threading.Thread(target=_watch, args=(home, done), name="home watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=_EVERY_S)


def _watch(home: Home, done: threading.Event) -> None:
    disk = DiskWatch(str(home.root.absolute()), lambda: shutil.disk_usage(home.root).free)
    told = None
    while True:
        with suppress(OSError):
            for log in home.logs.glob("*.log"):
                trim(log)
        with suppress(OSError):
            _say(disk.look())
        with suppress(OSError):
            if (said := upgraded()) != told:
                _say(said)
                told = said
        if done.wait(_EVERY_S):
            return


def _say(said: str | None) -> None:
    if said:
        console.print(Text(said, style="yellow"))


class DiskWatch:
    """Says once that the disk is full, and once that it is not any more."""

    def __init__(self, place: str, free: Callable[[], int]) -> None:
        """Remember where to look.

        Args:
            place: what is named.
            free: the bytes that are left there.
        """
        self._place, self._free, self._is_full = place, free, False

    def look(self) -> str | None:
        """What there is to say, if there is something new.

        Raises:
            OSError: the disk cannot be asked.
        """
        free = self._free()
        if self._is_full and free > FREE_ABOVE:
            self._is_full = False
            return f"there is space again on the disk of {self._place}; the next runs take up what is left"
        if self._is_full or free >= FULL_BELOW:
            return None
        self._is_full = True
        return (
            f"the disk of {self._place} is full ({free >> 20} MB are free): runs fail and lose nothing. "
            "Free some space; the schedules go on by themselves"
        )
