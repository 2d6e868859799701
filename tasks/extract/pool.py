"""The pool of extraction processes: a hard limit in time per page, and a page whose worker died twice costs no other.

Threads do not help (2 threads: 1.04 times the speed of one) and trafilatura crashes under them; Prefect's own process
pool needs 12 s to start and a second a task. Workers are forked from a clean server process that has the extractor
loaded, so a worker that had to be killed is back in milliseconds.

A call is a few pages. One that takes longer than a page may, or whose worker dies, is taken apart: each of its pages
goes by itself then, with the whole time for itself, so that only the page that is at fault is refused.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, fields, replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from tasks.base.columns import Row, from_bytes
from tasks.base.items import ReadPage
from tasks.extract.job import Learned, Readings, ReadJob, derive_texts, prepare_worker, read_captures, warm
from tasks.extract.process_turns import Turns
from warehouse.child_processes import keep_working_directory_out
from warehouse.records import Page, UnreadablePage

PAGE_TIMEOUT_S = 20.0
_LOOK_EVERY_S = 5.0
_AHEAD = 4  # calls per worker that the pool has at once: enough that none waits for this process, few to wait behind
_PAGES = 8  # of one call at most: 0.3 s of work, and a twentieth of the run's time for it that single pages take
_SHARES = 4  # a small batch is cut into so many calls per worker, so that all of them have something to do
_PAGE = tuple(field.name for field in fields(Page))
_NOTHING = Learned()
Text = tuple[str, str | None]  # and its language
_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True, eq=False)
class PagesCall:
    """Pages that are being read."""

    jobs: tuple[ReadJob, ...]
    learned: Learned
    future: Future[Any]


@dataclass(frozen=True, slots=True, eq=False)
class TextsCall:
    """Texts that are being understood."""

    texts: tuple[Text, ...]
    model: str | None
    future: Future[Any]


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

    def submit(self, jobs: Sequence[ReadJob], learned: Learned = _NOTHING, *, urgent: bool = False) -> list[PagesCall]:
        """Begin to read pages; give the calls to `collect`. Urgent ones come before all others that wait."""
        return [self._read(some, learned, urgent=urgent) for some in self._shares(jobs)]

    def collect(self, calls: Sequence[PagesCall]) -> list[ReadPage | UnreadablePage]:
        """Wait for pages, in the order they were submitted.

        Raises:
            LostCapture: the archive does not hold what a job said.
            ModelMissing: there is no such spaCy model.
        """
        return [page for call in calls for page in self._pages(call)]

    def derive(self, texts: Sequence[Text], model: str | None) -> list[TextsCall]:
        """Begin to derive from texts, by the rules or a spaCy model; give the calls to `derived`.

        Before pages that wait to be read: with their batch's 200 texts behind the next batch's 200 pages, loading
        could not begin until those were read, and then nothing was left to read beside it.
        """
        return [self._understand(some, model) for some in self._shares(texts)]

    def derived(self, calls: Sequence[TextsCall]) -> list[Row | None]:
        """Wait for what was derived; None where it took too long or its worker died.

        Raises:
            ModelMissing: there is no such spaCy model.
        """
        return [row for call in calls for row in self._rows(call)]

    def _shares(self, given: Sequence[_Each]) -> Iterator[tuple[_Each, ...]]:
        size = max(1, min(_PAGES, len(given) // (_SHARES * self.workers)))
        for start in range(0, len(given), size):
            yield tuple(given[start : start + size])

    def _read(self, jobs: tuple[ReadJob, ...], learned: Learned, *, urgent: bool) -> PagesCall:
        sources = {job.source for job in jobs}
        known = replace(learned, blocks={name: each for name, each in learned.blocks.items() if name in sources})
        return PagesCall(jobs, learned, self._call(read_captures, (jobs, known), len(jobs), urgent=urgent))

    def _understand(self, texts: tuple[Text, ...], model: str | None) -> TextsCall:
        return TextsCall(texts, model, self._call(derive_texts, (texts, model), len(texts), urgent=True))

    def _call(self, do: Callable[..., Any], arguments: tuple[Any, ...], size: int, *, urgent: bool) -> Future[Any]:
        return self._turns.add(do, arguments, urgent=urgent, twice=size == 1)

    def _pages(self, call: PagesCall) -> list[ReadPage | UnreadablePage]:
        try:
            return list(_of_worker(self._wait(call.future)))
        except (FutureTimeout, ProcessExpired) as error:
            if len(call.jobs) == 1:
                return [self._refusal(error)]
        # Of a page that is slow to understand the text is kept: it is understood in a call of its own.
        alone = [self._read((replace(job, is_new=False),), call.learned, urgent=True) for job in call.jobs]
        return [page for each in alone for page in self._pages(each)]

    def _refusal(self, error: Exception) -> UnreadablePage:
        if isinstance(error, ProcessExpired):
            return UnreadablePage(
                rule="extraction_crashed", observed=f"the worker died with exit code {error.exitcode}"
            )
        return UnreadablePage(rule="extraction_timeout", observed=f"more than {self._timeout:.0f} s")

    def _rows(self, call: TextsCall) -> list[Row | None]:
        try:
            batch = from_bytes(self._wait(call.future))
            return [Row(batch, number) for number in range(len(call.texts))]
        except (FutureTimeout, ProcessExpired):
            if len(call.texts) == 1:
                return [None]
        alone = [self._understand((text,), call.model) for text in call.texts]
        return [row for each in alone for row in self._rows(each)]

    def _wait(self, future: Future[Any]) -> Any:
        while not wait([future], timeout=_LOOK_EVERY_S).done:
            self._turns.look()
        return future.result()

    def _start(self) -> ProcessPool:
        keep_working_directory_out()
        context = _context()
        if context.get_start_method() == "forkserver":
            _start_fork_server()
        return ProcessPool(max_workers=self.workers, initializer=prepare_worker, context=context)

    def __enter__(self) -> ExtractPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self._turns.end(at_once=kind is not None)


def _of_worker(sent: Readings) -> Iterator[ReadPage | UnreadablePage]:
    """The pages that a worker sent, each with its rows."""
    read = from_bytes(sent.read) if sent.read else None
    derived = from_bytes(sent.derived) if sent.derived else None
    numbers = {"read": 0, "derived": 0}
    for each in sent.pages:
        if isinstance(each, UnreadablePage):
            yield each
            continue
        yield ReadPage(
            **{name: getattr(each.page, name) for name in _PAGE},
            rows=Row(read, numbers["read"]),
            as_read=each.page.text,
            blocks=each.blocks,
            settled=each.settled,
            content_hash=each.content_hash,
            derived=Row(derived, numbers["derived"]) if each.is_derived else None,
        )
        numbers["read"] += 1
        numbers["derived"] += each.is_derived


def _start_fork_server() -> None:
    """Start the process that workers are forked from; Ctrl-C, which a terminal sends to all, is this process's matter.

    It loads for two seconds before it ignores SIGINT, and would end with a traceback. The mask is inherited, as the
    standard library has it for its resource tracker (multiprocessing/resource_tracker.py).
    """
    resource_tracker.ensure_running()  # first: starting it sets SIGINT free
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tasks.extract.job", "tasks.extract.preloaded"])
    return context
