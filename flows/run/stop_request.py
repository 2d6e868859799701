"""Being told to end by SIGTERM: a fact that the run asks for, because an exception alone gets lost."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from prefect.exceptions import TerminationSignal

from flows.base.hangup import end_on_hangup


class StopRequest(threading.Event):
    """Whether the run was told to end, by SIGTERM, and what is done then."""

    then: Callable[[], None] | None = None  # called once, in a thread of its own
    is_raised = True  # whether the signal also raises where the run is

    def raise_if_stopped(self) -> None:
        """Go on, unless the run was told to end.

        Raises:
            TerminationSignal: it was.
        """
        if self.is_set():
            raise TerminationSignal(signal=signal.SIGTERM)


@contextlib.contextmanager
def noting_sigterm() -> Iterator[StopRequest]:
    """Know that the run was told to end, whatever error that becomes.

    DuckDB turns the exception into "Query interrupted", and within a weak reference's callback it is lost: so the run
    asks as well (`StopRequest.raise_if_stopped`), and what it waits for is ended.
    """
    stop = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGTERM)
    end_on_hangup()

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            return  # it is ending
        stop.set()
        if stop.then:
            threading.Thread(target=stop.then, name="cancel", daemon=True).start()
        if stop.is_raised and callable(before):
            before(number, frame)  # Prefect's own raises too
        if stop.is_raised:
            raise TerminationSignal(signal=number)

    signal.signal(signal.SIGTERM, handle)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)
