"""The pool of extraction processes: a hard limit in time per page, and a page whose worker died twice costs no other.

Threads do not help (2 threads: 1.04 times the speed of one) and trafilatura crashes under them; Prefect's own process
pool needs 12 s to start and a second a task. Workers are forked from a clean server process that has the extractor
loaded, so a worker that had to be killed is back in milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from tasks.extract.job import ReadJob, prepare_worker, read_capture, warm
from tasks.extract.process_turns import Turns
from tasks.understand.derive import Derived, derive
from warehouse.child_processes import keep_working_directory_out
from warehouse.records import Page, UnreadablePage

PAGE_TIMEOUT_S = 20.0
_LOOK_EVERY_S = 5.0
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
        self._turns = Turns(self._start, ahead=_AHEAD * self.workers, timeout_s=page_timeout_s)

    def warm(self) -> None:
        """Start the workers now, so that they load while something else is waited for."""
        for _ in range(self.workers):
            self._turns.add(warm, urgent=True)

    def submit(self, jobs: Sequence[ReadJob], *, urgent: bool = False) -> list[Future[Any]]:
        """Begin to read pages; give the futures to `collect`. Urgent ones come before all others that wait."""
        return [self._turns.add(read_capture, (job,), urgent=urgent) for job in jobs]

    def collect(self, futures: Sequence[Future[Any]]) -> list[Page | UnreadablePage]:
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
        return [self._derived(future) for future in futures]

    def _result(self, future: Future[Any]) -> Page | UnreadablePage:
        try:
            result: Page | UnreadablePage = self._wait(future)
        except FutureTimeout:
            return UnreadablePage(rule="extraction_timeout", observed=f"more than {self._timeout:.0f} s")
        except ProcessExpired as error:
            return UnreadablePage(
                rule="extraction_crashed", observed=f"the worker died with exit code {error.exitcode}"
            )
        return result

    def _derived(self, future: Future[Any]) -> Derived | None:
        try:
            found: Derived = self._wait(future)
        except (FutureTimeout, ProcessExpired):
            return None
        return found

    def _wait(self, future: Future[Any]) -> Any:
        while not wait([future], timeout=_LOOK_EVERY_S).done:
            self._turns.look()
        return future.result()

    def _start(self) -> ProcessPool:
        keep_working_directory_out()
        return ProcessPool(max_workers=self.workers, initializer=prepare_worker, context=_context())

    def __enter__(self) -> ExtractPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self._turns.end(at_once=kind is not None)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tasks.extract.job", "tasks.understand.derive"])
    return context
