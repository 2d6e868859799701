"""The judge: Great Expectations in a process of its own.

Importing it takes 4 to 12 s and 300 MB. In its own process it loads beside the fetching without holding up any thread
of the run, and a run with nothing new never starts it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import parent_process
from types import TracebackType
from typing import Any

from expectations.rules import Rule, Verdict
from warehouse.child_processes import keep_working_directory_out


class Judge:
    """A process that validates batches. Starts on `warm` or on the first batch, ends with the block.

    Args:
        start_method: of multiprocessing. A fork is for a process that has one thread, and has what the judge needs.
    """

    def __init__(self, start_method: str = "spawn") -> None:
        self._start_method = start_method
        self._pool: ProcessPoolExecutor | None = None
        self._mutex = threading.Lock()

    def warm(self) -> None:
        """Begin to load Great Expectations now."""
        self._started().submit(_load)

    def validate(
        self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], rules: Sequence[Rule], suite: str
    ) -> Verdict:
        """Judge a batch of rows; see expectations.engine.judge. A process that died is started once more.

        Raises:
            EngineError: an expectation could not be evaluated.
            BrokenProcessPool: the process died twice.
        """
        try:
            return self._started().submit(_judge, rows, columns, rules, suite).result()
        except BrokenProcessPool:
            with self._mutex:
                self._pool = None
            return self._started().submit(_judge, rows, columns, rules, suite).result()

    def _started(self) -> ProcessPoolExecutor:
        with self._mutex:
            if self._pool is None:
                keep_working_directory_out()
                context = multiprocessing.get_context(self._start_method)
                self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_end_with_parent)
            return self._pool

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._pool is not None:  # somebody who pressed Ctrl-C does not wait for an import
            self._pool.shutdown(wait=error[0] is None, cancel_futures=True)


def _load() -> None:
    import expectations.engine  # noqa: F401 - the import is the work


def _judge(rows: Any, columns: Any, rules: Any, suite: str) -> Verdict:
    from expectations.engine import judge

    return judge(rows, columns, rules, suite)


def _end_with_parent() -> None:
    """A judge whose run was killed ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the run ends this process
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
