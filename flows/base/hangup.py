"""A terminal that is closed, or a connection that is lost (SIGHUP): the program ends as it does by SIGTERM."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from typing import Any


def end_on_hangup() -> None:
    """Have SIGHUP do what SIGTERM does from here on, whatever that is by then; `nohup` keeps it from doing anything.

    Called in the main thread.
    """
    number = getattr(signal, "SIGHUP", None)  # not on Windows
    if number is None or signal.getsignal(number) is not signal.SIG_DFL:
        return
    terminals = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]

    def hung_up(*_: Any) -> None:
        silence(terminals)
        signal.raise_signal(signal.SIGTERM)

    signal.signal(number, hung_up)


def silence(descriptors: Sequence[int]) -> None:
    """Have what is still written there go nowhere: a terminal that is gone makes an error of each line."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
