"""A task that brings pages: submitted again while no Prefect server is there to let it begin.

A task asks the server for the slots of its tags before its body runs, outside of its retries, and Prefect's client does
not try again when nobody listens (ConcurrencySlotAcquisitionError). Our own server is back in 10 s or so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.futures import PrefectFuture

_TRIES = 12
_PAUSE_S = 5.0


class Producer:
    """One task, begun when it is made.

    Args:
        submit: begins it; gives its future.
        pause_s: seconds before it is submitted again.
    """

    def __init__(self, submit: Callable[[], PrefectFuture[Any]], *, pause_s: float = _PAUSE_S) -> None:
        self._submit, self._pause = submit, pause_s
        self._future = submit()

    def wait(self) -> None:
        """Until it has ended, well or not. To be called in a context of the flow's run.

        Raises:
            ConcurrencySlotAcquisitionError: it could not begin for a minute.
        """
        for _ in range(_TRIES):
            try:
                return self._future.wait()
            except ConcurrencySlotAcquisitionError:
                time.sleep(self._pause)
                self._future = self._submit()
        return self._future.wait()

    def result(self) -> Any:
        """What it gave; raises what it raised."""
        return self._future.result()
