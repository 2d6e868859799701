"""Ctrl-C and SIGTERM in a terminal, a cron job or a unit: one line, status 130, whatever a library makes of them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flows.base.errors import RunCancelled

STATUS = 130  # as a shell has it for what Ctrl-C ended
_STOPPED = threading.Event()


@contextmanager
def stopping_in_a_line() -> Iterator[None]:
    """End the program in a line when it is told to; a RunCancelled says what is kept.

    Typer makes a SystemExit of a KeyboardInterrupt, and DuckDB an error of its own: what counts is that a signal came.
    """
    before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
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
    print(f"stopped{f': {said}' if said else ''}", file=sys.stderr, flush=True)
    sys.stdout.flush()
    os._exit(STATUS)  # threads and finalizers of libraries would print their tracebacks


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _stop(*_: Any) -> None:
    _STOPPED.set()
    raise KeyboardInterrupt
