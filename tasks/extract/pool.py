"""The pool of extraction processes: a hard limit in time per page, and a dead worker costs one page only.

Threads do not help (2 threads: 1.04 times the speed of one) and trafilatura crashes under them; Prefect's own process
pool needs 12 s to start and a second a task. Workers are forked from a clean server process that has the extractor
loaded, so a worker that had to be killed is back in milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing.context import BaseContext
from types import TracebackType

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from tasks.derive import Derived, derive
from tasks.extract.job import ReadJob, prepare_worker, read_capture, warm
from warehouse.records import Page, Refusal

PAGE_TIMEOUT_S = 20.0


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

    def warm(self) -> None:
        """Start the workers now, so that they load while something else is waited for."""
        for _ in range(self.workers):
            self._pool.schedule(warm)

    def submit(self, jobs: Sequence[ReadJob]) -> list[ProcessFuture]:
        """Begin to read pages; give the futures to `collect`."""
        return [self._pool.schedule(read_capture, args=(job,), timeout=self._timeout) for job in jobs]

    def collect(self, futures: Sequence[ProcessFuture]) -> list[Page | Refusal]:
        """Wait for pages, in the order they were submitted.

        Raises:
            LostCapture: the archive does not hold what a job said.
        """
        return [self._result(future) for future in futures]

    def derive(self, texts: Sequence[tuple[str, str | None]]) -> list[ProcessFuture]:
        """Begin to derive from (text, language); give the futures to `derived`."""
        return [self._pool.schedule(derive, args=each, timeout=self._timeout) for each in texts]

    def derived(self, futures: Sequence[ProcessFuture]) -> list[Derived | None]:
        """Wait for what was derived; None where it took too long or its worker died."""
        return [_derived(future) for future in futures]

    def _result(self, future: ProcessFuture) -> Page | Refusal:
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
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()


def _derived(future: ProcessFuture) -> Derived | None:
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
