"""The pool of extraction processes: a hard limit in time per page, and a page whose worker died twice costs no other.

Threads do not help (2 threads: 1.04 times the speed of one) and trafilatura crashes under them; Prefect's own process
pool needs 12 s to start and a second a task. Workers are forked from a clean server process that has the extractor
loaded, so a worker that had to be killed is back in milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from tasks.derive import Derived, derive
from tasks.extract.job import ReadJob, prepare_worker, read_capture, warm
from warehouse.records import Page, Refusal

PAGE_TIMEOUT_S = 20.0
_AHEAD = 4  # calls per worker that the pool has at once: enough that none waits for this process, few to wait behind


class ExtractPool:
    """Processes that read pages.

    Args:
        workers: how many; default one per core.
        page_timeout_s: seconds a page may take before its worker is killed and the page refused.
    """

    def __init__(self, workers: int | None = None, *, page_timeout_s: float = PAGE_TIMEOUT_S) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._timeout = page_timeout_s
        self._pool = ProcessPool(max_workers=self.workers, initializer=prepare_worker, context=_context())
        self._turns = _Turns(self._pool, ahead=_AHEAD * self.workers, timeout_s=page_timeout_s)

    def warm(self) -> None:
        """Start the workers now, so that they load while something else is waited for."""
        for _ in range(self.workers):
            self._pool.schedule(warm)

    def submit(self, jobs: Sequence[ReadJob], *, urgent: bool = False) -> list[Future[Any]]:
        """Begin to read pages; give the futures to `collect`. Urgent ones come before all others that wait."""
        return [self._turns.add(read_capture, (job,), urgent=urgent) for job in jobs]

    def collect(self, futures: Sequence[Future[Any]]) -> list[Page | Refusal]:
        """Wait for pages, in the order they were submitted.

        Raises:
            LostCapture: the archive does not hold what a job said.
        """
        return [self._result(future) for future in futures]

    def derive(self, texts: Sequence[tuple[str, str | None, str | None]]) -> list[Future[Any]]:
        """Begin to derive from (text, language, spaCy model); give the futures to `derived`.

        Before pages that wait to be read: with their batch's 200 texts behind the next batch's 200 pages, loading
        could not begin until those were read, and then nothing was left to read beside it.
        """
        return [self._turns.add(derive, each, urgent=True) for each in texts]

    def derived(self, futures: Sequence[Future[Any]]) -> list[Derived | None]:
        """Wait for what was derived; None where it took too long or its worker died."""
        return [_derived(future) for future in futures]

    def _result(self, future: Future[Any]) -> Page | Refusal:
        try:
            result: Page | Refusal = future.result()
        except FutureTimeout:
            return Refusal(rule="extraction_timeout", observed=f"more than {self._timeout:.0f} s")
        except ProcessExpired as error:
            return Refusal(rule="extraction_crashed", observed=f"the worker died with exit code {error.exitcode}")
        return result

    def __enter__(self) -> ExtractPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is None:
            self._turns.all()
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)
    is_second: bool = False  # its worker died once: of this page perhaps, or somebody killed it


class _Turns:
    """Hands the pool, which knows no order but that of arrival, a few calls at a time, the urgent ones first."""

    def __init__(self, pool: ProcessPool, *, ahead: int, timeout_s: float) -> None:
        self._pool, self._ahead, self._timeout = pool, ahead, timeout_s
        self._mutex = threading.Lock()
        self._urgent, self._usual = deque[_Call](), deque[_Call]()
        self._given = 0

    def add(self, function: Callable[..., Any], arguments: tuple[Any, ...], *, urgent: bool) -> Future[Any]:
        call = _Call(function, arguments)
        with self._mutex:
            (self._urgent if urgent else self._usual).append(call)
        self._give()
        return call.future

    def all(self) -> None:
        """Hand over whatever waits."""
        with self._mutex:
            self._ahead += len(self._urgent) + len(self._usual)
        self._give()

    def _give(self) -> None:
        while call := self._next():
            try:
                given = self._pool.schedule(call.function, call.arguments, timeout=self._timeout)
            except RuntimeError as error:  # the pool is broken, or was stopped
                with self._mutex:
                    self._given -= 1
                call.future.set_exception(error)
            else:
                given.add_done_callback(partial(self._done, call))

    def _next(self) -> _Call | None:
        with self._mutex:
            waiting = self._urgent or self._usual
            if not waiting or self._given >= self._ahead:
                return None
            self._given += 1
            return waiting.popleft()

    def _done(self, call: _Call, given: Future[Any]) -> None:
        error = given.exception()
        with self._mutex:
            self._given -= 1
            if isinstance(error, ProcessExpired) and not call.is_second:
                self._urgent.appendleft(replace(call, is_second=True))
        self._give()  # first, so that no worker waits
        if error is None:
            call.future.set_result(given.result())
        elif call.is_second or not isinstance(error, ProcessExpired):
            call.future.set_exception(error)


def _derived(future: Future[Any]) -> Derived | None:
    try:
        found: Derived = future.result()
    except (FutureTimeout, ProcessExpired):
        return None
    return found


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tasks.extract.job", "tasks.derive"])
    return context
