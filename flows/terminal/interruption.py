"""Ctrl-C, SIGTERM, SIGHUP in a terminal, a cron job or a unit: one line, status 130, whatever a library makes of it."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flows.base.errors import RunCancelled
from flows.base.hangup import end_on_hangup, silence

STATUS = 130  # as a shell has it for what Ctrl-C ended
_STOPPED = threading.Event()
_CLOSING_S = 5.0


@contextmanager
def stopping_in_a_line() -> Iterator[None]:
    """End the program in a line when it is told to; a RunCancelled says what is kept.

    Typer makes a SystemExit of a KeyboardInterrupt, and DuckDB an error of its own: what counts is that a signal came.
    """
    before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    end_on_hangup()
    try:
        yield
    except BaseException as error:
        said = next((str(each) for each in _chain(error) if isinstance(each, RunCancelled)), None)
        if said is None and (not _STOPPED.is_set() or (isinstance(error, SystemExit) and not error.code)):
            raise
        _end(said or "")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(said: str) -> None:
    """Say so, and end without a further word: threads and finalizers of libraries would print their tracebacks."""
    with suppress(OSError):
        print(f"stopped{f': {said}' if said else ''}", file=sys.stderr, flush=True)
    with suppress(OSError):
        sys.stdout.flush()
    silence((1, 2))
    closing = threading.Thread(
        target=atexit._run_exitfuncs, daemon=True
    )  # of multiprocessing, or its tracker complains
    closing.start()
    closing.join(_CLOSING_S)
    os._exit(STATUS)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _stop(*_: Any) -> None:
    _STOPPED.set()
    raise KeyboardInterrupt
